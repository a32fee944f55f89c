/**
 * Who, and how often: the client ids counted in one raised alert.
 *
 * Exact up to 100,000 different clients. Beyond that an attacker makes up ids, and the table keeps its size (Space-Saving, Metwally et al.
 * 2005): a new id takes the place of the least frequent one and inherits its count as a possible error, so every client with more events
 * than all events divided by the size is in the table, and its count is too high by at most its error.
 */
import type { EpochUs, Event, Offender } from '../model.ts';
import { Distinct } from './distinct.ts';

const MOST_CLIENTS = 100_000;
const MOST_VALUES = 20;
/** So many leading clients are known at any moment; more must be looked for. */
const MOST_FIRST = 10;

interface Entry {
  readonly key: string;
  readonly clientId: string;
  readonly clientIdHex: string | null;
  readonly mountpoint: string;
  events: number;
  error: number;
  firstSeen: EpochUs;
  lastSeen: EpochUs;
  peers: readonly string[];
  usernames: readonly string[];
  readonly reasons: string[];
  readonly reasonCounts: number[];
  /** Place in the heap. */
  slot: number;
}

const NONE: readonly string[] = [];

/** Plain data; that the same entry stands in several places has to survive. */
export interface OffendersState {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly heap: readonly Entry[] | null;
  readonly distinct: Uint8Array | null;
  readonly first: readonly Entry[];
  readonly leader: Entry | null;
}

export class Offenders {
  private entries = new Map<string, Entry>();
  private readonly most: number;
  /** The least frequent on top; kept only once the table is full. */
  private heap: Entry[] | null = null;
  private distinct: Distinct | null = null;
  /** The first of all, in their order. */
  private first: Entry[] = [];
  /** The client that was told to lead; another one leads when it has more events. */
  private leader: Entry | null = null;

  constructor(most = MOST_CLIENTS) {
    this.most = most;
  }

  state(): OffendersState {
    const { entries, heap, distinct, first, leader } = this;
    return { entries, heap, distinct: distinct?.registers ?? null, first, leader };
  }

  restore({ entries, heap, distinct, first, leader }: OffendersState): void {
    this.entries = new Map(entries);
    this.heap = heap && [...heap];
    this.distinct = distinct && new Distinct(distinct);
    this.first = [...first];
    this.leader = leader;
  }

  /** @returns whether another client now leads. */
  add(event: Event): boolean {
    if (event.clientId === null) return false;
    const entry = this.entryOf(event, event.clientId);
    entry.events += event.count;
    entry.lastSeen = Math.max(entry.lastSeen, event.at);
    if (event.peerAddress !== null) entry.peers = withValue(entry.peers, event.peerAddress);
    if (event.username !== null) entry.usernames = withValue(entry.usernames, event.username);
    const reason = reasonLabel(event);
    const known = entry.reasons.indexOf(reason);
    if (known >= 0) entry.reasonCounts[known]! += event.count;
    else if (entry.reasons.length < MOST_VALUES) {
      entry.reasons.push(reason);
      entry.reasonCounts.push(event.count);
    }
    if (this.heap) this.sink(entry.slot);
    this.rank(entry);
    if (entry === this.leader || (this.leader && entry.events <= this.leader.events)) return false;
    const changed = this.leader !== null;
    this.leader = entry;
    return changed;
  }

  /** From now on the first in the order of `top` leads. */
  lead(): void {
    this.leader = this.first[0] ?? null;
  }

  get exact(): boolean {
    return this.heap === null;
  }

  get clients(): number {
    return this.distinct ? Math.max(this.distinct.estimate(), this.most) : this.entries.size;
  }

  /** Most events first, then who was seen earlier, then by id. */
  top(most: number): Offender[] {
    const first = most <= MOST_FIRST ? this.first : this.inOrder();
    return first.slice(0, most).map((entry) => ({
      clientId: entry.clientId,
      clientIdHex: entry.clientIdHex,
      mountpoint: entry.mountpoint,
      events: entry.events,
      error: entry.error,
      firstSeen: entry.firstSeen,
      lastSeen: entry.lastSeen,
      peers: entry.peers,
      usernames: entry.usernames,
      reasons: new Map(entry.reasons.map((reason, index) => [reason, entry.reasonCounts[index]!])),
    }));
  }

  private inOrder(): Entry[] {
    return [...this.entries.values()].sort(order);
  }

  /** Counts only grow, so none but this client can have come to be among the first. */
  private rank(entry: Entry): void {
    const { first } = this;
    let place = first.indexOf(entry);
    if (place < 0 && first.length < MOST_FIRST) place = first.length;
    if (place < 0 && order(entry, first[MOST_FIRST - 1]!) < 0) place = MOST_FIRST - 1;
    if (place < 0) return;
    for (; place > 0 && order(entry, first[place - 1]!) < 0; place -= 1) first[place] = first[place - 1]!;
    first[place] = entry;
  }

  private entryOf(event: Event, clientId: string): Entry {
    const mountpoint = event.mountpoint ?? '';
    // NUL cannot stand in a mountpoint, so no id can make two clients one.
    const key = `${mountpoint}\0${event.clientIdHex === null ? `=${clientId}` : `#${event.clientIdHex}`}`;
    const known = this.entries.get(key);
    if (known) return known;
    const inherited = this.entries.size < this.most ? 0 : this.evict();
    const entry: Entry = {
      key,
      clientId,
      clientIdHex: event.clientIdHex,
      mountpoint,
      events: inherited,
      error: inherited,
      firstSeen: event.at,
      lastSeen: event.at,
      peers: NONE,
      usernames: NONE,
      reasons: [],
      reasonCounts: [],
      slot: 0,
    };
    this.entries.set(key, entry);
    this.distinct?.add(key);
    if (this.heap) {
      this.heap[0] = entry;
      this.sink(0);
    }
    return entry;
  }

  /** Takes the least frequent client out. @returns its count. */
  private evict(): number {
    if (!this.heap) {
      this.heap = [...this.entries.values()].sort((a, b) => a.events - b.events);
      this.heap.forEach((entry, slot) => (entry.slot = slot));
      this.distinct = new Distinct();
      for (const key of this.entries.keys()) this.distinct.add(key);
    }
    const least = this.heap[0]!;
    this.entries.delete(least.key);
    if (this.first.includes(least)) this.first = this.inOrder().slice(0, MOST_FIRST);
    return least.events;
  }

  private sink(from: number): void {
    const heap = this.heap!;
    const entry = heap[from]!;
    let slot = from;
    for (;;) {
      let child = 2 * slot + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.events < heap[child]!.events) child += 1;
      if (heap[child]!.events >= entry.events) break;
      heap[slot] = heap[child]!;
      heap[slot]!.slot = slot;
      slot = child;
    }
    heap[slot] = entry;
    entry.slot = slot;
  }
}

function order(a: Entry, b: Entry): number {
  return b.events - a.events || a.firstSeen - b.firstSeen || (a.key < b.key ? -1 : 1);
}

/** What a reason is counted under: the word logged, else the name of the code, else the kind of event. */
export function reasonLabel(event: Event): string {
  return event.reason ?? event.reasonName ?? event.kind;
}

function withValue(values: readonly string[], value: string): readonly string[] {
  return values.includes(value) || values.length >= MOST_VALUES ? values : [...values, value];
}
