/**
 * The trip of a line, from bytes to alerts: a reader for each log, one order of time over all of them, duplicates out, minutes and alerts.
 *
 * No I/O and no clock: what comes out depends on the bytes alone.
 */
import { Alerts, type AlertsState } from './alert/alerts.ts';
import { Duplicates, type DuplicatesState } from './count/duplicates.ts';
import { Merge, type MergeState } from './count/merge.ts';
import { Minutes } from './count/minutes.ts';
import { Witnesses, type WitnessesState } from './count/witnesses.ts';
import { Reader, type FileTally, type PartPlace, type ReaderState } from './extract/reader.ts';
import type { LogInfo } from './extract/records.ts';
import type { Batch } from './extract/batch.ts';
import type { Bytes } from './extract/bytes.ts';
import type { Alert, Change, DurationUs, EpochUs, Event, Findings, Snapshot, SourceSummary, Unmatched } from './model.ts';
import type { Knowledge } from './pack/compile.ts';
import { SECOND } from './units.ts';

export type LogId = number;

/**
 * For how long a live log has written nothing. `absent`: it never was there, so nobody waits for it. `unknown`: it cannot be read, so nobody
 * knows what it would say.
 */
export type Silence = DurationUs | 'absent' | 'unknown';

export interface EngineOptions {
  /** Events outside do not count: from inclusive, to exclusive; undated events always count. */
  readonly since?: EpochUs | null;
  readonly until?: EpochUs | null;
  /** Whether findings hold events; they are worth nothing to who wants alerts alone, and cost memory. */
  readonly events?: boolean;
}

/**
 * Everything that what comes next depends on: plain data, fit for `v8.serialize` or `structuredClone`. It shares what can change with the
 * engine it was taken from.
 */
export interface EngineState {
  /** By log id. */
  readonly readers: readonly ReaderState[];
  readonly merge: MergeState<Item>;
  readonly duplicates: DuplicatesState;
  readonly witnesses: WitnessesState;
  readonly alerts: AlertsState;
  readonly logLoss: number;
}

/**
 * Both loggers hold back up to 2 s of lines, and lines are a little out of order: a live log is known to have been silent up to so long
 * before now (vernemq-logs 1.10).
 */
const WRITER_LAG: DurationUs = 3 * SECOND;

interface Item {
  readonly at: EpochUs;
  readonly event: Event;
  readonly record: string;
}

interface Log {
  readonly info: LogInfo;
  readonly reader: Reader;
}

export class Engine {
  private readonly knowledge: Knowledge;
  private readonly since: EpochUs;
  private readonly until: EpochUs;
  private readonly keepsEvents: boolean;
  private readonly logs: Log[] = [];
  private readonly tallies: FileTally[] = [];
  private readonly merge = new Merge<Item>();
  private readonly duplicates = new Duplicates();
  private readonly witnesses: Witnesses;
  private readonly minutes = new Minutes();
  private readonly alerts: Alerts;
  private logLoss = 0;
  private events: Event[] = [];
  private changes: Change[] = [];

  constructor(knowledge: Knowledge, options: EngineOptions = {}) {
    this.knowledge = knowledge;
    this.since = options.since ?? -Infinity;
    this.until = options.until ?? Infinity;
    this.keepsEvents = options.events ?? true;
    this.witnesses = new Witnesses(knowledge.patterns.filter(({ source }) => source.witness === 'tracer').map(({ id }) => id));
    this.alerts = new Alerts(knowledge.alerts);
  }

  open(info: LogInfo): LogId {
    const id = this.logs.length;
    this.merge.open(id);
    const reader = new Reader(
      this.knowledge,
      { ...info, topics: this.keepsEvents },
      {
        event: (event, record) => {
          // One log alone is in order by itself.
          if (this.logs.length === 1 && this.merge.isEmpty) this.take(id, event, record);
          else this.merge.push(id, { at: this.witnesses.turnOf(event), event, record });
        },
        twin: (record) => {
          if (this.logs.length > 1) this.duplicates.tell(info.node, id, record);
        },
        burst: (at) => this.alerts.burst(info.node, at),
      },
    );
    this.logs.push({ info, reader });
    return id;
  }

  state(): EngineState {
    return {
      readers: this.logs.map(({ reader }) => reader.state()),
      merge: this.merge.state(),
      duplicates: this.duplicates.state(),
      witnesses: this.witnesses.state(),
      alerts: this.alerts.state(),
      logLoss: this.logLoss,
    };
  }

  /** Goes on from where another engine was. The logs of the state have to be open, in its order, and nothing read yet. */
  restore({ readers, merge, duplicates, witnesses, alerts, logLoss }: EngineState): void {
    for (const [log, state] of readers.entries()) this.logs[log]!.reader.restore(state);
    this.merge.restore(merge);
    this.duplicates.restore(duplicates);
    this.witnesses.restore(witnesses);
    this.alerts.restore(alerts);
    this.logLoss = logLoss;
  }

  /** The next file of the log begins. @param line of its first line that is read. @returns its tally, kept up to date. */
  begin(log: LogId, file: string, line = 1): FileTally {
    const tally = this.logs[log]!.reader.begin(file, line);
    this.tallies.push(tally);
    return tally;
  }

  /** @param bytes whole lines of the log's current file. @param offset of the first byte. */
  push(log: LogId, bytes: Bytes, offset: number): Findings {
    this.logs[log]!.reader.push(bytes, offset);
    return this.reach(log);
  }

  private reach(log: LogId): Findings {
    const { reader } = this.logs[log]!;
    // An undated log has an order of its own: nobody waits for it.
    if (reader.reached !== null) this.merge.reach(log, reader.dated ? reader.reached : Infinity);
    return this.findings();
  }

  /** Whether what another thread read of the log is what would have been read here. */
  fits(log: LogId, batch: Batch, part: PartPlace): boolean {
    return this.logs[log]!.reader.fits(batch, part);
  }

  /** Takes what another thread read of the log's current file, instead of `push`. */
  absorb(log: LogId, batch: Batch, part: PartPlace): Findings {
    this.logs[log]!.reader.absorb(batch, part);
    return this.reach(log);
  }

  /** The log is read to its end and will not grow. */
  close(log: LogId): Findings {
    this.logs[log]!.reader.end();
    this.merge.close(log);
    return this.findings();
  }

  /**
   * Live: all logs of a node are read as far as they can be. What has been silent long enough clears, unless a log cannot be read, and
   * nobody waits any longer for lines that would have come.
   */
  idle(node: string | null, silence: ReadonlyMap<LogId, Silence>): Findings {
    const come = { dated: Infinity, undated: Infinity };
    for (const [log, quiet] of silence) {
      const { reached, dated } = this.logs[log]!.reader;
      const calendar = dated ? 'dated' : 'undated';
      if (typeof quiet === 'string' || quiet >= WRITER_LAG) this.logs[log]!.reader.settle();
      if (typeof quiet === 'string' || reached === null || !dated) this.merge.reach(log, Infinity);
      else this.merge.reach(log, Math.max(reached, reached + quiet - WRITER_LAG));
      if (quiet === 'unknown') come.dated = come.undated = -Infinity;
      else if (quiet !== 'absent' && reached !== null) come[calendar] = Math.min(come[calendar], reached + quiet - WRITER_LAG);
    }
    this.merge.drain((log, { event, record }) => this.take(log, event, record));
    const tell = (change: Change) => this.changes.push(change);
    if (come.dated < Infinity) this.alerts.advance(node, true, come.dated, tell);
    if (come.undated < Infinity) this.alerts.advance(node, false, come.undated, tell);
    return this.findings();
  }

  /** What is raised now, with the first offenders. */
  raised(): readonly Alert[] {
    return this.alerts.raised();
  }

  /** Lets go of what is over and was told: a service would grow by it. */
  forget(): void {
    this.alerts.forget();
    this.minutes.forget();
    this.tallies.splice(0, this.tallies.length - this.logs.length);
  }

  /** How far the log has come; -Infinity before its first line. */
  reached(log: LogId): EpochUs {
    return this.logs[log]!.reader.reached ?? -Infinity;
  }

  /** All logs are closed: alerts silent for a window before the last line of their node are cleared. */
  end(): Findings {
    this.logs.forEach(({ info }, log) => {
      const { node } = info;
      // What comes after `until` is not looked at, so nothing is known to have been silent then.
      const at = Math.min(this.reached(log), this.until);
      if (at > -Infinity) this.alerts.advance(node, this.logs[log]!.reader.dated, at, (change) => this.changes.push(change));
    });
    this.changes.sort((a, b) => a.at - b.at);
    return this.findings();
  }

  snapshot(): Snapshot {
    const sources: SourceSummary[] = this.tallies.map((tally) => ({
      file: tally.file,
      lines: tally.lines,
      events: tally.events,
      unparsed: tally.unparsed,
      from: tally.dated ? tally.from : null,
      to: tally.dated ? tally.to : null,
      error: tally.error,
    }));
    const from = sources.flatMap((source) => source.from ?? []);
    const to = sources.flatMap((source) => source.to ?? []);
    return {
      span: {
        from: from.length > 0 ? from.reduce((a, b) => Math.min(a, b)) : null,
        to: to.length > 0 ? to.reduce((a, b) => Math.max(a, b)) : null,
      },
      sources,
      alerts: this.alerts.list(),
      minutes: this.minutes.list(),
      coverage: { logLoss: this.logLoss, alertsWithoutSource: this.alerts.withoutSource(), unmatched: this.unmatched() },
    };
  }

  private findings(): Findings {
    this.merge.drain((log, { event, record }) => this.take(log, event, record));
    const findings = { events: this.events, changes: this.changes };
    this.events = [];
    this.changes = [];
    return findings;
  }

  private take(log: LogId, event: Event, record: string): void {
    if (event.time !== null && (event.time < this.since || event.time >= this.until)) return;
    if (this.logs.length > 1) {
      if (this.duplicates.isRepeat(event.node, log, record, event.at)) return;
      if (this.witnesses.isRepeat(event)) return;
    }
    if (this.keepsEvents) this.events.push(event);
    this.minutes.add(event);
    if (event.kind === 'log_loss') this.logLoss += event.count;
    this.alerts.take(event, (change) => this.changes.push(change));
  }

  private unmatched(): Unmatched[] {
    const shapes = new Map<string, Unmatched>();
    for (const { reader } of this.logs) {
      for (const unmatched of reader.unmatched) {
        const known = shapes.get(unmatched.shape);
        shapes.set(unmatched.shape, known ? { ...known, lines: known.lines + unmatched.lines } : unmatched);
      }
    }
    return [...shapes.values()].sort((a, b) => b.lines - a.lines || (a.shape < b.shape ? -1 : 1));
  }
}
