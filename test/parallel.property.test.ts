/** What is read in parts and put together is what is read in one go, whatever the cut. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine } from '../src/core/engine.ts';
import { BatchWriter } from '../src/core/extract/batch.ts';
import type { Calendar } from '../src/core/extract/timestamp.ts';
import type { Event } from '../src/core/model.ts';
import { readPart } from '../src/parallel/read-part.ts';
import { batchesOf, blocksOf, type Step } from '../src/parallel/steps.ts';
import type { Said } from '../src/parallel/team.ts';
import { blocksOf as linesOf } from '../src/sources/chunks.ts';
import type { ArchiveInput, ArchiveLog } from '../src/sources/input.ts';
import { partsOf } from '../src/sources/part.ts';
import { fixtureLogs, knowledge } from './helpers/engine.ts';

const BERLIN: Calendar = {
  // The hour after three o'clock stands twice, as at the end of summer time.
  zone: { offsetsAt: (local) => (Math.floor(local / 3_600e6) % 24 === 2 ? [7_200e6, 3_600e6] : [3_600e6]) },
  year: 2026,
  date: null,
  reference: 0,
};

interface File {
  readonly name: string;
  readonly bytes: Buffer;
}

interface Cut {
  readonly part: number;
  readonly batch: number;
  readonly piece: number;
}

async function* pieces(bytes: Buffer, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield await Promise.resolve(bytes.subarray(at, at + length));
}

function logOf(files: readonly File[], { piece }: Cut): ArchiveLog {
  const inputs = files.map(({ name, bytes }): ArchiveInput => {
    return {
      file: name,
      size: bytes.length,
      modified: 0,
      blocks: () => linesOf(pieces(bytes, piece)),
      failure: () => null,
      overlong: () => 0,
      parts: () => null,
      ended: () => undefined,
    };
  });
  return { name: 'console.log', inputs };
}

/** What the threads would say. */
async function* elsewhere(files: readonly File[], { part: length, batch, piece }: Cut): AsyncGenerator<Said, void> {
  const writer = new BatchWriter(knowledge.patterns, true);
  for (const { name, bytes } of files) {
    for (const part of partsOf({ file: name, size: bytes.length, modified: 0 }, false, length)) {
      const start = Math.max(0, part.from - 1);
      const blocks = async function* () {
        for await (const block of linesOf(pieces(bytes.subarray(start), piece))) yield { offset: start + block.offset, bytes: block.bytes };
      };
      let isFirst = true;
      for await (const one of readPart(blocks(), part, { knowledge, writer, calendar: BERLIN, topics: true, batch })) {
        yield structuredClone({ batch: one, bytesRead: 0, isFirst });
        isFirst = false;
      }
      yield { failure: null, overlong: 0 };
    }
  }
}

async function outcomeOf(logs: readonly (readonly File[])[], cut: Cut, inParts: boolean) {
  const engine = new Engine(knowledge);
  const events: Event[] = [];
  let batches = 0;
  const lanes = logs.map((files) => {
    const id = engine.open({ node: null, calendar: BERLIN });
    const reading = { engine, id, log: logOf(files, cut), read: () => undefined };
    const parts = files.map(({ name, bytes }) => partsOf({ file: name, size: bytes.length, modified: 0 }, false, cut.part));
    const steps: AsyncGenerator<Step, void> = inParts ? batchesOf(reading, parts, () => elsewhere(files, cut)) : blocksOf(reading);
    return { id, steps };
  });
  while (lanes.length > 0) {
    const lane = lanes.reduce((behind, next) => (engine.reached(next.id) < engine.reached(behind.id) ? next : behind));
    const { value } = await lane.steps.next();
    if (value === undefined) {
      lanes.splice(lanes.indexOf(lane), 1);
      events.push(...engine.close(lane.id).events);
    } else if ('batch' in value) {
      batches += 1;
      events.push(...engine.absorb(lane.id, value.batch, value.part).events);
    } else events.push(...engine.push(lane.id, Buffer.from(value.block.bytes), value.block.offset).events);
  }
  events.push(...engine.end().events);
  return { outcome: { events, snapshot: engine.snapshot(), raised: engine.raised() }, batches };
}

const recorded = [...fixtureLogs('logs')]
  .filter(({ text }) => text.length > 0)
  .map(({ name, text }) => ({ name, bytes: Buffer.from(text, 'latin1') }));
const cut: fc.Arbitrary<Cut> = fc.record({
  part: fc.integer({ min: 200, max: 20_000 }),
  batch: fc.integer({ min: 1, max: 5_000 }),
  piece: fc.integer({ min: 100, max: 10_000 }),
});

test.each(recorded)('$name, wherever it is cut', async (file) => {
  await fc.assert(
    fc.asyncProperty(cut, async (where) => {
      const { outcome } = await outcomeOf([[file]], where, true);
      expect(outcome).toEqual((await outcomeOf([[file]], where, false)).outcome);
    }),
    { numRuns: 15 },
  );
});

test('several recorded logs as generations of one, and as logs of one node', async () => {
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(recorded, { minLength: 2, maxLength: 4 }), cut, fc.boolean(), async (files, where, apart) => {
      const logs = apart ? files.map((file) => [file]) : [files];
      const { outcome } = await outcomeOf(logs, where, true);
      expect(outcome).toEqual((await outcomeOf(logs, where, false)).outcome);
    }),
    { numRuns: 40 },
  );
});

test('a log in one envelope is read in parts to its end, not again in one go', async () => {
  const line = (n: number) =>
    `2026-11-20T22:${String(Math.floor(n / 60) % 60).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}.000000+00:00 [warning] <0.${n}.0> vmq_mqtt_fsm:check_user/2:764: can't authenticate client {[],<<"c${n % 7}">>} from 10.0.0.1:5${n} due to invalid_credentials\n`;
  const bytes = Buffer.from(Array.from({ length: 2_000 }, (_, n) => line(n)).join(''));
  const where = { part: 10_000, batch: 4_000, piece: 3_000 };
  const { outcome, batches } = await outcomeOf([[{ name: 'console.log', bytes }]], where, true);
  expect(outcome.events).toHaveLength(2_000);
  expect(batches).toBeGreaterThan(50);
});

test('a second that holds too many lines is noticed across cuts', async () => {
  const line = (second: number) =>
    `2026-11-20T22:00:0${second}.000000+00:00 [info] <0.1.0> vmq_ranch:teardown/2:219: session normally stopped\n`;
  const refused = `2026-11-20T22:00:02.000000+00:00 [warning] <0.2.0> vmq_mqtt_fsm:check_user/2:764: can't authenticate client {[],<<"c">>} from 10.0.0.1:5 due to invalid_credentials\n`;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 495, max: 503 }), fc.integer({ min: 1_000, max: 60_000 }), async (many, part) => {
      const bytes = Buffer.from(line(0).repeat(3) + line(1).repeat(many) + refused.repeat(10));
      const where = { part, batch: part, piece: 7_000 };
      const { outcome } = await outcomeOf([[{ name: 'console.log', bytes }]], where, true);
      expect(outcome.snapshot.alerts.map(({ lowerBound }) => lowerBound)).toContain(many >= 500);
      expect(outcome).toEqual((await outcomeOf([[{ name: 'console.log', bytes }]], where, false)).outcome);
    }),
    { numRuns: 40 },
  );
});

const refusedAt = (time: string, n: number) =>
  `${time} can't authenticate client {[],<<"c${n % 5}">>} from 10.0.0.1:${1000 + n} due to invalid_credentials\n`;
const clock = (minutes: number) => `${String(Math.floor(minutes / 60) % 24).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

test.each([
  ['times of day over several midnights', Array.from({ length: 300 }, (_, n) => refusedAt(`${clock(n * 37)}:00.000 [warning]`, n))],
  [
    'local time in the hour that comes twice',
    Array.from({ length: 300 }, (_, n) =>
      refusedAt(`2026-10-25 ${clock(n < 150 ? 60 + n : n)}:00.000 [warning] <0.${n}.0>@vmq_mqtt_fsm:check_user:700`, n),
    ),
  ],
  [
    'syslog over the end of a year',
    Array.from(
      { length: 200 },
      (_, n) => `${n < 150 ? 'Dec 31' : 'Jan  1'} ${clock(n * 7)}:00 host VerneMQ[2953] <0.${n}.0> - ${refusedAt('', n).trimStart()}`,
    ),
  ],
  [
    'containers whose records are broken into each other',
    Array.from({ length: 200 }, (_, n) => {
      const time = `2018-10-06 03:${String(Math.floor(n / 20) % 60).padStart(2, '0')}:${String((n * 3) % 60).padStart(2, '0')}.208`;
      const [one, other] = ['a_1', 'b_1'].map(
        (name) =>
          [
            `${name} | ${time} [error] <0.${n}.0>@vmq_mqtt_fsm:check_user:538 can't authenticate client {[],<<"${name}${n}">>} due to\n`,
            `${name} |                                 no_matching_hook_found\n`,
          ] as const,
      );
      return one![0] + other![0] + one![1] + other![1];
    }),
  ],
])('%s, wherever it is cut', async (_, lines) => {
  const file = { name: 'console.log', bytes: Buffer.from(lines.join('')) };
  await fc.assert(
    fc.asyncProperty(cut, async (where) => {
      const { outcome } = await outcomeOf([[file]], where, true);
      expect(outcome).toEqual((await outcomeOf([[file]], where, false)).outcome);
      expect(outcome.events).not.toHaveLength(0);
    }),
    { numRuns: 40 },
  );
});
