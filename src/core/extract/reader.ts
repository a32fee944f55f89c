/**
 * One log: blocks of whole lines in, events out, in the order of its lines.
 *
 * Most lines are only passed over: a line is looked at if it contains a text that some pattern needs, or if it does not begin like the lines
 * before it (same envelope, same hour). A record is a line and the lines that continue it; a pattern may take the first line alone, and only
 * if none does is the next line added (1.0 to 1.13 break some messages in the middle). So it does not matter where the bytes are cut into
 * blocks, as long as no line is.
 */
import type { Event, EpochUs, Unmatched } from '../model.ts';
import type { Knowledge } from '../pack/compile.ts';
import { SECOND, SET_BACK } from '../units.ts';
import type { Bytes } from './bytes.ts';
import { Framer, type Frame, type FramerState } from './envelope.ts';
import { Events, own, take } from './event.ts';
import { isLoud, isUsual, NO_OUTLINE, nextOutline, secondOf, withQuiet } from './outline.ts';
import { scanOf, type InSecond, type Scan } from './scan.ts';
import { Sessions, type SessionsState, type Sighting } from './sessions.ts';
import { Shapes } from './shape.ts';
import { Clockwork, type Calendar, type ClockworkState, type Timestamp } from './timestamp.ts';

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

export interface LogInfo {
  readonly node: string | null;
  readonly calendar: Calendar;
}

/** Plain data of one moment: what the lines read so far mean for those to come. */
export interface ReaderState {
  readonly file: string;
  readonly line: number;
  readonly clockwork: ClockworkState;
  readonly framer: FramerState;
  readonly sessions: SessionsState;
  readonly open: readonly Omit<Open, 'frame'>[];
  readonly second: InSecond;
  readonly latest: EpochUs | null;
  readonly last: Timestamp | null;
}

/** A record whose first line no pattern took: the next line may complete it. */
interface Open {
  readonly frame: Frame;
  readonly line: number;
  readonly offset: number;
  readonly record: string;
  body: string;
  lines: number;
}

/** Bytes that are looked through at once, at first and after a surprise. */
const SHORTEST_STRETCH = 4_096;
const MOST_CONTINUATIONS = 8;
/** Lines of other containers that can stand between a line and the one that continues it. */
const MOST_BETWEEN = 100;
const LONGEST_RECORD = 65_536;
const MOST_SHAPES = 500;

export class Reader {
  private readonly knowledge: Knowledge;
  private readonly events: Events;
  private readonly clockwork: Clockwork;
  private readonly framer: Framer;
  private readonly sessions: Sessions;
  private readonly output: Output;
  private readonly scan: Scan;
  private readonly shapeOf = new Shapes();
  private readonly shapes = new Map<string, { -readonly [Key in keyof Unmatched]: Unmatched[Key] }>();
  private tally: FileTally = emptyTally('');
  /** Of each container of the log, told apart by what stands before its lines. */
  private readonly open = new Map<string, Open>();
  private outline = NO_OUTLINE;
  private second: InSecond = { text: '', lines: 0 };
  /** Of the last stretch, the last line that is in an envelope: from and to. */
  private framed: readonly [number, number] | null = null;
  /** When the last event counted. */
  private latest: EpochUs | null = null;
  private last: Timestamp | null = null;
  /** Lines of the file that were not read here. */
  private before = 0;

  constructor(knowledge: Knowledge, log: LogInfo, output: Output) {
    this.knowledge = knowledge;
    this.events = new Events(knowledge, log.node);
    this.clockwork = new Clockwork(log.calendar);
    this.framer = new Framer(knowledge, this.clockwork);
    this.sessions = new Sessions(knowledge.patterns, (record) => output.twin(record));
    this.output = output;
    this.scan = scanOf(knowledge);
  }

  state(): ReaderState {
    const { latest, last } = this;
    const open = [...this.open.values()].map(({ record, body, line, lines, offset }) => ({ record, body, line, lines, offset }));
    return {
      file: this.tally.file,
      line: this.before + this.tally.lines + 1,
      clockwork: this.clockwork.state(),
      framer: this.framer.state(),
      sessions: this.sessions.state(),
      open,
      second: { ...this.second },
      latest,
      last,
    };
  }

  restore({ file, line, clockwork, framer, sessions, open, second, latest, last }: ReaderState): void {
    this.begin(file, line);
    this.framer.restore(framer);
    for (const record of open) {
      const frame = this.framer.read(record.record);
      if ('envelope' in frame) this.open.set(frame.wrapping, { ...record, frame });
    }
    this.framer.restore(framer);
    this.clockwork.restore(clockwork);
    this.sessions.restore(sessions);
    Object.assign(this, { second: { ...second }, latest, last });
  }

  /** The next file of the same log begins. @param line of its first line that is read here. @returns its tally, kept up to date. */
  begin(file: string, line = 1): FileTally {
    this.closeRecords();
    this.outline = NO_OUTLINE;
    this.tally = emptyTally(file);
    this.before = line - 1;
    return this.tally;
  }

  /** @param bytes whole lines. @param offset of the first byte in the file. */
  push(bytes: Bytes, offset: number): void {
    const { scan } = this;
    scan.load(bytes);
    let stretch = SHORTEST_STRETCH;
    let framed: readonly [number, number] | null = null;
    for (let from = 0; from < bytes.length;) {
      const { outline } = this;
      from = this.pushStretch(bytes, from, stretch, offset);
      if (this.framed) framed = this.framed;
      // After a surprise the next one may be near.
      stretch = this.outline === outline ? stretch * 4 : SHORTEST_STRETCH;
    }
    if (framed) this.reach(bytes.toString('latin1', ...framed));
  }

  /** @returns where the next stretch begins: behind the first line that changed what is usual. */
  private pushStretch(bytes: Bytes, from: number, length: number, offset: number): number {
    const { scan, outline, tally } = this;
    const { lines } = tally;
    const counted = outline.beginning && outline.second;
    scan.expect(outline, this.second);
    const items = scan.next(from, length);
    this.framed = null;
    /** The next line, and how many of the stretch are before it. */
    let next = from;
    let line = 0;
    const lookAt = (start: number, end: number, number: number): boolean => {
      tally.lines = lines + number + 1;
      [next, line] = [end + 1, number + 1];
      return this.look(bytes.toString('latin1', start, end), offset + start);
    };
    for (let index = 0; index < items; index += 1) {
      const item = scan.get(index);
      while (this.open.size > 0 && next < item.start) lookAt(next, scan.endOf(next), line);
      if (item.burst) this.burst(bytes.toString('latin1', item.start, item.end));
      if (!item.wanted && this.open.size === 0) {
        [next, line] = [item.end + 1, item.line + 1];
        continue;
      }
      const framed = lookAt(item.start, item.end, item.line);
      const isNew = this.outline !== outline;
      if (isNew && counted) scan.inSecond(index, this.second, counted.length);
      if (framed) {
        this.framed = [item.start, item.end];
        if (!item.usual) this.countSecond(bytes.toString('latin1', item.start, item.end));
      }
      if (isNew) return next;
    }
    while (this.open.size > 0 && next < scan.position) lookAt(next, scan.endOf(next), line);
    tally.lines = lines + scan.lines;
    if (counted) scan.lastSecond(this.second, counted.length);
    if (scan.lastUsual && scan.lastUsual[0] >= (this.framed?.[0] ?? 0)) this.framed = scan.lastUsual;
    return scan.position;
  }

  /** The log is read to its end and nothing more is expected of what was written last. */
  end(): void {
    this.closeRecords();
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
    return [...this.shapes.values()];
  }

  /** @returns whether the line is in an envelope. */
  private look(raw: string, offset: number): boolean {
    this.closeForgotten();
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const frame = this.framer.read(line);
    if (!('envelope' in frame)) {
      this.continueRecord(frame.rest, frame.wrapping);
      return false;
    }
    this.closeRecord(frame.wrapping);
    this.learn(frame, line);
    const open = { frame, line: this.before + this.tally.lines, offset, record: line, body: frame.body, lines: 1 };
    if (this.take(open)) return true;
    this.open.set(frame.wrapping, open);
    if (!frame.envelope.source.continues) this.closeRecord(frame.wrapping);
    return true;
  }

  private continueRecord(rest: string, wrapping: string): void {
    if (rest.trim() === '') return;
    // What is set in below a record belongs to it, also where nobody looked at that record.
    if (!/^\s/.test(rest) || this.before + this.tally.lines === 1) {
      this.closeRecord(wrapping);
      this.tally.unparsed += 1;
      return;
    }
    const open = this.open.get(wrapping);
    if (!open) return;
    open.lines += 1;
    if (open.lines > MOST_CONTINUATIONS || open.body.length + rest.length > LONGEST_RECORD) return;
    open.body = `${open.body.trimEnd()} ${rest.trim()}`;
    if (this.take(open)) this.open.delete(wrapping);
  }

  private closeForgotten(): void {
    for (const [wrapping, { line }] of this.open) {
      if (this.before + this.tally.lines - line <= MOST_BETWEEN) break;
      this.closeRecord(wrapping);
    }
  }

  private closeRecords(): void {
    for (const wrapping of this.open.keys()) this.closeRecord(wrapping);
  }

  /** No pattern took the open record of a container: if it was a warning or worse, it is remembered by its shape. */
  private closeRecord(wrapping: string): void {
    const open = this.open.get(wrapping);
    if (!open) return;
    this.open.delete(wrapping);
    if (!isLoud(open.frame.level)) return;
    const shape = this.shapeOf.of(open.body);
    const known = this.shapes.get(shape);
    if (known) known.lines += 1;
    else if (this.shapes.size < MOST_SHAPES)
      this.shapes.set(own(shape), { shape, lines: 1, place: { file: this.tally.file, line: open.line, offset: open.offset } });
  }

  /** @returns whether a pattern took the record. */
  private take({ frame, body, line, lines, offset, record }: Open): boolean {
    const taken = take(this.knowledge, frame, body);
    if (!taken) return false;
    const { pattern } = taken;
    const pid = frame.pid === null || frame.wrapping === '' ? frame.pid : `${frame.pid}${frame.wrapping}`;
    if (pattern.source.boot) this.sessions.boot(this.release);
    if (pattern.source.event === 'none') {
      this.sessions.close({ pattern, pid });
      return true;
    }
    const timestamp = this.framer.time(frame);
    const place = { file: this.tally.file, line, offset };
    const event = this.events.of(frame, taken, timestamp, this.countedAt(timestamp), place);
    if (event) {
      const whole = lines === 1 ? record : record + body;
      this.sessions.push({ event, pattern, pid, container: frame.wrapping, record: whole, tally: this.tally }, this.release);
    }
    return true;
  }

  private readonly release = ({ event, record, tally }: Sighting): void => {
    tally.events += 1;
    this.output.event(event, record);
  };

  /** Within one log time never runs backwards, unless somebody set the clock back (contract section 4). */
  private countedAt(timestamp: Timestamp | null): EpochUs {
    const at = timestamp?.at ?? this.latest ?? 0;
    if (this.latest === null || at > this.latest || at < this.latest - SET_BACK) this.latest = at;
    return this.latest;
  }

  private learn(frame: Frame, line: string): void {
    if (!isUsual(this.outline, line, frame)) {
      // Observed for its hour, so that a DST overlap or a midnight is noticed wherever it falls.
      if (frame.timestamp !== null && frame.envelope.text) this.framer.time(frame);
      this.outline = nextOutline(this.outline, frame, line, this.clockwork.ambiguous || this.knowledge.needles === null);
    }
    this.outline = withQuiet(this.outline, line, frame);
    this.tally.from ??= this.framer.time(frame)?.at ?? null;
  }

  private reach(line: string): void {
    const time = this.timeOf(line);
    if (!time) return;
    this.last = time;
    this.tally.to = time.at;
    this.tally.dated = time.dated;
    // Lines can be a little out of order, so what waits is given a moment more.
    if (this.latest !== null) this.sessions.settle(Math.max(time.at - SECOND, this.latest), this.release);
  }

  /** A line that does not begin as usual is counted here, the others where they are looked through. */
  private countSecond(line: string): void {
    const { second, burst } = this.outline;
    if (second === null) return;
    const text = secondOf(second, line);
    this.second = { text, lines: text === this.second.text ? this.second.lines + 1 : 1 };
    if (this.second.lines === burst) this.burst(line);
  }

  /** OTP's logger drops silently what comes above its limit of lines a second. */
  private burst(line: string): void {
    const time = this.timeOf(line);
    if (time) this.output.burst(time.at);
  }

  private timeOf(raw: string): Timestamp | null {
    const frame = this.framer.read(raw.endsWith('\r') ? raw.slice(0, -1) : raw);
    return 'envelope' in frame ? this.framer.time(frame) : null;
  }
}

function emptyTally(file: string): FileTally {
  return { file, lines: 0, events: 0, unparsed: 0, from: null, to: null, dated: true, error: null };
}
