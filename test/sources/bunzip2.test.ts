/** What only bzip2 has: blocks that unpack to fifty times their size, again and again. */
import { expect, test } from 'vitest';
import { unpack } from '../../src/sources/unpack.ts';
import { archive, ARCHIVED, drained, pieces } from './material.ts';

test('a hole of many megabytes comes in pieces', async () => {
  const { hole, size } = HOLE;
  let total = 0;
  for await (const piece of unpack(pieces(Buffer.concat([hole, hole])))) {
    expect(piece.length).toBeLessThanOrEqual(1024 * 1024);
    total += piece.length;
  }
  expect(total).toBe(2 * size);
});

test('a damaged block is left out whole, and the blocks before it are not', async () => {
  const packed = await archive('bz2');
  packed[packed.length - 100]! ^= 1;
  const { bytes, error } = await drained(unpack(pieces(packed)));
  expect(ARCHIVED.subarray(0, bytes.length).equals(bytes)).toBe(true);
  expect(bytes.length).toBeGreaterThan(ARCHIVED.length / 2);
  expect(error).toMatchObject({ kind: 'corrupt' });
});

test('a wrong checksum of the whole is said after the content', async () => {
  const packed = await archive('bz2');
  packed[packed.length - 3]! ^= 1;
  const { bytes, error } = await drained(unpack(pieces(packed)));
  expect(bytes.equals(ARCHIVED)).toBe(true);
  expect(error).toMatchObject({ kind: 'corrupt', message: 'is damaged (bzip2: wrong checksum)' });
});

/** Made by `head -c 20000000 /dev/zero | bzip2`. */
const HOLE = { size: 20_000_000, hole: Buffer.from('QlpoOTFBWSZTWb/Kr8QAmS/CAMAAAAgACCAAMMwFKaaqkRRsAoijxdyRThQkL/Kr8QA=', 'base64') };
