import { expect, test } from 'vitest';
import { between, duration, moment, rfc3339 } from '../../src/outlets/views/time.ts';
import { at, undated } from './samples.ts';

const SECOND = 1_000_000;

test.each([
  ['22:13:04.014126', undefined, '2026-11-20T22:13:04.014126Z'],
  ['22:13:04.014', undefined, '2026-11-20T22:13:04.014Z'], // microseconds only where there are some
  ['22:13:04', undefined, '2026-11-20T22:13:04.000Z'],
  ['22:13:04', 0, '2026-11-20T22:13:04Z'],
  ['22:13:04.014', 3, '2026-11-20T22:13:04.014Z'],
  ['22:13:04', 6, '2026-11-20T22:13:04.000000Z'],
  ['23:59:59.999999', 3, '2026-11-20T23:59:59.999Z'], // cut, never rounded into the next day
])('%s with %s digits is %s', (time, digits, text) => {
  expect(rfc3339(at(time), digits)).toBe(text);
});

test('the kept second does not stick', () => {
  const times = ['22:13:04.1', '22:13:05.1', '22:13:04.2', '21T22:13:04.2'].map((time) => rfc3339(at(time)));
  expect(times).toEqual(['2026-11-20T22:13:04.100Z', '2026-11-20T22:13:05.100Z', '2026-11-20T22:13:04.200Z', '2026-11-21T22:13:04.200Z']);
});

test('a clock that was never set is before 1970 or just after', () => {
  expect(rfc3339(-1)).toBe('1969-12-31T23:59:59.999999Z');
  expect(rfc3339(0, 0)).toBe('1970-01-01T00:00:00Z');
});

test.each([
  [at('22:13:04.5'), true, '2026-11-20 22:13:04 UTC'],
  [undated('23:29:06'), false, '23:29:06'],
  [undated('21T00:05:12'), false, 'day 2 00:05:12'],
])('for people: %i is %s', (time, dated, text) => {
  expect(moment(time, dated)).toBe(text);
});

test.each([
  [at('22:13:04'), at('23:01:17'), true, '2026-11-20 22:13:04 – 23:01:17 UTC'],
  [at('22:13:04'), at('21T00:01:17'), true, '2026-11-20 22:13:04 – 2026-11-21 00:01:17 UTC'],
  [undated('22:13:04'), undated('21T00:01:17'), false, '22:13:04 – day 2 00:01:17'],
])('the day is said once: %i to %i', (from, to, dated, text) => {
  expect(between(from, to, dated)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [350_000, '350 ms'],
  [45.9 * SECOND, '45 s'],
  [60 * SECOND, '1 min'],
  [125 * SECOND, '2 min 5 s'],
  [3600 * SECOND, '1 h'],
  [3 * 3600 * SECOND + 59 * SECOND, '3 h'], // no seconds beside hours
  [(86_400 * 2 + 3600 * 4) * SECOND, '2 d 4 h'],
])('%i µs are %s', (length, text) => {
  expect(duration(length)).toBe(text);
});
