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
import { Framer, type Frame, type FramerState } from './envelope.ts';
import { eventOf, own, take } from './event.ts';
import { Sessions, type SessionsState, type Sighting } from './sessions.ts';
import { shapeOfBody } from './shape.ts';
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
  readonly second: string;
  readonly linesInSecond: number;
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

/** What the lines of a log look like, so that the usual line is recognised by a few characters. */
interface Outline {
  /** Position and code of characters that do not change within an hour. */
  readonly fixed: readonly (readonly [number, number])[];
  /** How to find the second of a line: from and to, or the text before it in JSON. Null where lines are not counted by the second. */
  readonly second: readonly [number, number] | string | null;
  /** Lines in one second from which on the logger drops silently. */
  readonly burst: number;
}

const NEWLINE = '\n';
const MOST_CONTINUATIONS = 8;
/** Lines of other containers that can stand between a line and the one that continues it. */
const MOST_BETWEEN = 100;
const LONGEST_RECORD = 65_536;
const MOST_SHAPES = 500;
const LOUD = new Set(['warning', 'warn', 'error', 'critical', 'alert', 'emergency']);
const UNKNOWN: Outline = { fixed: [], second: null, burst: Infinity };

export class Reader {
  private readonly knowledge: Knowledge;
  private readonly node: string | null;
  private readonly clockwork: Clockwork;
  private readonly framer: Framer;
  private readonly sessions: Sessions;
  private readonly output: Output;
  private readonly needles: RegExp | null;
  private readonly shapes = new Map<string, { -readonly [Key in keyof Unmatched]: Unmatched[Key] }>();
  private tally: FileTally = emptyTally('');
  /** Of each container of the log, told apart by what stands before its lines. */
  private readonly open = new Map<string, Open>();
  private outline = UNKNOWN;
  private second = '';
  private linesInSecond = 0;
  /** When the last event counted. */
  private latest: EpochUs | null = null;
  private last: Timestamp | null = null;
  /** Lines of the file that were not read here. */
  private before = 0;

  constructor(knowledge: Knowledge, log: LogInfo, output: Output) {
    this.knowledge = knowledge;
    this.node = log.node;
    this.clockwork = new Clockwork(log.calendar);
    this.framer = new Framer(knowledge, this.clockwork);
    this.sessions = new Sessions(knowledge.patterns, (record) => output.twin(record));
    this.output = output;
    this.needles = knowledge.needles && new RegExp(knowledge.needles.source, 'g');
  }

  state(): ReaderState {
    const { second, linesInSecond, latest, last } = this;
    const open = [...this.open.values()].map(({ record, body, line, lines, offset }) => ({ record, body, line, lines, offset }));
    return {
      file: this.tally.file,
      line: this.before + this.tally.lines + 1,
      clockwork: this.clockwork.state(),
      framer: this.framer.state(),
      sessions: this.sessions.state(),
      open,
      second,
      linesInSecond,
      latest,
      last,
    };
  }

  restore({ file, line, clockwork, framer, sessions, open, second, linesInSecond, latest, last }: ReaderState): void {
    this.begin(file, line);
    this.framer.restore(framer);
    for (const record of open) {
      const frame = this.framer.read(record.record);
      if ('envelope' in frame) this.open.set(frame.wrapping, { ...record, frame });
    }
    this.framer.restore(framer);
    this.clockwork.restore(clockwork);
    this.sessions.restore(sessions);
    Object.assign(this, { second, linesInSecond, latest, last });
  }

  /** The next file of the same log begins. @param line of its first line that is read here. @returns its tally, kept up to date. */
  begin(file: string, line = 1): FileTally {
    this.closeRecords();
    this.outline = UNKNOWN;
    this.tally = emptyTally(file);
    this.before = line - 1;
    return this.tally;
  }

  /** @param text whole lines, one character a byte. @param offset of its first byte in the file. */
  push(text: string, offset: number): void {
    const { needles } = this;
    let hit = -1;
    let position = 0;
    let framed: readonly [number, number] | null = null;
    while (position < text.length) {
      let end = text.indexOf(NEWLINE, position);
      if (end < 0) end = text.length;
      if (needles && hit < position) {
        needles.lastIndex = position;
        hit = needles.exec(text)?.index ?? Infinity;
      }
      this.tally.lines += 1;
      const looked = hit < end || needles === null || this.open.size > 0 || !this.isUsual(text, position);
      if (!looked || this.look(text.slice(position, end), offset + position)) {
        if (this.outline.second !== null) this.countSecond(text, position, end, this.outline.second);
        framed = [position, end];
      }
      position = end + 1;
    }
    if (framed) this.reach(text.slice(framed[0], framed[1]));
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

  private isUsual(text: string, position: number): boolean {
    const { fixed } = this.outline;
    for (const [at, code] of fixed) if (text.charCodeAt(position + at) !== code) return false;
    return fixed.length > 0;
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
    if (open.frame.level === null || !LOUD.has(open.frame.level)) return;
    const shape = shapeOfBody(open.body);
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
    const pid = frame.pid === null ? null : own(`${frame.pid}${frame.wrapping}`);
    if (pattern.source.boot) this.sessions.boot(this.release);
    if (pattern.source.event === 'none') {
      this.sessions.close({ pattern, pid });
      return true;
    }
    const timestamp = this.framer.time(frame);
    const place = { file: this.tally.file, line, offset };
    const event = eventOf(this.knowledge, frame, taken, timestamp, this.countedAt(timestamp), this.node, place);
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

  /** What the lines of this log look like; the hour is part of it, so that each new hour is looked at (midnight, DST). */
  private learn(frame: Frame, line: string): void {
    const { timestamp, timestampAt, envelope } = frame;
    const burst = envelope.source.burst ?? Infinity;
    if (timestamp === null || timestampAt < 0) {
      const key = envelope.source.json?.['timestamp'];
      this.outline = key === undefined ? UNKNOWN : { fixed: [[0, 0x7b]], second: burst === Infinity ? null : `"${key}":`, burst };
    } else if (!this.isUsual(line, 0)) {
      // Observed for its hour, so that a DST overlap or a midnight is noticed wherever it falls.
      this.framer.time(frame);
      const fraction = timestamp.search(/[.,Z+]/);
      const second = burst === Infinity ? null : ([timestampAt, timestampAt + (fraction < 0 ? timestamp.length : fraction)] as const);
      this.outline = { fixed: this.clockwork.ambiguous ? [] : outlineOf(timestamp, timestampAt), second, burst };
    }
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

  /** OTP's logger drops silently what comes above its limit of lines a second. */
  private countSecond(text: string, position: number, end: number, place: readonly [number, number] | string): void {
    let second: string;
    if (typeof place === 'string') {
      const at = text.indexOf(place, position) + place.length;
      second = at < end ? text.slice(at, at + 10) : '';
    } else second = text.slice(position + place[0], position + place[1]);
    if (second !== this.second) {
      this.second = second;
      this.linesInSecond = 0;
    }
    this.linesInSecond += 1;
    if (this.linesInSecond !== this.outline.burst) return;
    const time = this.timeOf(text.slice(position, end));
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

/** What stays the same for an hour: `2026-11-20T23:` or `23:`, but for its digits only as far as the hour. */
function outlineOf(timestamp: string, start: number): (readonly [number, number])[] {
  const colon = timestamp.indexOf(':');
  const hour = colon < 0 ? timestamp.length : colon + 1;
  return Array.from({ length: hour }, (_, at) => [start + at, timestamp.charCodeAt(at)] as const);
}
