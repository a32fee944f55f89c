/**
 * Times and lengths of time as text.
 *
 * Machines get RFC 3339 in UTC, people the same without the T and with seconds only. A log without dates counts from the first midnight
 * of an unknown day: there a time is a time of day, `23:29:06`, and after the next midnight `day 2 00:05:12`.
 */
import type { DurationUs, EpochUs } from '../../core/model.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../core/units.ts';

const THREE_DIGITS = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'));

// Events come in the order of time, often many to a second: one Date a second instead of one an event.
let cachedSecond = NaN;
let cachedText = '';

/** `2026-11-20T22:13:04.014126Z`, with exactly so many digits of a second; three where the rest would be zeros. */
export function rfc3339(at: EpochUs, digits: number = at % 1000 === 0 ? 3 : 6): string {
  const second = Math.floor(at / SECOND);
  if (second !== cachedSecond) {
    cachedSecond = second;
    cachedText = new Date(second * 1000).toISOString().slice(0, -'.000Z'.length);
  }
  if (digits === 0) return cachedText + 'Z';
  const micros = at - second * SECOND;
  const millis = Math.floor(micros / 1000);
  const fraction = THREE_DIGITS[millis]! + THREE_DIGITS[micros - millis * 1000]!;
  return `${cachedText}.${digits === 6 ? fraction : fraction.slice(0, digits)}Z`;
}

/** `2026-11-20`, or `day 2` where the log has no dates (the first day goes without saying). */
export function day(at: EpochUs, dated: boolean): string {
  if (dated) return rfc3339(at, 0).slice(0, 10);
  const days = Math.floor(at / DAY);
  return days === 0 ? '' : `day ${days + 1}`;
}

/** `22:13:04`. */
export function timeOfDay(at: EpochUs): string {
  return rfc3339(at, 0).slice(11, 19);
}

/** `2026-11-20 22:13:04 UTC`, or `23:29:06` where the log has no dates. */
export function moment(at: EpochUs, dated: boolean): string {
  return `${day(at, dated)} ${timeOfDay(at)}${dated ? ' UTC' : ''}`.trimStart();
}

/** `2026-11-20 22:13:04 – 23:01:17 UTC`: the day is said again only where it is another. */
export function between(from: EpochUs, to: EpochUs, dated: boolean): string {
  const first = moment(from, dated).replace(/ UTC$/, '');
  return day(from, dated) === day(to, dated) ? `${first} – ${timeOfDay(to)}${dated ? ' UTC' : ''}` : `${first} – ${moment(to, dated)}`;
}

/** `2 min 5 s`: the two largest units, rounded down. */
export function duration(length: DurationUs): string {
  if (length < SECOND) return `${Math.floor(length / 1000)} ms`;
  if (length < MINUTE) return inUnits(length, [SECOND, 's']);
  if (length < HOUR) return inUnits(length, [MINUTE, 'min'], [SECOND, 's']);
  if (length < DAY) return inUnits(length, [HOUR, 'h'], [MINUTE, 'min']);
  return inUnits(length, [DAY, 'd'], [HOUR, 'h']);
}

function inUnits(length: DurationUs, ...units: readonly [number, string][]): string {
  const parts: string[] = [];
  let rest = length;
  for (const [unit, name] of units) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}
