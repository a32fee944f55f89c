/**
 * Who, and how often: the client ids counted in one raised alert.
 *
 * Exact up to 100,000 different clients. Beyond that an attacker makes up ids: the 10,000 most frequent stay in the table and the others join
 * the crowd, which tells only how many events one of them can have had. A client that can have had more than they comes back, with that as
 * its possible error. When the table has doubled it is cut again. So every client with more than a ten thousandth of all events is in the
 * table, its count is too high by at most its error, and the count of one that was frequent from the beginning is exact.
 */
import { own } from '../own.ts';
import { fromColumns, toColumns, type Columns } from '../columns.ts';
import type { EpochUs, Event, Offender } from '../model.ts';
import { Crowd, type CrowdState } from './crowd.ts';

const MOST_CLIENTS = 100_000;
const MOST_FREQUENT = 10_000;
const MOST_VALUES = 20;
/** So many leading clients are known at any moment; more must be looked for. */
const MOST_FIRST = 10;

/** Small, for there can be 100,000 that were seen once: what hardly any client has two of is no list until there are two. */
interface Entry {
  readonly clientId: string;
  readonly clientIdHex: string | null;
  readonly mountpoint: string;
  events: number;
  readonly error: number;
  firstSeen: EpochUs;
  lastSeen: EpochUs;
  peers: Values;
  usernames: Values;
  /** One alone counts for all events but the error. */
  reasons: string | Reason[];
}

interface Reason {
  readonly word: string;
  count: number;
}

type Values = null | string | readonly string[];

/** Plain data of one moment; clients by their keys. */
export interface OffendersState {
  readonly entries: Columns<Entry>;
  readonly crowd: CrowdState | null;
  readonly first: readonly string[];
  readonly leader: string | null;
}

export class Offenders {
  private readonly most: number;
  private readonly frequent: number;
  private readonly beginCrowd: () => Crowd;
  private readonly entries = new Map<string, Entry>();
  /** Those that are not in the table, once there were too many. */
  private crowd: Crowd | null = null;
  /** The first of all, in their order. */
  private first: Entry[] = [];
  /** The client that was told to lead; another one leads when it has more events. */
  private leader: Entry | null = null;

  /** @param most of which all are counted exactly. @param frequent how many are kept of more; at least those that `top` is asked for. */
  constructor(most = MOST_CLIENTS, frequent = MOST_FREQUENT, crowd = () => Crowd.empty()) {
    this.most = most;
    this.frequent = frequent;
    this.beginCrowd = crowd;
  }

  state(): OffendersState {
    const { entries, crowd, first, leader } = this;
    return {
      entries: toColumns([...entries.values()]),
      crowd: crowd?.state() ?? null,
      first: first.map(keyOf),
      leader: leader && keyOf(leader),
    };
  }

  restore({ entries, crowd, first, leader }: OffendersState): void {
    for (const entry of fromColumns(entries)) this.entries.set(keyOf(entry), entry);
    this.crowd = crowd && new Crowd(crowd);
    this.first = first.map((key) => this.entries.get(key)!);
    this.leader = leader === null ? null : this.entries.get(leader)!;
  }

  /**
   * @param reason what the event is counted under; the same string for the same word saves room.
   * @returns whether another client now leads.
   */
  add(event: Event, reason: string): boolean {
    if (event.clientId === null) return false;
    const entry = this.entryOf(event, event.clientId, reason);
    if (entry === null) return false;
    entry.events += event.count;
    if (event.at > entry.lastSeen) entry.lastSeen = event.at;
    if (event.peerAddress !== null) entry.peers = withValue(entry.peers, event.peerAddress);
    if (event.username !== null) entry.usernames = withValue(entry.usernames, event.username);
    if (entry.reasons !== reason) countReason(entry, reason, event.count);
    this.rank(entry);
    const changed = this.leader !== null && entry !== this.leader && entry.events > this.leader.events;
    if (this.leader === null || changed) this.leader = entry;
    if (this.entries.size > (this.crowd === null ? this.most : 2 * this.frequent)) this.cut();
    return changed;
  }

  /** From now on the first in the order of `top` leads. */
  lead(): void {
    this.leader = this.first[0] ?? null;
  }

  get exact(): boolean {
    return this.crowd === null;
  }

  get clients(): number {
    return this.crowd === null ? this.entries.size : Math.max(this.crowd.clients, this.most);
  }

  /** Most events first, then who was seen earlier, then by id. */
  top(most: number): Offender[] {
    const first = most <= MOST_FIRST ? this.first : [...this.entries.values()].sort(order);
    return first.slice(0, most).map((entry) => ({
      clientId: entry.clientId,
      clientIdHex: entry.clientIdHex,
      mountpoint: entry.mountpoint,
      events: entry.events,
      error: entry.error,
      firstSeen: entry.firstSeen,
      lastSeen: entry.lastSeen,
      peers: listed(entry.peers),
      usernames: listed(entry.usernames),
      reasons: reasonsOf(entry),
    }));
  }

  /** Counts only grow, so none but this client can have come to be among the first. */
  private rank(entry: Entry): void {
    const { first } = this;
    const last = first[MOST_FIRST - 1];
    if (last !== undefined && entry.events < last.events) return;
    let place = first.indexOf(entry);
    if (place < 0 && last === undefined) place = first.length;
    if (place < 0 && order(entry, last!) < 0) place = MOST_FIRST - 1;
    if (place < 0) return;
    for (; place > 0 && order(entry, first[place - 1]!) < 0; place -= 1) first[place] = first[place - 1]!;
    first[place] = entry;
  }

  /** The client's place in the table; null where it was counted with the crowd. */
  private entryOf(event: Event, clientId: string, reasons: string): Entry | null {
    const mountpoint = event.mountpoint ?? '';
    const { clientIdHex, at } = event;
    const key = keyOf({ clientId, clientIdHex, mountpoint });
    const known = this.entries.get(key);
    if (known !== undefined) return known;
    const error = this.crowd === null ? 0 : this.crowd.take(key, event.count);
    if (error === null) return null;
    const entry = {
      clientId: own(clientId),
      clientIdHex: own(clientIdHex),
      mountpoint: own(mountpoint),
      events: error,
      error,
      firstSeen: at,
      lastSeen: at,
      peers: null,
      usernames: null,
      reasons,
    };
    this.entries.set(keyOf(entry), entry);
    return entry;
  }

  /** Leaves the most frequent in the table, of equals those that came first, and always those that `top` and `add` answer with. */
  private cut(): void {
    if (this.crowd === null) {
      this.crowd = this.beginCrowd();
      for (const key of this.entries.keys()) this.crowd.meet(key);
    }
    const counts = Float64Array.from(this.entries.values(), ({ events }) => events).sort();
    const least = counts[counts.length - this.frequent]!;
    let room = this.frequent - counts.reduce((above, count) => (count > least ? above + 1 : above), 0);
    for (const [key, entry] of this.entries) {
      if (entry.events > least || (entry.events === least && room > 0)) room -= entry.events === least ? 1 : 0;
      else if (entry !== this.leader && !this.first.includes(entry)) {
        this.entries.delete(key);
        this.crowd.join(key, entry.events);
      }
    }
  }
}

/** NUL cannot stand in a mountpoint, and an id that begins with it has the long form, so no id can make two clients one. */
function keyOf({ clientId, clientIdHex, mountpoint }: Pick<Entry, 'clientId' | 'clientIdHex' | 'mountpoint'>): string {
  return mountpoint === '' && clientIdHex === null && clientId.charCodeAt(0) !== 0
    ? clientId
    : longKeyOf(clientId, clientIdHex, mountpoint);
}

function longKeyOf(clientId: string, clientIdHex: string | null, mountpoint: string): string {
  return `\0${mountpoint}\0${clientIdHex === null ? `=${clientId}` : `#${clientIdHex}`}`;
}

function order(a: Entry, b: Entry): number {
  return b.events - a.events || a.firstSeen - b.firstSeen || (nameOf(a) < nameOf(b) ? -1 : 1);
}

function nameOf({ clientId, clientIdHex, mountpoint }: Entry): string {
  return longKeyOf(clientId, clientIdHex, mountpoint);
}

/** @param entry with the event counted. */
function countReason(entry: Entry, word: string, count: number): void {
  if (typeof entry.reasons === 'string') entry.reasons = [{ word: entry.reasons, count: entry.events - entry.error - count }];
  const known = entry.reasons.find((reason) => reason.word === word);
  if (known !== undefined) known.count += count;
  else if (entry.reasons.length < MOST_VALUES) entry.reasons.push({ word, count });
}

function withValue(values: Values, value: string): Values {
  if (values === value) return values;
  if (values === null) return own(value);
  if (typeof values === 'string') return [values, own(value)];
  return values.length >= MOST_VALUES || values.includes(value) ? values : [...values, own(value)];
}

function listed(values: Values): readonly string[] {
  return values === null ? [] : typeof values === 'string' ? [values] : values;
}

function reasonsOf({ reasons, events, error }: Entry): Map<string, number> {
  return new Map(typeof reasons === 'string' ? [[reasons, events - error]] : reasons.map(({ word, count }) => [word, count]));
}
