/**
 * Lines of one connection: what one says of another.
 *
 * All lines of a connection carry the pid of its process. A line that names the client lends it to one that does not; the second line for the
 * same fault is no second event; the line for the whole fault (a refused last will) replaces the event of the line before it. For the latter
 * an event has to wait for what follows, so events leave in order but up to a second of log time late.
 *
 * A pid means nothing across a restart of the broker, nor between two containers of one stream, nor after its connection has ended.
 * Where a log carries no pids (1.x on standard output), lines a second apart belong together if they name the same client or one names none.
 */
import { fromColumns, toColumns, type Columns } from '../columns.ts';
import type { EpochUs, Event } from '../model.ts';
import type { Pattern } from '../pack/compile.ts';
import { own } from '../own.ts';
import { HOUR, SECOND } from '../units.ts';
import { Recent, type RecentState } from './recent.ts';

export interface Sighting {
  event: Event;
  readonly pattern: Pattern;
  /** Connection process, made unique by what wraps the line; null where the log has no pids. */
  readonly pid: string | null;
  /** What wraps the line: tells the containers of one stream apart. */
  readonly container: string;
  /** The record as it was logged. */
  readonly record: string;
  /** What is counted of the file it stands in. */
  readonly tally: { events: number };
}

export type Release = (sighting: Sighting) => void;

/** A sighting as plain data: the pattern by its id. */
type SavedSighting = Omit<Sighting, 'pattern' | 'tally'> & { readonly pattern: string };

/** Plain data of one moment; that the same sighting stands in several places has to survive. */
export interface SessionsState {
  readonly known: { readonly pids: readonly string[]; readonly clients: Columns<Known> };
  readonly ended: RecentState<Known>;
  readonly repeatable: RecentState<SavedSighting>;
  readonly unkeyed: readonly SavedSighting[];
  readonly queue: readonly (Omit<Waiting, 'sighting'> & { readonly sighting: SavedSighting; readonly waits: boolean })[];
  readonly nameless: number;
}

interface Waiting {
  readonly sighting: Sighting;
  readonly key: string;
  /** It will never be told: a later line told the whole of it. */
  dropped: boolean;
  settled: boolean;
}

type Known = Pick<Event, 'clientId' | 'clientIdHex' | 'mountpoint' | 'username' | 'mqttVersion' | 'at'>;

/** Two lines for one fault are at most this far apart. */
const TWIN_SPAN = SECOND;
/** What a line means without the second one and with it can differ in the packet that was sent; then none is known. */
const NO_PACKET = { packet: null, direction: null, reasonCode: null, reasonName: null, reasonCodeFrom: null };
/** Open connections remembered. When there are more the oldest go, many at once: to find the oldest is not cheap in a map that lost many. */
const MOST_PIDS = 50_000;
const PIDS_FORGOTTEN = 5_000;
/** Connections of the last second remembered that are over, or whose event a line could repeat; twice as many at times. */
const MOST_RECENT = 25_000;
/** What is remembered for a second only may hold on to a record of so many bytes. */
const SHORT_RECORD = 512;
/** In a log without pids, how many earlier events are compared with one. */
const MOST_COMPARED = 64;
/** A connection that has written nothing for so long is forgotten: its pid may be another's by now. */
const PID_SPAN = HOUR;

export class Sessions {
  /** Who is on a connection, by pid. */
  private readonly known = new Map<string, Known>();
  /** Who was on a connection that is over: a line about its end can follow, a later one is of another connection. */
  private readonly ended = new Recent<Known>(TWIN_SPAN, MOST_RECENT);
  /** By pid, the last event that another line could repeat. */
  private readonly repeatable = new Recent<Sighting>(TWIN_SPAN, MOST_RECENT);
  /** The same in a log without pids; oldest first. */
  private readonly unkeyed: Sighting[] = [];
  private readonly queue: Waiting[] = [];
  private head = 0;
  /** By connection, its last event while that waits. */
  private readonly waiting = new Map<string, Waiting>();
  /** How many events there were of which nothing tells the connection. */
  private nameless = 0;
  private readonly patterns: ReadonlyMap<string, Pattern>;
  private readonly repeated: ReadonlySet<string>;

  private readonly twin: (record: string) => void;

  /** @param twin told of each record that is no event of its own. */
  constructor(patterns: readonly Pattern[], twin: (record: string) => void = () => undefined) {
    this.twin = twin;
    this.patterns = new Map(patterns.map((pattern) => [pattern.id, pattern]));
    this.repeated = new Set(patterns.flatMap((pattern) => [...pattern.repeats]));
  }

  state(): SessionsState {
    const saved = sharing(({ pattern, event, pid, container, record }: Sighting) => ({
      pattern: pattern.id,
      event,
      pid,
      container,
      record,
    }));
    const savedAll = (table: ReadonlyMap<string, Sighting>) => new Map([...table].map(([pid, sighting]) => [pid, saved(sighting)]));
    const repeatable = this.repeatable.state();
    const ended = this.ended.state();
    return {
      known: { pids: [...this.known.keys()], clients: toColumns([...this.known.values()]) },
      ended: { ...ended, young: whoIn(ended.young), old: whoIn(ended.old) },
      repeatable: { ...repeatable, young: savedAll(repeatable.young), old: savedAll(repeatable.old) },
      unkeyed: this.unkeyed.map(saved),
      queue: this.queue
        .slice(this.head)
        .map((entry) => ({ ...entry, sighting: saved(entry.sighting), waits: this.waiting.get(entry.key) === entry })),
      nameless: this.nameless,
    };
  }

  /** What was seen by a pattern that is no more repeats nothing and is repeated by nothing. */
  restore({ known, ended, repeatable, unkeyed, queue, nameless }: SessionsState): void {
    const tally = { events: 0 };
    const seen = sharing(({ pattern: id, ...rest }: SavedSighting): Sighting | null => {
      const pattern = this.patterns.get(id);
      return pattern === undefined ? null : { ...rest, pattern, tally };
    });
    for (const [index, client] of fromColumns(known.clients).entries()) this.known.set(known.pids[index]!, client);
    this.ended.restore(ended, (client) => client);
    this.repeatable.restore(repeatable, seen);
    this.unkeyed.push(...unkeyed.flatMap((saved) => seen(saved) ?? []));
    for (const { sighting: saved, waits, key, dropped, settled } of queue) {
      const sighting = seen(saved);
      if (sighting === null) continue;
      const entry = { sighting, key, dropped, settled };
      this.queue.push(entry);
      if (waits) this.waiting.set(key, entry);
    }
    this.nameless = nameless;
  }

  /** Takes the next event of the log, in the order of its lines; hands out what waits no longer. */
  push(sighting: Sighting, release: Release): void {
    const { event, pattern } = sighting;
    this.settle(event.at, release);
    const first = pattern.repeats.size > 0 ? this.firstOf(sighting) : null;
    if (first) {
      const { repeatedAs } = first.pattern;
      if (repeatedAs) first.event = { ...first.event, ...repeatedAs, ...NO_PACKET };
      this.close(sighting);
      this.twin(sighting.record);
      return;
    }
    this.borrow(sighting);
    this.lend(sighting);
    if (this.repeated.has(pattern.id)) this.remember(sighting);
    if (!pattern.waits && this.head === this.queue.length) {
      release(sighting);
      return;
    }
    const key = this.keyOf(sighting);
    const before = this.before(sighting, key);
    if (before) {
      if (pattern.replaces.has(before.sighting.pattern.id)) {
        replace(before, event);
        this.twin(before.sighting.record);
      }
      before.settled = true;
      this.waiting.delete(before.key);
    }
    const entry = { sighting, key, dropped: false, settled: !pattern.waits };
    if (pattern.waits) this.waiting.set(key, entry);
    this.queue.push(entry);
    this.drain(release);
  }

  /** The log has come to this time: what waited for a second has waited long enough. */
  settle(at: EpochUs, release: Release): void {
    if (this.head === this.queue.length) return;
    for (let index = this.head; index < this.queue.length; index += 1) {
      const entry = this.queue[index]!;
      // Also when the clock was set back: then nothing that is still to come is near.
      if (Math.abs(at - entry.sighting.event.at) <= TWIN_SPAN) break;
      entry.settled = true;
      if (this.waiting.get(entry.key) === entry) this.waiting.delete(entry.key);
    }
    this.drain(release);
  }

  /** The end of the log, or nothing has come for so long that nothing belongs to what waits. */
  end(release: Release): void {
    for (let index = this.head; index < this.queue.length; index += 1) this.queue[index]!.settled = true;
    this.waiting.clear();
    this.drain(release);
  }

  /** The broker has started anew: its pids begin again. */
  boot(release: Release): void {
    this.end(release);
    this.known.clear();
    this.ended.clear();
    this.repeatable.clear();
    this.unkeyed.length = 0;
  }

  /** A line of the connection that is no event can still be its last. */
  close({ pattern, pid }: Pick<Sighting, 'pattern' | 'pid'>): void {
    if (pid === null || (pattern.connection !== 'last' && pattern.connection !== 'before')) return;
    this.known.delete(pid);
    this.ended.delete(pid);
  }

  private drain(release: Release): void {
    while (this.head < this.queue.length && this.queue[this.head]!.settled) {
      const entry = this.queue[this.head]!;
      this.head += 1;
      if (!entry.dropped) release(entry.sighting);
    }
    if (this.head > 1024 || this.head === this.queue.length) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
  }

  /** The event that a line repeats. One line is repeated once: two like it are two faults. */
  private firstOf({ event, pattern, pid, container }: Sighting): Sighting | null {
    const isFirst = (earlier: Sighting) =>
      pattern.repeats.has(earlier.pattern.id) && earlier.container === container && Math.abs(event.at - earlier.event.at) <= TWIN_SPAN;
    if (pid !== null) {
      const first = this.repeatable.get(pid);
      if (!first || !isFirst(first)) return null;
      this.repeatable.delete(pid);
      return first;
    }
    const index = this.unkeyed.findLastIndex((earlier) => isFirst(earlier) && isSameClient(earlier.event, event));
    return index < 0 ? null : this.unkeyed.splice(index, 1)[0]!;
  }

  private remember(sighting: Sighting): void {
    const { pid } = sighting;
    if (pid === null) {
      this.unkeyed.push(sighting);
      if (this.unkeyed.length > MOST_COMPARED) this.unkeyed.shift();
    } else this.repeatable.set(pid, sighting, sighting.event.at);
  }

  /** The event just before, of the same connection, while it waits for what follows. */
  private before({ event, pattern, pid, container }: Sighting, key: string): Waiting | null {
    const own = this.waiting.get(key);
    if (own || pid !== null) return own ?? null;
    // Without pids, a line that names nobody can belong to the next one only.
    const last = this.queue.at(-1);
    if (last === undefined || last.settled || event.clientId === null || !pattern.replaces.has(last.sighting.pattern.id)) return null;
    const { sighting } = last;
    return sighting.pid === null && sighting.container === container && sighting.event.clientId === null ? last : null;
  }

  /** The pid where the log has them, else the client, else a key of its own: `~` begins no pid. */
  private keyOf({ pid, container, event }: Sighting): string {
    if (pid !== null) return pid;
    if (event.clientId !== null) return `~${container}\0${event.mountpoint ?? ''}\0${event.clientId}`;
    this.nameless += 1;
    return `~${this.nameless}`;
  }

  private borrow({ event, pattern, pid }: Sighting): void {
    if (pid === null || event.clientId !== null || pattern.connection === 'no' || pattern.connection === 'before') return;
    const open = this.known.get(pid);
    const known = open ?? this.ended.get(pid);
    if (!known || event.at - known.at > (open ? PID_SPAN : TWIN_SPAN) || event.at < known.at - TWIN_SPAN) return;
    event.clientId = known.clientId;
    event.clientIdHex = known.clientIdHex;
    event.mountpoint ??= known.mountpoint;
    event.username ??= known.username;
    event.mqttVersion ??= known.mqttVersion;
  }

  private lend(sighting: Sighting): void {
    const { event, pattern, pid } = sighting;
    if (pid === null || pattern.connection === 'no') return;
    if (pattern.connection === 'last' || pattern.connection === 'before') {
      this.close(sighting);
      return;
    }
    const { clientId, clientIdHex, mountpoint, username, mqttVersion, at } = event;
    if (clientId === null) return;
    this.known.delete(pid);
    if (pattern.connection === 'ends' && sighting.record.length <= SHORT_RECORD) {
      this.ended.set(pid, event, at);
      return;
    }
    const client = {
      clientId: own(clientId),
      clientIdHex: own(clientIdHex),
      mountpoint: own(mountpoint),
      username: own(username),
      mqttVersion,
      at,
    };
    if (pattern.connection === 'ends') this.ended.set(own(pid), client, at);
    else this.known.set(own(pid), client);
    if (this.known.size > MOST_PIDS) [...this.known.keys()].slice(0, PIDS_FORGOTTEN).forEach((oldest) => this.known.delete(oldest));
  }
}

/** Who was on the connections, without the events that told it. */
function whoIn(table: ReadonlyMap<string, Known>): ReadonlyMap<string, Known> {
  return new Map(
    [...table].map(([pid, { clientId, clientIdHex, mountpoint, username, mqttVersion, at }]) => [
      pid,
      { clientId, clientIdHex, mountpoint, username, mqttVersion, at },
    ]),
  );
}

/** The same result for the same thing, however often it is asked for. */
function sharing<From extends object, To>(convert: (from: From) => To): (from: From) => To {
  const results = new Map<From, To>();
  return (from) => {
    if (!results.has(from)) results.set(from, convert(from));
    return results.get(from)!;
  };
}

/** As far as the two say: one may name nobody. */
function isSameClient(a: Event, b: Event): boolean {
  return a.clientId === null || b.clientId === null || (a.clientId === b.clientId && a.mountpoint === b.mountpoint);
}

function replace(before: Waiting, event: Event): void {
  before.dropped = true;
  event.username ??= before.sighting.event.username;
  event.mqttVersion ??= before.sighting.event.mqttVersion;
}
