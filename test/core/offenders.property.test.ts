/** Who and how often, against a table that forgets nothing. */
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Crowd } from '../../src/core/count/crowd.ts';
import { Offenders, type OffendersState } from '../../src/core/count/offenders.ts';
import type { Event } from '../../src/core/model.ts';
import { event } from '../helpers/events.ts';

const FREQUENT = 12;
const MOST = 30;
/** So few that every one is shared by many. */
const CELLS = 8;
const empty = () => new Offenders(MOST, FREQUENT, () => Crowd.empty(CELLS));

interface Met {
  readonly client: Pick<Event, 'clientId' | 'clientIdHex' | 'mountpoint'>;
  events: number;
  readonly firstSeen: number;
}

/** Ids that differ in little, some of them made to be taken for one of another mountpoint or for bytes in hex. */
const clientOf = (index: number): Met['client'] => ({
  clientId: index % 7 === 0 ? `\0m\0=c${index % 5}` : `c${index}`,
  clientIdHex: index % 11 === 0 ? `ff${index}` : null,
  mountpoint: index % 5 === 0 ? 'm' : index % 13 === 0 ? null : '',
});
const nameOf = ({ clientId, clientIdHex, mountpoint }: Met['client']) => JSON.stringify([clientId, clientIdHex, mountpoint ?? '']);

/** A few clients that come again and again among many that come once or twice. */
const client = fc.oneof({ weight: 2, arbitrary: fc.nat(4) }, { weight: 3, arbitrary: fc.nat(400) });
const step = fc.record({ client, count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 })) });
const few = fc.array(step, { maxLength: 40 });
const many = fc.array(step, { minLength: 100, maxLength: 400, size: 'max' });

function counted(steps: readonly { client: number; count: number }[], restartAt = -1): { offenders: Offenders; met: Map<string, Met> } {
  let offenders = empty();
  const met = new Map<string, Met>();
  for (const [second, { client: index, count }] of steps.entries()) {
    if (second === restartAt) {
      const state = deserialize(serialize(offenders.state())) as OffendersState;
      offenders = empty();
      offenders.restore(state);
    }
    const one = event(second, { ...clientOf(index), count });
    offenders.add(one, 'refused');
    const known = met.get(nameOf(one)) ?? { client: clientOf(index), events: 0, firstSeen: one.at };
    known.events += count;
    met.set(nameOf(one), known);
  }
  return { offenders, met };
}

test('up to the bound everybody is counted exactly and in order', () => {
  fc.assert(
    fc.property(few, (steps) => {
      const { offenders, met } = counted(steps);
      fc.pre(met.size <= MOST);
      expect(offenders.exact).toBe(true);
      expect(offenders.clients).toBe(met.size);
      const expected = [...met.values()].sort((a, b) => b.events - a.events || a.firstSeen - b.firstSeen);
      for (const most of [10, MOST])
        expect(offenders.top(most).map((one) => [nameOf(one), one.events, one.error])).toEqual(
          expected.slice(0, most).map((one) => [nameOf(one.client), one.events, 0]),
        );
    }),
    { numRuns: 500 },
  );
});

test('beyond it no true number is outside the bounds that are told, and nobody frequent is missing', () => {
  fc.assert(
    fc.property(many, (steps) => {
      const { offenders, met } = counted(steps);
      fc.pre(met.size > MOST);
      const all = offenders.top(2 * FREQUENT + MOST);
      expect(offenders.exact).toBe(false);
      expect(offenders.clients).toBeGreaterThanOrEqual(MOST);
      for (const one of all) {
        const { events } = met.get(nameOf(one))!;
        expect(events).toBeGreaterThanOrEqual(one.events - one.error);
        expect(events).toBeLessThanOrEqual(one.events);
        expect([...one.reasons.values()]).toEqual([one.events - one.error]);
      }
      expect(offenders.top(10)).toEqual(all.slice(0, 10));
      const total = [...met.values()].reduce((sum, { events }) => sum + events, 0);
      const told = new Set(all.map(nameOf));
      for (const [name, { events }] of met) if (events > total / FREQUENT) expect(told).toContain(name);
    }),
    { numRuns: 500 },
  );
});

test('the table keeps its size', () => {
  const offenders = new Offenders(MOST, FREQUENT);
  for (let index = 0; index < 200_000; index += 1) {
    offenders.add(event(index, { clientId: `m${index}` }), 'refused');
    // The first ten and who leads may be in it besides.
    if (index % 1000 === 0) expect(offenders.top(Infinity).length).toBeLessThanOrEqual(Math.max(MOST, 2 * FREQUENT + 11));
  }
  expect(offenders.clients).toBeGreaterThan(190_000);
  expect(offenders.clients).toBeLessThan(210_000);
});

test('a client that is frequent from the beginning is counted exactly among any number of others', () => {
  const offenders = new Offenders(1_000, 100);
  for (let index = 0; index < 100_000; index += 1) {
    offenders.add(event(index, { clientId: `m${index}` }), 'refused');
    if (index % 100 === 0) for (const pump of ['pump-1', 'pump-2']) offenders.add(event(index, { clientId: pump }), 'refused');
  }
  expect(offenders.top(2).map(({ clientId, events, error }) => [clientId, events, error])).toEqual([
    ['pump-1', 1_000, 0],
    ['pump-2', 1_000, 0],
  ]);
});

test('goes on from its state as if nothing had happened', () => {
  fc.assert(
    fc.property(many, fc.nat(400), (steps, restartAt) => {
      const [whole, restarted] = [counted(steps).offenders, counted(steps, restartAt).offenders];
      expect(restarted.state()).toEqual(whole.state());
      expect(restarted.top(100)).toEqual(whole.top(100));
    }),
    { numRuns: 100 },
  );
});

test('what was said of a client is told, in the order in which it was first said', () => {
  const offenders = new Offenders();
  const said = [
    ['10.0.0.1', 'fleet', 'a'],
    ['10.0.0.2', 'fleet', 'b'],
    ['10.0.0.1', 'pumps', 'a'],
    [null, null, 'c'],
  ] as const;
  for (const [second, [peerAddress, username, reason]] of said.entries()) offenders.add(event(second, { peerAddress, username }), reason);
  expect(offenders.top(1)).toMatchObject([
    {
      peers: ['10.0.0.1', '10.0.0.2'],
      usernames: ['fleet', 'pumps'],
      reasons: new Map([
        ['a', 2],
        ['b', 1],
        ['c', 1],
      ]),
    },
  ]);
});
