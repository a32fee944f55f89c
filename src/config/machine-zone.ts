/** The time zone of this machine, which Date knows: no library of time zones is loaded for it. */
import type { Zone } from '../core/extract/timestamp.ts';
import type { EpochUs } from '../core/model.ts';
import { DAY, MILLISECOND, MINUTE } from '../core/units.ts';

export interface TimeZone extends Zone {
  readonly name: string;
  /** The offset at a time as text: `+01:00`. */
  offsetText(at: EpochUs): string;
}

export const machineZone: TimeZone = {
  get name() {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone;
  },
  offsetsAt(local) {
    // No zone changes its offset twice within two days.
    const before = offsetAt(local - DAY);
    const after = offsetAt(local + DAY);
    if (before === after) return [before];
    const right = [before, after].filter((offset) => offsetAt(local - offset) === offset);
    // In a gap the writer's clock was still on the old offset.
    return right.length > 0 ? right : [before];
  },
  offsetText(at) {
    const minutes = offsetAt(at) / MINUTE;
    const [hour, minute] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
    return `${minutes < 0 ? '-' : '+'}${twoDigits(hour)}:${twoDigits(minute)}`;
  },
};

function offsetAt(at: EpochUs): number {
  return (0 - new Date(Math.floor(at / MILLISECOND)).getTimezoneOffset()) * MINUTE;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
