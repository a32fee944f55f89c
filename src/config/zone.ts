/** Time zones by name, for logs that carry local time without an offset. */
import { Temporal } from 'temporal-polyfill';
import { MILLISECOND, MINUTE } from '../core/units.ts';
import type { TimeZone } from './machine-zone.ts';

/** @throws RangeError where there is no such zone. */
export function zoneOf(name: string): TimeZone {
  // Checked here, so that a wrong name is found before the first line.
  Temporal.PlainDateTime.from('2026-01-01T00:00').toZonedDateTime(name);
  const cache = new Map<number, readonly number[]>();
  return {
    name,
    offsetsAt(local) {
      // Offsets change on the quarter hour, everywhere.
      const quarter = Math.floor(local / (15 * MINUTE));
      let offsets = cache.get(quarter);
      if (!offsets) {
        if (cache.size > 10_000) cache.clear();
        cache.set(quarter, (offsets = offsetsIn(name, quarter * 15 * MINUTE)));
      }
      return offsets;
    },
    offsetText: (at) => Temporal.Instant.fromEpochMilliseconds(Math.floor(at / MILLISECOND)).toZonedDateTimeISO(name).offset,
  };
}

export function isZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
}

function offsetsIn(name: string, local: number): readonly number[] {
  const wall = Temporal.Instant.fromEpochMilliseconds(local / MILLISECOND)
    .toZonedDateTimeISO('UTC')
    .toPlainDateTime();
  const earlier = wall.toZonedDateTime(name, { disambiguation: 'earlier' });
  const later = wall.toZonedDateTime(name, { disambiguation: 'later' });
  const first = local - microseconds(earlier);
  const second = local - microseconds(later);
  if (first === second) return [first];
  // In a gap the writer's clock was still on the old offset: the later instant.
  return earlier.toPlainDateTime().equals(wall) ? [first, second] : [second];
}

function microseconds(time: Temporal.ZonedDateTime): number {
  return time.epochMilliseconds * MILLISECOND;
}
