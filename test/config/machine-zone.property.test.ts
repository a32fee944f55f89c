/** The zone of the machine is what the library of time zones makes of the zone with that name. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { machineZone } from '../../src/config/machine-zone.ts';
import { isZone, zoneOf } from '../../src/config/zone.ts';
import { DAY, SECOND } from '../../src/core/units.ts';
import { utc } from '../../src/core/utc.ts';

const before = process.env['TZ'];
afterAll(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

/** Both sides of zero, half and quarter hours, a change of half an hour, a change at midnight, one for Ramadan, none. */
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'America/Santiago',
  'Africa/Casablanca',
  'UTC',
];

test.each(ZONES)('%s', (name) => {
  process.env['TZ'] = name;
  const named = zoneOf(name);
  expect(isZone(machineZone.name)).toBe(true);
  const [from, to] = [utc(2024, 1, 1) / SECOND, utc(2030, 1, 1) / SECOND];
  const same = (second: number) => {
    expect(machineZone.offsetText(second * SECOND)).toBe(named.offsetText(second * SECOND));
    expect(machineZone.offsetsAt(second * SECOND)).toEqual(named.offsetsAt(second * SECOND));
  };
  fc.assert(fc.property(fc.integer({ min: from, max: to }), same));
  // The quarters of an hour round each change of the offset, which chance seldom meets.
  for (let second = from; second < to; second += DAY / SECOND) {
    const [now, next] = [second, second + DAY / SECOND].map((at) => machineZone.offsetText(at * SECOND));
    if (now === next) continue;
    for (let near = second - 26 * 3600; near < second + 50 * 3600; near += 900) same(near);
  }
});
