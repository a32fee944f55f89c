/** Lengths of time as people write them: `60s`, `5m`, `1h30m`. */
import type { DurationUs } from './model.ts';

export const MILLISECOND: DurationUs = 1_000;
export const SECOND: DurationUs = 1_000_000;
export const MINUTE: DurationUs = 60 * SECOND;
export const HOUR: DurationUs = 60 * MINUTE;
export const DAY: DurationUs = 24 * HOUR;
/** Lines can be out of order; one that is older than its predecessor by more than this was written after the clock was set back. */
export const SET_BACK: DurationUs = 60 * SECOND;

const UNITS: Readonly<Record<string, DurationUs>> = { ms: MILLISECOND, s: SECOND, m: MINUTE, min: MINUTE, h: HOUR, d: DAY };
const DURATION = /^(?:\d{1,9}(?:ms|s|min|m|h|d)\s*)+$/;
const PART = /(\d+)(ms|s|min|m|h|d)/g;

/** @returns null where `text` is no length of time. */
export function parseDuration(text: string): DurationUs | null {
  if (!DURATION.test(text)) return null;
  let total = 0;
  for (const [, number, unit] of text.matchAll(PART)) total += Number(number) * UNITS[unit!]!;
  return total;
}
