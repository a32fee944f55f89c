/** What only zstd has: frames that hold nothing, windows, dictionaries. */
import { expect, test } from 'vitest';
import { unpack } from '../../src/sources/unpack.ts';
import { archive, ARCHIVED, drained, packedBy, pieces } from './material.ts';

const SKIPPABLE = Buffer.from('502a4d1803000000616263', 'hex');
const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

test('frames to be skipped hold nothing, wherever they stand', async () => {
  const packed = Buffer.concat([SKIPPABLE, SKIPPABLE, await archive('zst'), SKIPPABLE]);
  const { bytes, error } = await drained(unpack(pieces(packed, 5)));
  expect(error).toBe(null);
  expect(bytes.equals(ARCHIVED)).toBe(true);
});

test('thousands of small frames are one log', async () => {
  // A frame of one raw block: magic, descriptor, content size, block header, three bytes.
  const frame = hex('28b52ffd 20 03 190000 61620a');
  const { bytes, error } = await drained(unpack(pieces(Buffer.concat(Array.from({ length: 20_000 }, () => frame)), 2 ** 20)));
  expect(error).toBe(null);
  expect(bytes.equals(Buffer.from('ab\n'.repeat(20_000)))).toBe(true);
});

test('blocks of one byte are one log', async () => {
  const packed = hex('28b52ffd 20 03 080000 61 080000 62 090000 0a');
  for (const size of [1, 4, 100]) expect(await drained(unpack(pieces(packed, size)))).toEqual({ bytes: Buffer.from('ab\n'), error: null });
});

test.each([
  ['a dictionary', '28b52ffd 21 01 03 190000 61620a', 'unsupported', 'dictionary'],
  ['more memory than zstd itself would take', '28b52ffd 00 90 190000 61620a', 'unsupported', '256 MiB'],
  ['a reserved bit', '28b52ffd 28 03 190000 61620a', 'corrupt', 'reserved'],
  ['a reserved kind of block', '28b52ffd 20 03 1f0000 61620a', 'corrupt', 'block'],
  ['a block longer than any', '28b52ffd 20 03 f9ffff 61620a', 'corrupt', 'block'],
  ['a skipped frame that is cut off', '502a4d18 09000000 616263', 'truncated', 'middle'],
])('%s is refused in words', async (_, digits, kind, word) => {
  const { error } = await drained(unpack(pieces(hex(digits))));
  expect(error).toMatchObject({ kind, message: expect.stringContaining(word) as string });
});

test('a wrong checksum is said after the content', async () => {
  const packed = await archive('zst');
  packed[packed.length - 1]! ^= 1;
  const { bytes, error } = await drained(unpack(pieces(packed)));
  expect(bytes.equals(ARCHIVED)).toBe(true);
  expect(error).toMatchObject({ kind: 'corrupt' });
});

test('a log that refers far back is unpacked', async () => {
  const far = Buffer.concat([ARCHIVED, Buffer.alloc(3_000_000, 'filler\n'), ARCHIVED]);
  const packed = packedBy('zstd -q --long=23', far);
  if (packed === null) return; // the tool is not installed here
  expect((await drained(unpack(pieces(packed)))).bytes.equals(far)).toBe(true);
});
