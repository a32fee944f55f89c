/** Raise, hold and clear against counting everything. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Track } from '../../src/core/alert/track.ts';
import type { AlertDefinition, Change, Event } from '../../src/core/model.ts';
import { SECOND } from '../../src/core/units.ts';

function rule(raiseAbove: number, clearAbove: number, window = 60 * SECOND): AlertDefinition {
  return {
    alert: 'x',
    pack: 'test',
    severity: 'warning',
    select: null,
    window,
    raiseAbove,
    clearAbove,
    witness: ['log'],
    counts: 'events',
    means: '',
    next: '',
  };
}

function event(at: number, count = 1, clientId: string | null = 'a'): Event {
  return {
    time: at,
    timeDigits: 6,
    at,
    kind: 'test',
    pattern: 'test/test',
    level: null,
    node: null,
    clientId,
    clientIdHex: null,
    mountpoint: '',
    username: null,
    peerAddress: null,
    peerPort: null,
    topic: null,
    mqttVersion: null,
    packet: null,
    direction: null,
    reason: 'r',
    reasonCode: null,
    reasonName: null,
    reasonCodeFrom: null,
    cause: null,
    count,
    place: { file: '', line: 1, offset: 0 },
  };
}

interface Interval {
  readonly raisedAt: number;
  readonly clearedAt: number | null;
  readonly events: number;
  readonly peak: number;
}

function intervalsOf(definition: AlertDefinition, events: readonly Event[], end: number): Interval[] {
  const track = new Track(definition, null);
  for (const one of events) track.take(one, () => undefined);
  track.advance(end, () => undefined);
  const current = track.current();
  return [...track.cleared, ...(current ? [current] : [])].map(({ raisedAt, clearedAt, events: count, peak }) => ({
    raisedAt,
    clearedAt,
    events: count,
    peak: peak.count,
  }));
}

/** Contract section 4, by counting all events anew at every moment at which anything can change. */
function model({ window, raiseAbove, clearAbove }: AlertDefinition, events: readonly Event[], end: number): Interval[] {
  const moments = [...new Set(events.flatMap(({ at }) => [at, at + window]))].filter((at) => at <= end).sort((a, b) => a - b);
  const intervals: { raisedAt: number; clearedAt: number | null; from: number; peak: number }[] = [];
  for (const now of moments) {
    const within = (upTo: number) =>
      events
        .slice(0, upTo)
        .filter(({ at }) => at > now - window && at <= now)
        .reduce((sum, { count }) => sum + count, 0);
    const held = () => intervals.find(({ clearedAt }) => clearedAt === null);
    // What leaves the window leaves first; then the events of this moment come, one by one.
    const before = held();
    if (before && within(events.filter(({ at }) => at < now).length) <= clearAbove) before.clearedAt = now;
    for (const [index, { at }] of events.entries()) {
      if (at !== now) continue;
      const total = within(index + 1);
      const open = held();
      if (open) open.peak = Math.max(open.peak, total);
      else if (total > raiseAbove) intervals.push({ raisedAt: now, clearedAt: null, from: now - window, peak: total });
    }
  }
  return intervals.map(({ raisedAt, clearedAt, from, peak }) => {
    const inside = events.filter(({ at }) => at > from && (clearedAt === null || at < clearedAt));
    return { raisedAt, clearedAt, events: inside.reduce((sum, { count }) => sum + count, 0), peak };
  });
}

test.each([
  // seconds of the events               changes
  [[0, 10, 20, 30, 40], []],
  [
    [0, 10, 20, 30, 40, 50, 130],
    ['raised 50', 'cleared 110'],
  ],
  [
    [50, 51, 52, 53, 54, 65],
    ['raised 65', 'cleared 125'],
  ],
  [
    [0, 1, 2, 3, 4, 59.999999],
    ['raised 59.999999', 'cleared 119.999999'],
  ],
  [[0, 1, 2, 3, 4, 60], []],
  [
    [0, 0, 0, 0, 0, 0],
    ['raised 0', 'cleared 60'],
  ],
  [
    [0, 0, 0, 0, 0, 0, 59, 118, 177],
    ['raised 0', 'cleared 237'],
  ],
  [
    [0, 0, 0, 0, 0, 0, 60],
    ['raised 0', 'cleared 60'],
  ],
])('raise above 5 in 60 s, clear at 0: %j', (seconds, expected) => {
  const changes: string[] = [];
  const tell = ({ change, at }: Change) => void changes.push(`${change} ${at / SECOND}`);
  const track = new Track(rule(5, 0), null);
  for (const second of seconds) track.take(event(Math.round(second * SECOND)), tell);
  track.advance(100_000 * SECOND, tell);
  expect(changes).toEqual(expected);
});

test('a line that reports 120 of them counts 120', () => {
  expect(intervalsOf(rule(5, 0), [event(0, 120)], SECOND)).toEqual([{ raisedAt: 0, clearedAt: null, events: 120, peak: 120 }]);
});

test('the offenders of an alert are those of its window and of the time it was held', () => {
  const track = new Track(rule(2, 0), null);
  const all = [
    event(0, 1, 'too early'),
    event(61 * SECOND, 1, 'a'),
    event(62 * SECOND, 1, 'b'),
    event(63 * SECOND, 1, null),
    event(100 * SECOND, 1, 'b'),
  ];
  for (const one of all) track.take(one, () => undefined);
  const alert = track.current()!;
  expect(alert.offenders.map(({ clientId, events }) => [clientId, events])).toEqual([
    ['b', 2],
    ['a', 1],
  ]);
  expect(alert).toMatchObject({ events: 4, unattributed: 1, clients: 2, exact: true });
});

test('random series give the same intervals as counting everything', () => {
  const step = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 90 }), fc.constantFrom(59, 60, 61));
  const series = fc.array(fc.record({ step, count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 9 })) }), { maxLength: 60 });
  fc.assert(
    fc.property(series, fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 8 }), fc.nat(200), (steps, raiseAbove, clear, tail) => {
      let at = 0;
      const events = steps.map(({ step: seconds, count }) => event((at += seconds * SECOND), count));
      const definition = rule(raiseAbove, Math.min(clear, raiseAbove));
      const end = at + tail * SECOND;
      expect(intervalsOf(definition, events, end)).toEqual(model(definition, events, end));
    }),
    { numRuns: 3000 },
  );
});
