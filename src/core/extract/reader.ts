/**
 * One log: records in, events out, in the order of its lines.
 */
import type { Event, EpochUs, Unmatched } from '../model.ts';
import type { Knowledge } from '../pack/compile.ts';
import { SECOND, SET_BACK } from '../units.ts';
import { readRecords, type Batch } from './batch.ts';
import type { Bytes } from './bytes.ts';
import { Records, type LogInfo, type RecordsState, type TakenRecord } from './records.ts';
import { Sessions, type SessionsState, type Sighting } from './sessions.ts';
import { Shapes, UnmatchedShapes } from './shape.ts';
import type { Timestamp } from './timestamp.ts';

/** What a log hands on, in its order. */
export interface Output {
  /** @param record the text of the record: the same one written to two logs (console.log and error.log) is recognised by it. */
  event(event: Event, record: string): void;
  /** A record that told a part of another event, so that it is none of its own. */
  twin(record: string): void;
  /** A second that holds so many lines that the logger dropped more of them silently. */
  burst(at: EpochUs): void;
}

/** What was read of one file so far. */
export interface FileTally {
  readonly file: string;
  lines: number;
  events: number;
  unparsed: number;
  from: EpochUs | null;
  to: EpochUs | null;
  /** False where the log has no dates. */
  dated: boolean;
  /** Why reading stopped early; said by who reads the file. */
  error: string | null;
}

/** Plain data of one moment: what the lines read so far mean for those to come. */
export interface ReaderState {
  readonly file: string;
  readonly line: number;
  readonly records: RecordsState;
  readonly sessions: SessionsState;
  readonly latest: EpochUs | null;
  readonly last: Timestamp | null;
}

/** Where a batch stands: `cold`, in the part that begins the log; `first` of another part; `next`, behind one of the same part that was fit. */
export type PartPlace = 'cold' | 'first' | 'next';

export class Reader {
  private readonly knowledge: Knowledge;
  private readonly node: string | null;
  private readonly output: Output;
  private readonly records: Records;
  private readonly sessions: Sessions;
  private readonly shapes = new Shapes();
  private readonly loud = new UnmatchedShapes();
  private tally: FileTally = emptyTally('');
  /** When the last event counted. */
  private latest: EpochUs | null = null;
  private last: Timestamp | null = null;

  constructor(knowledge: Knowledge, log: LogInfo, output: Output) {
    this.knowledge = knowledge;
    this.node = log.node;
    this.output = output;
    this.records = new Records(knowledge, log, {
      taken: (record) => this.taken(record),
      unmatched: (body, place) => this.loud.add(this.shapes.of(body), 1, place),
      burst: (at) => output.burst(at),
    });
    this.sessions = new Sessions(knowledge.patterns, (record) => output.twin(record));
  }

  state(): ReaderState {
    const { latest, last } = this;
    return { file: this.tally.file, line: this.records.line, records: this.records.state(), sessions: this.sessions.state(), latest, last };
  }

  restore({ file, line, records, sessions, latest, last }: ReaderState): void {
    this.begin(file, line);
    this.records.restore(records);
    this.sessions.restore(sessions);
    Object.assign(this, { latest, last });
  }

  /** The next file of the same log begins. @param line of its first line that is read here. @returns its tally, kept up to date. */
  begin(file: string, line = 1): FileTally {
    this.tally = emptyTally(file);
    this.records.begin(file, line - 1, this.tally);
    return this.tally;
  }

  /** @param bytes whole lines. @param offset of the first byte in the file. */
  push(bytes: Bytes, offset: number): void {
    this.reach(this.records.push(bytes, offset));
  }

  /** Whether a batch of another thread says what would have been read here. */
  fits({ independent, envelope }: Batch, part: PartPlace): boolean {
    if (part === 'cold') return true;
    const { records } = this;
    return independent && (part === 'next' || (records.isPlain && (records.envelope ?? envelope) === envelope));
  }

  /** Takes what another thread read of the current file, instead of `push`. @param part that it fits as. */
  absorb(batch: Batch, part: PartPlace): void {
    // A part begins with a line in an envelope, which ends the record before it.
    if (part === 'first') this.records.end();
    const { tally, knowledge, node } = this;
    const before = this.records.line - 1;
    const { first, state } = batch;
    const second = { ...state.second };
    if (first?.text === this.records.second.text) {
      const { lines } = this.records.second;
      if (lines < first.burst && first.lines < first.burst && lines + first.lines >= first.burst) this.output.burst(first.at);
      if (!first.isOver) second.lines += lines;
    }
    readRecords(batch, { patterns: knowledge.patterns, node, file: tally.file, before }, (record) => this.taken(record));
    for (const at of batch.bursts) this.output.burst(at);
    for (const { shape, lines, place } of batch.unmatched)
      this.loud.add(shape, lines, { ...place, file: tally.file, line: before + place.line });
    tally.lines += batch.tally.lines;
    tally.unparsed += batch.tally.unparsed;
    tally.from ??= batch.tally.from;
    const open = state.open.map((record) => ({ ...record, line: before + record.line }));
    this.records.adopt({ ...state, open, second });
    this.reach(batch.reached);
  }

  /** The log is read to its end and nothing more is expected of what was written last. */
  end(): void {
    this.records.end();
    this.sessions.end(this.release);
  }

  /** Nothing has been written for so long that nothing belongs to what was written last. */
  settle(): void {
    this.sessions.end(this.release);
  }

  /** How far the log has come: the time of the last line read, null before the first. */
  get reached(): EpochUs | null {
    return this.last?.at ?? null;
  }

  /** False where the log has no dates. */
  get dated(): boolean {
    return this.last?.dated ?? true;
  }

  get unmatched(): readonly Unmatched[] {
    return this.loud.list();
  }

  private taken({ pattern, event, at, pid, container, record }: TakenRecord): void {
    if (pattern.source.boot) this.sessions.boot(this.release);
    if (pattern.source.event === 'none') {
      this.sessions.close({ pattern, pid });
      return;
    }
    const counted = this.countedAt(at);
    if (!event) return;
    event.at = counted;
    this.sessions.push({ event, pattern, pid, container, record, tally: this.tally }, this.release);
  }

  private readonly release = ({ event, record, tally }: Sighting): void => {
    tally.events += 1;
    this.output.event(event, record);
  };

  /** Within one log time never runs backwards, unless somebody set the clock back (contract section 4). */
  private countedAt(logged: EpochUs | null): EpochUs {
    const at = logged ?? this.latest ?? 0;
    if (this.latest === null || at > this.latest || at < this.latest - SET_BACK) this.latest = at;
    return this.latest;
  }

  private reach(time: Timestamp | null): void {
    if (!time) return;
    this.last = time;
    this.tally.to = time.at;
    this.tally.dated = time.dated;
    // Lines can be a little out of order, so what waits is given a moment more.
    if (this.latest !== null) this.sessions.settle(Math.max(time.at - SECOND, this.latest), this.release);
  }
}

function emptyTally(file: string): FileTally {
  return { file, lines: 0, events: 0, unparsed: 0, from: null, to: null, dated: true, error: null };
}
