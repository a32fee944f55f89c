/** Reading ahead is not seen by the reader: neither in what comes, nor in what fails, nor in what is closed. */
import { expect, test } from 'vitest';
import { ahead } from '../../src/sources/ahead.ts';

async function* source(pieces: readonly string[], told: string[]): AsyncGenerator<string> {
  try {
    for (const piece of pieces) {
      told.push(`asked for ${piece}`);
      if (piece === 'failure') throw new Error(piece);
      yield await Promise.resolve(piece);
    }
  } finally {
    told.push('closed');
  }
}

test('the next piece is asked for while the reader has the last one', async () => {
  const told: string[] = [];
  for await (const piece of ahead(source(['a', 'b'], told))) told.push(`got ${piece}`);
  expect(told).toEqual(['asked for a', 'asked for b', 'got a', 'closed', 'got b']);
});

test('a failure waits until the pieces before it were read', async () => {
  const got: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const piece of ahead(source(['a', 'failure'], []))) {
      got.push(piece);
      // Long enough for Node to look for failures that nobody has asked about.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await expect(reading()).rejects.toThrow('failure');
  expect(got).toEqual(['a']);
});

test('a reader that stops early closes the source', async () => {
  const told: string[] = [];
  for await (const piece of ahead(source(['a', 'b', 'c'], told))) if (piece === 'a') break;
  expect(told).toEqual(['asked for a', 'asked for b', 'closed']);
});
