/**
 * The loop of the service: what is new in each log goes through the engine of its node, and what was found goes out.
 *
 * Alerts are kept per node, so each node has an engine of its own, and a log that lags holds up nobody but its node. A turn looks at every
 * log once and never waits for anything but the file system; who calls it rings, waits and moves the clock.
 */
import type { Checkpoint, Saved, SavedEngine, SavedLog } from './checkpoint.ts';
import { Engine, type LogId, type Silence } from './core/engine.ts';
import type { LogInfo } from './core/extract/records.ts';
import type { Alert, Change, Findings } from './core/model.ts';
import type { Knowledge } from './core/pack/compile.ts';
import { MILLISECOND } from './core/units.ts';
import type { Notices } from './notices.ts';
import type { FollowDisk } from './sources/content.ts';
import { Follower, type Beginning, type FollowedBlock } from './sources/follow.ts';
import { newlines } from './sources/lines.ts';

/** What is followed, and how it is understood: what a reload can change. */
export interface Watch {
  readonly knowledge: Knowledge;
  /** Absolute paths of live files and the nodes that write them. */
  readonly logs: readonly WatchedFile[];
  readonly describe: (log: WatchedFile) => LogInfo;
}

export interface WatchedFile {
  readonly path: string;
  readonly node: string | null;
}

export interface LiveOptions {
  readonly disk: FollowDisk;
  /** Milliseconds since the epoch; may jump. */
  readonly now: () => number;
  readonly notices: Notices;
  /** Null: nothing is saved. */
  readonly checkpoint: Checkpoint | null;
  /** Where to begin with a log that was never read. */
  readonly begin: (log: WatchedFile) => Promise<Beginning>;
  /** Takes a change; `done` says that it was told. */
  readonly tell: (change: Change, done: () => void) => void;
}

/** A log that is followed. */
interface Lane {
  readonly path: string;
  readonly node: string | null;
  readonly follower: Follower;
  engine: Engine;
  id: LogId;
  /** Where the last block ended: the next one continues it, or begins with another generation. */
  offset: number;
  line: number;
  /** For how long it has been read to its end and nothing came, in milliseconds; null while there is more to read or it cannot be read. */
  quietMs: number | null;
  /** It was read once, perhaps before a restart. */
  met: boolean;
  /** It was read to its end once: since then silence is measured, before it is read off the file. */
  current: boolean;
  /** For how long it could not be read, in milliseconds. */
  blindMs: number;
}

interface EngineOfNode {
  readonly engine: Engine;
  readonly logs: readonly string[];
  /** Alerts of which was told that a log cannot be read, while there is such a log. */
  readonly lost: Set<string>;
}

/** So much of a log is read in a turn, so that a busy log does not starve another one. */
const ROOM = 4 * 1024 * 1024;
/** A log that cannot be read for so long says nothing about its node any more. */
const BLIND_MS = 60_000;
/** Lines alone are saved no more often, and saving takes at most a tenth of the time. */
const SAVE_MS = 1_000;
const SAVE_SHARE = 10;
/** Changes that wait to be told; the oldest go first. */
const MOST_UNTOLD = 1_000;

export class Live {
  readonly #options: LiveOptions;
  #watch: Watch;
  #lanes: Lane[] = [];
  /** By node, with the paths of its logs in the order of their ids. */
  #engines = new Map<string | null, EngineOfNode>();
  readonly #untold = new Set<Change>();
  /** Changes that were told since the last save, or lines that were read. */
  #unsaved: 'nothing' | 'lines' | 'changes' = 'nothing';
  #saving: Promise<void> | null = null;
  #savedAt = 0;
  #saveEvery = 0;
  #lastTurn: number | null = null;

  private constructor(watch: Watch, options: LiveOptions) {
    this.#watch = watch;
    this.#options = options;
  }

  /** Goes on from what was saved, or begins anew. */
  static async start(watch: Watch, saved: Saved | null, options: LiveOptions): Promise<Live> {
    const live = new Live(watch, options);
    for (const log of watch.logs) {
      const before = saved?.logs.find(({ path }) => path === log.path);
      live.#add(log, before?.position ? 'start' : await options.begin(log), before);
    }
    live.#assemble(saved?.engines ?? []);
    for (const change of saved?.untold ?? []) live.#tell(change);
    // Where a log was begun is remembered even if nothing comes: what is written while the program is stopped is not to be missed.
    if (saved === null) live.#unsaved = 'changes';
    return live;
  }

  /** @returns whether there is more to read at once. */
  async turn(): Promise<boolean> {
    const now = this.#options.now();
    // A clock that was set back has not moved; one that was set forward has, for the broker, too.
    const passedMs = Math.max(0, now - (this.#lastTurn ?? now));
    this.#lastTurn = now;
    let more = false;
    for (const lane of this.#lanes) if (await this.#read(lane, passedMs)) more = true;
    this.#idle();
    for (const { engine } of this.#engines.values()) engine.forget();
    this.#saveIfDue();
    return more;
  }

  /** How many logs are read to their ends, and which alerts are raised. */
  status(): { readonly logs: number; readonly caughtUp: number; readonly raised: number } {
    const caughtUp = this.#lanes.filter(({ quietMs }) => quietMs !== null).length;
    return { logs: this.#lanes.length, caughtUp, raised: this.#raised().length };
  }

  /**
   * Other rules, packs or logs from now on; what is known of those that stay is kept.
   * @param begin where to begin with a log that is new.
   */
  async reload(watch: Watch, begin: LiveOptions['begin'] = this.#options.begin): Promise<void> {
    const raised = this.#raised();
    const engines = this.#savedEngines();
    this.#watch = watch;
    const before = this.#lanes;
    this.#lanes = [];
    for (const log of watch.logs) {
      const kept = before.find(({ path }) => path === log.path);
      if (kept === undefined) this.#add(log, await begin(log));
      else this.#lanes.push({ ...kept, node: log.node });
    }
    for (const { path, follower } of before) {
      if (watch.logs.some((log) => log.path === path)) continue;
      this.#options.notices.notFollowing(path);
      await follower.close();
    }
    this.#assemble(engines);
    this.#unsaved = 'changes';
    // Its rule or its log is no more: nobody will say how it ends.
    const kept = this.#raised();
    for (const alert of raised) if (!kept.some((other) => isSame(other, alert))) this.#tell(lostSight(alert));
  }

  /** Logs that have appeared; those that are known already are left as they are. */
  async follow(logs: readonly WatchedFile[]): Promise<void> {
    const fresh = logs.filter(({ path }) => this.#lanes.every((lane) => lane.path !== path));
    if (fresh.length > 0) await this.reload({ ...this.#watch, logs: [...this.#watch.logs, ...fresh] }, () => Promise.resolve('start'));
  }

  /** Saves what there is to save and lets go of everything. */
  async close(): Promise<void> {
    await this.#saving;
    const { checkpoint } = this.#options;
    if (checkpoint !== null && this.#unsaved !== 'nothing') await this.#save(checkpoint);
    for (const { follower } of this.#lanes) await follower.close();
  }

  // Logs and engines

  #add({ path, node }: WatchedFile, from: Beginning, saved?: SavedLog): void {
    const { disk, now, notices } = this.#options;
    const { position = null, offset = -1, line = -1 } = saved ?? {};
    const follower = new Follower({ path, disk, now, notices, from, resume: position });
    const met = position !== null && position.generations.length > 0;
    const engine = new Engine(this.#watch.knowledge, { events: false });
    this.#lanes.push({ path, node, follower, engine, id: -1, offset, line, quietMs: null, met, current: false, blindMs: 0 });
  }

  /** An engine for each node, from the states of those that were. A log that is no more takes part until what it told is counted. */
  #assemble(saved: readonly SavedEngine[]): void {
    this.#engines = new Map();
    for (const node of new Set(this.#lanes.map((lane) => lane.node))) {
      const engine = new Engine(this.#watch.knowledge, { events: false });
      const before = saved.find((other) => other.node === node);
      const lanes = this.#lanes.filter((lane) => lane.node === node);
      const order = [...new Set([...(before?.logs ?? []), ...lanes.map(({ path }) => path)])];
      for (const path of order) {
        const id = engine.open(this.#watch.describe({ path, node }));
        const lane = lanes.find((other) => other.path === path);
        if (lane !== undefined) Object.assign(lane, { engine, id });
      }
      if (before !== undefined) {
        engine.restore(before.state);
        for (const [id, path] of before.logs.entries()) if (lanes.every((lane) => lane.path !== path)) this.#handOn(engine.close(id), node);
      }
      this.#engines.set(node, { engine, logs: order, lost: new Set() });
    }
  }

  #raised(): Alert[] {
    return [...this.#engines.values()].flatMap(({ engine }) => engine.raised());
  }

  #savedEngines(): SavedEngine[] {
    return [...this.#engines].map(([node, { engine, logs }]) => ({ node, logs, state: engine.state() }));
  }

  // Reading

  /** @returns whether there is more to read at once. */
  async #read(lane: Lane, passedMs: number): Promise<boolean> {
    const { blocks, drained, sees } = await lane.follower.pass(ROOM);
    for (const block of blocks) this.#push(lane, block);
    this.#look(lane, sees, passedMs);
    // In the gap of a rotation there may be nothing but what was set aside.
    lane.met ||= sees || blocks.length > 0;
    if (!drained || !sees) lane.quietMs = null;
    else if (!lane.current) lane.quietMs = await this.#quietBefore(lane);
    else lane.quietMs = blocks.length > 0 || lane.quietMs === null ? 0 : lane.quietMs + passedMs;
    lane.current ||= drained && sees;
    return !drained && blocks.length > 0;
  }

  /** For how long nothing had come when the log was read to its end for the first time, in milliseconds. */
  async #quietBefore({ path }: Lane): Promise<number> {
    const { disk, now } = this.#options;
    const stats = await disk.stat(path, { bigint: true }).catch(() => null);
    return stats === null ? 0 : Math.max(0, now() - Number(stats.mtimeNs) / 1e6);
  }

  #push(lane: Lane, { file, offset, line, bytes }: FollowedBlock): void {
    if (lane.offset !== offset || lane.line !== line) lane.engine.begin(lane.id, file, line);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#handOn(lane.engine.push(lane.id, buffer, offset), lane.node);
    lane.offset = offset + bytes.length;
    lane.line = line + newlines(bytes);
    if (this.#unsaved === 'nothing') this.#unsaved = 'lines';
  }

  /** Silence of a log that cannot be read is no silence. */
  #look(lane: Lane, sees: boolean, passedMs: number): void {
    const { notices } = this.#options;
    if (sees) {
      if (lane.blindMs >= BLIND_MS) notices.seesAgain(lane.path);
      lane.blindMs = 0;
      return;
    }
    const before = lane.blindMs;
    lane.blindMs += passedMs;
    if (before >= BLIND_MS || lane.blindMs < BLIND_MS || !lane.met) return;
    notices.blind(lane.path, lane.node);
    const { lost } = this.#engines.get(lane.node)!;
    if (this.#lanes.every((other) => other === lane || other.node !== lane.node || other.blindMs < BLIND_MS)) lost.clear();
    for (const alert of lane.engine.raised()) {
      const key = `${alert.definition.alert} ${alert.raisedAt}`;
      if (lost.has(key)) continue;
      lost.add(key);
      this.#tell(lostSight(alert));
    }
  }

  #idle(): void {
    for (const [node, { engine }] of this.#engines) {
      const lanes = this.#lanes.filter((lane) => lane.node === node);
      // In the gap of a rotation, and while there is more to read, nothing is known yet.
      if (lanes.some((lane) => lane.quietMs === null && lane.met && lane.blindMs < BLIND_MS)) continue;
      this.#handOn(engine.idle(node, new Map(lanes.map((lane) => [lane.id, silenceOf(lane)]))), node);
    }
  }

  #handOn({ events, changes }: Findings, node: string | null): void {
    for (const { kind, count } of events) if (kind === 'log_loss') this.#options.notices.logLoss(node, count);
    for (const change of changes) this.#tell(change);
  }

  #tell(change: Change): void {
    this.#untold.add(change);
    if (this.#untold.size > MOST_UNTOLD) this.#untold.delete(this.#untold.values().next().value!);
    this.#unsaved = 'changes';
    this.#options.tell(change, () => {
      this.#untold.delete(change);
      this.#unsaved = 'changes';
    });
  }

  // Saving

  #saveIfDue(): void {
    const { checkpoint, now } = this.#options;
    if (checkpoint === null || this.#unsaved === 'nothing' || this.#saving !== null) return;
    const since = Math.abs(now() - this.#savedAt);
    // What was told is saved at once, lest it be told again after a crash.
    if (since < (this.#unsaved === 'lines' ? Math.max(SAVE_MS, this.#saveEvery) : this.#saveEvery)) return;
    this.#saving = this.#save(checkpoint).finally(() => (this.#saving = null));
  }

  async #save(checkpoint: Checkpoint): Promise<void> {
    const { notices, now } = this.#options;
    const began = now();
    this.#unsaved = 'nothing';
    const logs = this.#lanes.map(({ path, node, follower, offset, line }) => ({ path, node, position: follower.position(), offset, line }));
    try {
      await checkpoint.save({ logs, engines: this.#savedEngines(), untold: [...this.#untold] }, new Date(began));
    } catch (error) {
      this.#unsaved = 'lines';
      notices.stateNotSaved(checkpoint.path, error);
    }
    this.#savedAt = now();
    this.#saveEvery = SAVE_SHARE * (this.#savedAt - began);
  }
}

function lostSight(alert: Alert): Change {
  return { at: alert.raisedAt, change: 'lost_sight', alert };
}

function isSame(a: Alert, b: Alert): boolean {
  return a.definition.alert === b.definition.alert && a.node === b.node && a.raisedAt === b.raisedAt;
}

function silenceOf({ quietMs, met }: Lane): Silence {
  if (quietMs !== null) return quietMs * MILLISECOND;
  return met ? 'unknown' : 'absent';
}
