/**
 * From blocks of whole lines to the records in them that a pattern takes, and the loud ones that none does.
 *
 * Most lines are only passed over: a line is looked at if it contains a text that some pattern needs, is loud, or does not begin like the lines
 * before it (same envelope, same hour). A record is a line and the lines that continue it; a pattern may take the first line alone, and only
 * if none does is the next line added (1.0 to 1.13 break some messages in the middle). So it does not matter where the bytes are cut into
 * blocks, as long as no line is.
 */
import type { Event, EpochUs, Place } from '../model.ts';
import type { Knowledge, Pattern } from '../pack/compile.ts';
import type { TimeFormat } from '../pack/pack.ts';
import type { Bytes } from './bytes.ts';
import { Framer, type Frame, type FramerState } from './envelope.ts';
import { Events, take } from './event.ts';
import { isLoud, isUsual, NO_OUTLINE, nextOutline, secondOf, withQuiet } from './outline.ts';
import { scanOf, type InSecond, type Scan } from './scan.ts';
import { Clockwork, type Calendar, type ClockworkState, type Timestamp } from './timestamp.ts';

export interface LogInfo {
  readonly node: string | null;
  readonly calendar: Calendar;
  /** Whether events have their topics; default: yes. */
  readonly topics?: boolean;
}

/** A record that a pattern takes. */
export interface TakenRecord {
  readonly pattern: Pattern;
  /** Null for a known record that is none. It counts when it was logged; the reader corrects that. */
  readonly event: Event | null;
  /** When it was logged; null where it does not say. */
  readonly at: EpochUs | null;
  /** Connection process, made unique by what wraps the line; null where the log has no pids. */
  readonly pid: string | null;
  /** What wraps the line: tells the containers of one stream apart. */
  readonly container: string;
  /** As it was logged. */
  readonly record: string;
}

/** Takes what the records say, in their order. */
export interface Recorder {
  taken(record: TakenRecord): void;
  /** A warning or worse that no pattern takes. */
  unmatched(body: string, place: Place): void;
  /** A second that holds so many lines that the logger dropped more of them silently. */
  burst(at: EpochUs): void;
}

/** What was read of one file so far. */
export interface RecordsTally {
  lines: number;
  /** Lines in no known envelope that do not continue a record either. */
  unparsed: number;
  from: EpochUs | null;
}

/** The second that a stretch of a log begins in, as far as it lies in it: it may have begun before. */
export interface FirstSecond {
  readonly text: string;
  readonly lines: number;
  readonly at: EpochUs;
  /** Lines in one second from which on the logger drops silently. */
  readonly burst: number;
  /** Another second came after it. */
  readonly isOver: boolean;
}

/** Plain data of one moment: what the lines read so far mean for those to come. */
export interface RecordsState {
  readonly clockwork: ClockworkState;
  readonly framer: FramerState;
  readonly open: readonly Omit<Open, 'frame'>[];
  readonly second: InSecond;
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
/** A SUBACK in the tracer has a line for each topic. */
const MOST_CONTINUATIONS = 32;
/** Lines of other containers that can stand between a line and the one that continues it. */
const MOST_BETWEEN = 100;
const LONGEST_RECORD = 65_536;
/** Times that say all, but for the hour that stands twice on the wall. */
const STEADY: ReadonlySet<string> = new Set<TimeFormat>(['rfc3339', 'epoch-s', 'epoch-us', 'local']);

export class Records {
  private readonly knowledge: Knowledge;
  private readonly clockwork: Clockwork;
  private readonly framer: Framer;
  private readonly events: Events;
  private readonly scan: Scan;
  private readonly recorder: Recorder;
  private tally: RecordsTally = { lines: 0, unparsed: 0, from: null };
  private file = '';
  /** Lines of the file that were not read here. */
  private before = 0;
  /** Of each container of the log, told apart by what stands before its lines. */
  private readonly open = new Map<string, Open>();
  private outline = NO_OUTLINE;
  /** The second of the last line, and its lines so far. */
  second: InSecond = { text: '', lines: 0 };
  /** Nothing that was read depends on what came before it, as long as that was in the envelope of the first line. */
  independent = true;
  /** Of the first line that is in one. */
  firstEnvelope: string | null = null;
  /** Of the last stretch, the last line that is in an envelope: from and to. */
  private framed: readonly [number, number] | null = null;

  constructor(knowledge: Knowledge, log: LogInfo, recorder: Recorder) {
    this.knowledge = knowledge;
    this.clockwork = new Clockwork(log.calendar);
    this.framer = new Framer(knowledge, this.clockwork);
    this.events = new Events(knowledge, log.node, log.topics);
    this.scan = scanOf(knowledge);
    this.recorder = recorder;
  }

  state(): RecordsState {
    const open = [...this.open.values()].map(({ record, body, line, lines, offset }) => ({ record, body, line, lines, offset }));
    return { clockwork: this.clockwork.state(), framer: this.framer.state(), open, second: { ...this.second } };
  }

  restore({ clockwork, framer, open, second }: RecordsState): void {
    this.framer.restore(framer);
    for (const record of open) {
      const frame = this.framer.read(record.record);
      if ('envelope' in frame) this.open.set(frame.wrapping, { ...record, frame });
    }
    this.framer.restore(framer);
    this.clockwork.restore(clockwork);
    this.second = { ...second };
  }

  /** The next line, if it is in an envelope of its own, ends whatever was read. */
  get isPlain(): boolean {
    return this.open.size === (this.open.has('') ? 1 : 0);
  }

  /** Goes on behind a part that was read elsewhere. */
  adopt(state: RecordsState): void {
    this.open.clear();
    this.outline = NO_OUTLINE;
    this.restore(state);
  }

  /**
   * Counts the lines of the second that a stretch of the log begins in. Asked for after the block was pushed.
   * @param so far, in the blocks before. @returns null where seconds are not counted.
   */
  firstSecond(bytes: Bytes, sofar: FirstSecond | null): FirstSecond | null {
    const { beginning, second, burst } = this.outline;
    if (!second || !beginning || sofar?.isOver) return sofar;
    let first = sofar;
    for (let start = 0, end: number; start < bytes.length; start = end + 1) {
      end = this.scan.endOf(start);
      const line = bytes.toString('latin1', start, end);
      const text = secondOf(second, line);
      if (text === first?.text) first = { ...first, lines: first.lines + 1 };
      else if (!first) {
        const time = this.timeOf(line);
        if (time) first = { text, lines: 1, at: time.at, burst, isOver: false };
      } else if (line.startsWith(beginning.text, beginning.at)) return { ...first, isOver: true };
    }
    return first;
  }

  /** The next file of the same log begins. @param before lines of it that are not read here. @param tally is kept up to date. */
  begin(file: string, before: number, tally: RecordsTally): void {
    this.end();
    this.outline = NO_OUTLINE;
    this.tally = tally;
    this.file = file;
    this.before = before;
  }

  /** The envelope that the log keeps. */
  get envelope(): string | null {
    return this.framer.state().last;
  }

  /** Number of the line that comes next. */
  get line(): number {
    return this.before + this.tally.lines + 1;
  }

  /** Nothing is expected any more of what was written last. */
  end(): void {
    for (const wrapping of this.open.keys()) this.closeRecord(wrapping);
  }

  /** @param bytes whole lines. @param offset of the first byte in the file. @returns the time of the last line that has one. */
  push(bytes: Bytes, offset: number): Timestamp | null {
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
    return framed && this.timeOf(bytes.toString('latin1', ...framed));
  }

  /** @returns where the next stretch begins: behind the first line that changed what is usual. */
  private pushStretch(bytes: Bytes, from: number, length: number, offset: number): number {
    const { scan, outline, tally } = this;
    const { lines } = tally;
    const counted = outline.beginning && outline.second;
    scan.expect(outline, this.second);
    const items = scan.next(from, length);
    let framed = scan.lastUsual;
    /** The next line, and how many of the stretch are before it. */
    let next = from;
    let line = 0;
    const lookAt = (start: number, end: number, number: number, usual: boolean, needle: boolean): boolean => {
      tally.lines = lines + number + 1;
      next = end + 1;
      line = number + 1;
      return this.look(bytes.toString('latin1', start, end), offset + start, usual, needle);
    };
    for (let index = 0; index < items; index += 1) {
      const item = scan.get(index);
      while (this.open.size > 0 && next < item.start) lookAt(next, scan.endOf(next), line, true, false);
      if (item.burst) this.burst(bytes.toString('latin1', item.start, item.end));
      if (!item.wanted && this.open.size === 0) {
        next = item.end + 1;
        line = item.line + 1;
        continue;
      }
      const isFramed = lookAt(item.start, item.end, item.line, item.usual, item.needle);
      const isNew = this.outline !== outline;
      if (isNew && counted) scan.inSecond(index, this.second, counted.length);
      if (isFramed && !item.usual) this.countSecond(bytes.toString('latin1', item.start, item.end));
      if (isFramed && (isNew || item.start > (framed?.[0] ?? -1))) framed = [item.start, item.end];
      if (isNew) {
        this.framed = framed && framed[0] <= item.start ? framed : null;
        return next;
      }
    }
    while (this.open.size > 0 && next < scan.position) lookAt(next, scan.endOf(next), line, true, false);
    tally.lines = lines + scan.lines;
    if (counted) scan.lastSecond(this.second, counted.length);
    this.framed = framed;
    return scan.position;
  }

  /**
   * @param usual it begins like the lines before it. @param needle it may hold what a pattern needs.
   * @returns whether the line is in an envelope.
   */
  private look(raw: string, offset: number, usual: boolean, needle: boolean): boolean {
    if (this.open.size > 0) this.closeForgotten();
    const record = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const frame = this.framer.read(record);
    if (!('envelope' in frame)) {
      if (frame.wrapping !== '') this.independent = false;
      this.continueRecord(frame.rest, frame.wrapping);
      return false;
    }
    this.firstEnvelope ??= frame.envelope.id;
    if (this.open.size > 0) this.closeRecord(frame.wrapping);
    const loud = isLoud(frame.level);
    if (!usual || !loud) this.learn(frame, record);
    const line = this.before + this.tally.lines;
    if (needle && this.take(frame, frame.body, record, line, offset)) return true;
    if (frame.envelope.source.continues) this.open.set(frame.wrapping, { frame, line, offset, record, body: frame.body, lines: 1 });
    else if (loud) this.recorder.unmatched(frame.body, { file: this.file, line, offset });
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
    const { frame, body, record, line, offset } = open;
    if (this.take(frame, body, record + body, line, offset)) this.open.delete(wrapping);
  }

  private closeForgotten(): void {
    for (const [wrapping, { line }] of this.open) {
      if (this.before + this.tally.lines - line <= MOST_BETWEEN) break;
      this.closeRecord(wrapping);
    }
  }

  /** No pattern took the open record of a container: if it was a warning or worse, it is remembered by its shape. */
  private closeRecord(wrapping: string): void {
    const open = this.open.get(wrapping);
    if (!open) return;
    this.open.delete(wrapping);
    if (!isLoud(open.frame.level)) return;
    this.recorder.unmatched(open.body, { file: this.file, line: open.line, offset: open.offset });
  }

  /** @returns whether a pattern took the record. */
  private take(frame: Frame, body: string, record: string, line: number, offset: number): boolean {
    const taken = take(this.knowledge, frame, body);
    if (!taken) return false;
    const timestamp = this.framer.time(frame);
    const at = timestamp?.at ?? null;
    this.recorder.taken({
      pattern: taken.pattern,
      event: this.events.of(frame, taken, timestamp, at ?? 0, { file: this.file, line, offset }),
      at,
      pid: frame.pid === null || frame.wrapping === '' ? frame.pid : `${frame.pid}${frame.wrapping}`,
      container: frame.wrapping,
      record,
    });
    return true;
  }

  private learn(frame: Frame, line: string): void {
    if (!isUsual(this.outline, line, frame)) {
      // Observed for its hour, so that a DST overlap or a midnight is noticed wherever it falls.
      if (frame.timestamp !== null && frame.envelope.text) this.framer.time(frame);
      if (frame.wrapping !== '' || !STEADY.has(frame.envelope.source.time) || this.clockwork.ambiguous) this.independent = false;
      this.outline = nextOutline(this.outline, frame, line, this.clockwork.ambiguous || this.knowledge.needles === null);
      // Then its seconds are counted line by line, from its first line on.
      if (this.outline.second && !this.outline.beginning) this.independent = false;
    }
    this.outline = withQuiet(this.outline, line, frame);
    this.tally.from ??= this.framer.time(frame)?.at ?? null;
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
    if (time) this.recorder.burst(time.at);
  }

  private timeOf(raw: string): Timestamp | null {
    const frame = this.framer.read(raw.endsWith('\r') ? raw.slice(0, -1) : raw);
    return 'envelope' in frame ? this.framer.time(frame) : null;
  }
}
