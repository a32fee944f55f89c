/** The civil calendar in UTC, by era arithmetic: the core has no Date. */
import type { EpochUs } from './model.ts';
import { DAY, HOUR, MINUTE, SECOND } from './units.ts';

/** Midnight of a day. Months and days beyond their range run on into the next. */
export function utc(year: number, month: number, day: number): EpochUs {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146_097 + dayOfEra - 719_468) * DAY;
}

export function yearOf(at: EpochUs): number {
  return civil(at).year;
}

function civil(at: EpochUs): { year: number; month: number; day: number } {
  const days = Math.floor(at / DAY) + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1 };
}

let cachedMinute = Number.NaN;
let cachedText = '';

/** `2026-11-20T22:13:04.014126Z` [RFC 3339], with 0, 3 or 6 digits of a second. Minutes are kept: events come in the order of time. */
export function isoTime(at: EpochUs, digits: number): string {
  const minute = Math.floor(at / MINUTE);
  if (minute !== cachedMinute) {
    const { year, month, day } = civil(at);
    const ofDay = at - Math.floor(at / DAY) * DAY;
    cachedText = `${pad(year, 4)}-${pad(month)}-${pad(day)}T${pad(Math.floor(ofDay / HOUR))}:${pad(Math.floor(ofDay / MINUTE) % 60)}:`;
    cachedMinute = minute;
  }
  const inMinute = at - minute * MINUTE;
  const second = Math.floor(inMinute / SECOND);
  const seconds = `${cachedText}${pad(second)}`;
  return digits === 0 ? `${seconds}Z` : `${seconds}.${pad(inMinute - second * SECOND, 6).slice(0, digits)}Z`;
}

function pad(number: number, width = 2): string {
  return String(number).padStart(width, '0');
}
