/**
 * Time as logs print it, to microseconds since the epoch.
 *
 * Only RFC 3339 and epoch numbers say all of it. lager writes local time without a zone, its standard output no date, syslog no year; what is
 * missing comes from the caller (`Calendar`), never from a clock.
 */
import type { EpochUs } from '../model.ts';
import type { TimeFormat } from '../pack/pack.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../units.ts';
import { utc, yearOf } from '../utc.ts';

/** How local time maps to UTC: the offsets in force at a local time, the earlier instant first; two in an overlap, one elsewhere (also in a gap). */
export interface Zone {
  /** @param local microseconds since 1970-01-01T00:00:00 on the wall @returns what to subtract from it, in microseconds. */
  offsetsAt(local: number): readonly number[];
}

/** What a log does not say about its times. */
export interface Calendar {
  readonly zone: Zone;
  /** Year of lines with month and day only; null: the latest one that is not after `reference`. */
  readonly year: number | null;
  /** First day of lines with a time of day only, as local microseconds at midnight; null: undated. */
  readonly date: number | null;
  /** When the file was last written. */
  readonly reference: EpochUs;
}

export interface Timestamp {
  /** Null where the text is no time. */
  readonly at: EpochUs;
  /** Digits of a second: 0, 3 or 6. */
  readonly digits: number;
  /** False where the day is unknown; `at` then counts from the first midnight before the first line. */
  readonly dated: boolean;
}

/** A second pass through an hour shows as a jump back of more than this. */
const JITTER = 5 * MINUTE;
/** Nobody sets a clock back by more hours than this; a time of day that is further back is of the next day. */
const MOST_HOURS_BACK = 3;
/** Lines are this much out of order at most: one of the last seconds of a day can stand below the first of the next. */
const LATE = 10 * SECOND;

/** Where a clockwork is in the year, the day and the overlap: plain data. */
export interface ClockworkState {
  readonly previous: EpochUs | null;
  readonly previousLocal: number;
  readonly day: number;
  readonly hour: number;
  readonly ambiguous: boolean;
}

/** Reads the times of one log, line after line; remembers where it is in the year, the day and the overlap of a DST change. */
export class Clockwork {
  private readonly calendar: Calendar;
  private previous: EpochUs | null = null;
  private previousLocal = 0;
  private day: number;
  /** Hour of the time of day read last. */
  private hour = 0;
  private minuteText = '';
  private minute = 0;
  /** The offset read last, and what it means. */
  private zone = '?';
  private offset = 0;
  /** The time read last stands twice on the wall: only the lines before it tell which of the two it is. */
  ambiguous = false;

  constructor(calendar: Calendar) {
    this.calendar = calendar;
    this.day = calendar.date ?? 0;
  }

  state(): ClockworkState {
    const { previous, previousLocal, day, hour, ambiguous } = this;
    return { previous, previousLocal, day, hour, ambiguous };
  }

  restore(state: ClockworkState): void {
    Object.assign(this, state);
  }

  /** @param wrapper the time a wrapper gives, for lines without a date. @returns null where `text` is not of that format. */
  read(text: string, format: TimeFormat, wrapper: Timestamp | null): Timestamp | null {
    switch (format) {
      case 'rfc3339':
        return this.rfc3339(text);
      case 'local':
        return this.local(text);
      case 'time-of-day':
        return this.timeOfDay(text, wrapper);
      case 'syslog':
        return this.syslog(text);
      case 'epoch-s':
        return epochSeconds(text);
      case 'epoch-us':
        return /^\d{1,16}$/.test(text) ? { at: Number(text), digits: 6, dated: true } : null;
      case 'none':
        return wrapper;
    }
  }

  /** `2026-11-20T23:20:57.566168+01:00`; `Z`, a blank for the T and `+0100` too. */
  private rfc3339(text: string): Timestamp | null {
    const minuteText = text.slice(0, 16);
    if (minuteText !== this.minuteText) {
      const match = DATE_AND_MINUTE.exec(minuteText);
      if (!match) return null;
      this.minute = utc(Number(match[1]), Number(match[2]), Number(match[3])) + Number(match[4]) * HOUR + Number(match[5]) * MINUTE;
      this.minuteText = minuteText;
    }
    const second = digitsAt(text, 17, 19);
    let end = 19;
    if (text.charCodeAt(19) === POINT || text.charCodeAt(19) === COMMA) {
      end = 20;
      while (end < 29 && isDigit(text.charCodeAt(end))) end += 1;
    }
    // A second can be the 60th: a leap second [RFC 3339 5.6].
    if (text.charCodeAt(16) !== COLON || !(second <= 60) || end === 20) return null;
    const zone = text.slice(end);
    if (zone !== this.zone) {
      const match = OFFSET.exec(zone);
      if (!match) return null;
      this.zone = zone;
      this.offset = match[1] === undefined ? 0 : (Number(match[2]) * HOUR + Number(match[3]) * MINUTE) * (match[1] === '-' ? -1 : 1);
    }
    const digits = Math.max(0, end - 20);
    const fraction = digits === 0 ? 0 : digitsAt(text, 20, Math.min(end, 26)) * 10 ** Math.max(0, 6 - digits);
    return { at: this.minute + second * SECOND + fraction - this.offset, digits: roundedDigits(digits), dated: true };
  }

  /** `2026-11-20 23:23:15.831` or with a T, on the wall of the broker; with ` UTC` behind it where lager was told so. */
  private local(text: string): Timestamp | null {
    const match = LOCAL.exec(text);
    if (!match) return null;
    const fraction = match[7] ?? '';
    const local = utc(Number(match[1]), Number(match[2]), Number(match[3])) + timeOfDay(match, 4) + micros(fraction);
    return { at: match[8] === undefined ? this.resolve(local) : local, digits: digitsOf(fraction), dated: true };
  }

  /** `Nov 20 23:26:59`: no year, no zone. */
  private syslog(text: string): Timestamp | null {
    const match = SYSLOG.exec(text);
    if (!match) return null;
    const month = MONTHS.indexOf(match[1]!) / 3 + 1;
    const fraction = match[6] ?? '';
    const inYear = (year: number) => utc(year, month, Number(match[2])) + timeOfDay(match, 3) + micros(fraction);
    let year = this.calendar.year ?? yearOf(this.calendar.reference);
    if (this.calendar.year === null && inYear(year) > this.calendar.reference + 2 * DAY) year -= 1;
    // A log that goes from December to January.
    else if (this.previous !== null && inYear(year) < this.previousLocal - 180 * DAY) year += 1;
    return { at: this.resolve(inYear(year)), digits: digitsOf(fraction), dated: true };
  }

  /** `23:29:06.019`: the day from the wrapper or from the caller, the next day after midnight. */
  private timeOfDay(text: string, wrapper: Timestamp | null): Timestamp | null {
    const match = TIME_OF_DAY.exec(text);
    if (!match) return null;
    const fraction = match[4] ?? '';
    const digits = digitsOf(fraction);
    const time = timeOfDay(match, 1) + micros(fraction);
    if (wrapper !== null) return { at: nearWrapper(time, wrapper.at), digits, dated: true };
    const local = this.midnightBefore(time) + time;
    if (this.calendar.date !== null) return { at: this.resolve(local), digits, dated: true };
    return { at: local, digits, dated: false };
  }

  /** Only hours are compared: the reader looks at the first line of each hour, and at few others. */
  private midnightBefore(time: number): number {
    const hour = Math.floor(time / HOUR);
    if (this.hour === 0 && this.day !== (this.calendar.date ?? 0) && time >= DAY - LATE) return this.day - DAY;
    if (hour < this.hour - MOST_HOURS_BACK) this.day += DAY;
    this.hour = hour;
    return this.day;
  }

  /** In an overlap the later instant is taken once the log has been past the earlier one. */
  private resolve(local: number): EpochUs {
    const offsets = this.calendar.zone.offsetsAt(local);
    let at = local - offsets[0]!;
    this.ambiguous = offsets.length > 1;
    const later = this.ambiguous ? local - offsets[1]! : at;
    if (later !== at && this.previous !== null && at < this.previous - JITTER) at = later;
    this.previous = at;
    this.previousLocal = local;
    return at;
  }
}

const DATE_AND_MINUTE = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[T ]([01]\d|2[0-3]):([0-5]\d)$/;
const OFFSET = /^(?:Z|([+-])(\d\d):?(\d\d))$/;
const COLON = 0x3a;
const POINT = 0x2e;
const COMMA = 0x2c;
const LOCAL = /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:[.,](\d{1,9}))?( UTC)?$/;
const SYSLOG =
  /^(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}([1-9]|[012]\d|3[01]) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d{1,9}))?$/;
const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:[.,](\d{1,9}))?$/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** The offset of the zone is a multiple of a quarter of an hour; the wrapper wrote the line down a moment later. */
function nearWrapper(time: number, wrapper: EpochUs): EpochUs {
  const quarter = 15 * MINUTE;
  return time + Math.round((wrapper - time) / quarter) * quarter;
}

/** `1795213257.566168`, `1795213257`. */
function epochSeconds(text: string): Timestamp | null {
  const match = /^(\d{1,11})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match) return null;
  const fraction = match[2] ?? '';
  return { at: Number(match[1]) * SECOND + micros(fraction), digits: digitsOf(fraction), dated: true };
}

function timeOfDay(match: RegExpExecArray, from: number): number {
  return Number(match[from]) * HOUR + Number(match[from + 1]) * MINUTE + Number(match[from + 2]) * SECOND;
}

function micros(fraction: string): number {
  return Number(fraction.slice(0, 6).padEnd(6, '0'));
}

function digitsOf(fraction: string): number {
  return roundedDigits(fraction.length);
}

/** A log prints none, milliseconds or microseconds. */
function roundedDigits(digits: number): number {
  if (digits === 0) return 0;
  return digits <= 3 ? 3 : 6;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** NaN where one of them is no digit. */
function digitsAt(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    number = isDigit(code) ? number * 10 + code - 0x30 : NaN;
  }
  return number;
}
