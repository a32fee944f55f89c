/** Time zones by name, for logs that carry local time without an offset. */
import { Temporal } from 'temporal-polyfill';
import type { Zone } from '../core/extract/timestamp.ts';
import type { EpochUs } from '../core/model.ts';
import { MILLISECOND, MINUTE } from '../core/units.ts';

/** @throws RangeError where there is no such zone. */
export function zoneOf(name: string): Zone {
  // Checked here, so that a wrong name is found before the first line.
  Temporal.PlainDateTime.from('2026-01-01T00:00').toZonedDateTime(name);
  const cache = new Map<number, readonly number[]>();
  return {
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
  };
}

/** The zone of this machine. */
export function localZoneName(): string {
  return Temporal.Now.timeZoneId();
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

/** The zone's offset at a time as text: `+01:00`. */
export function offsetText(name: string, at: EpochUs): string {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(at / MILLISECOND)).toZonedDateTimeISO(name).offset;
}
