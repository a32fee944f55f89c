/** Lines to somebody who may be slow, stand still, or leave. */
import { Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Lines } from '../../src/outlets/lines.ts';

/** Takes a line when it is told to. */
class Reader {
  readonly taken: string[] = [];
  readonly #waiting: ((error?: Error) => void)[] = [];
  readonly stream: Writable;
  stands = true;

  constructor() {
    this.stream = new Writable({
      decodeStrings: false,
      highWaterMark: 1,
      write: (text: string, _, done) => {
        const take = (error?: Error) => {
          if (error === undefined) this.taken.push(text);
          done(error);
        };
        if (this.stands) this.#waiting.push(take);
        else take();
      },
    });
  }

  leave(): void {
    this.#waiting.shift()!(Object.assign(new Error('EPIPE'), { code: 'EPIPE' }));
  }

  goOn(): void {
    this.stands = false;
    for (const take of this.#waiting.splice(0)) take();
  }
}

function setUp() {
  const reader = new Reader();
  const heard = { left: 0, dropped: 0, done: [] as number[] };
  const lines = new Lines(reader.stream, { left: () => (heard.left += 1), dropped: () => (heard.dropped += 1) });
  const write = (from: number, to: number) => {
    for (let n = from; n <= to; n += 1) lines.write(`${n}\n`, () => heard.done.push(n));
  };
  return { reader, heard, lines, write };
}

test('in order, each done once it is taken', async () => {
  const { reader, heard, lines, write } = setUp();
  write(1, 100);
  expect(heard.done).toEqual([]);
  reader.goOn();
  await lines.flush(10_000);
  expect(reader.taken.map(Number)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
  expect(heard).toMatchObject({ left: 0, dropped: 0, done: reader.taken.map(Number) });
});

test('a reader that stands still: the oldest go and are counted, no more is kept than a bound', async () => {
  const { reader, heard, lines, write } = setUp();
  write(1, 50_000);
  expect(heard.dropped).toBeGreaterThan(48_000);
  expect(heard.done).toHaveLength(heard.dropped);
  reader.goOn();
  await lines.flush(10_000);
  expect(reader.taken).toHaveLength(50_000 - heard.dropped);
  expect(reader.taken.at(-1)).toBe('50000\n');
  expect(heard.done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50_000 }, (_, n) => n + 1));
});

test('waiting for a reader that stands still ends, too', async () => {
  const { lines, write } = setUp();
  write(1, 3);
  await lines.flush(1);
  expect(lines.isIdle).toBe(false);
});

test('a reader that leaves: told once, nothing counts as taken, nobody waits', async () => {
  const { reader, heard, lines, write } = setUp();
  write(1, 30);
  const flushed = lines.flush(60_000);
  reader.leave();
  await flushed;
  write(31, 40);
  await setImmediate();
  expect(heard).toEqual({ left: 1, dropped: 0, done: [] });
  expect(lines.isIdle).toBe(true);
});
