/** The intake against the simplest model of it: all bytes in one array, and a position. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Intake } from '../../src/sources/intake.ts';
import { pieces } from './material.ts';

type Step = readonly ['peek' | 'skip' | 'take' | 'next' | 'unread', number];

const step: fc.Arbitrary<Step> = fc.tuple(fc.constantFrom('peek', 'skip', 'take', 'next', 'unread'), fc.integer({ min: 1, max: 40 }));

test('whatever is asked of it in whatever order, bytes come once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(step, { maxLength: 60 }),
      async (bytes, size, steps) => {
        const intake = new Intake(pieces(bytes, size));
        let at = 0;
        let peeked = 0;
        let given = 0;
        for (const [what, count] of steps) {
          const rest = bytes.subarray(at);
          if (what === 'peek') {
            const shown = await intake.peek(count);
            expect([...shown]).toEqual([...rest.subarray(0, count)]);
            [peeked, given] = [shown.length, 0];
          } else if (what === 'skip') {
            const skipped = Math.min(count, peeked);
            intake.skip(skipped);
            at += skipped;
            [peeked, given] = [peeked - skipped, 0];
          } else if (what === 'take') {
            const taken = await intake.take(count);
            expect(taken === null ? null : [...taken]).toEqual(rest.length < count ? null : [...rest.subarray(0, count)]);
            at += Math.min(count, rest.length);
            [peeked, given] = [0, 0];
          } else if (what === 'next') {
            const next = await intake.next(count);
            expect(next === null).toBe(rest.length === 0);
            expect(next?.length ?? 0).toBeLessThanOrEqual(count);
            expect([...(next ?? [])]).toEqual([...rest.subarray(0, next?.length ?? 0)]);
            at += next?.length ?? 0;
            [peeked, given] = [0, next?.length ?? 0];
          } else {
            const back = Math.min(count, given);
            intake.unread(back);
            at -= back;
            [peeked, given] = [0, 0];
          }
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('closing it closes the source', async () => {
  let closed = false;
  async function* source(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield await Promise.resolve(Buffer.from('more'));
    } finally {
      closed = true;
    }
  }
  const intake = new Intake(source());
  await intake.next();
  await intake.close();
  expect(closed).toBe(true);
  expect(await intake.peek(100)).toHaveLength(0);
});
