/** What only xz has: a decoder that serves one archive at a time, of which each archive therefore gets its own. */
import { expect, test } from 'vitest';
import { unpack } from '../../src/sources/unpack.ts';
import { archive, ARCHIVED, drained, packedBy, pieces } from './material.ts';

test('two archives are read side by side, piece by piece', async () => {
  const packed = await archive('xz');
  const one = unpack(pieces(packed, 100));
  const other = unpack(pieces(packed, 100));
  let total = 0;
  for (let open = true; open;) {
    const [a, b] = [await one.next(), await other.next()];
    total += (a.value?.length ?? 0) + (b.value?.length ?? 0);
    open = a.done !== true || b.done !== true;
  }
  expect(total).toBe(2 * ARCHIVED.length);
});

test.each([
  ['xz -C sha256', 'checksum'],
  ['xz --lzma2=dict=96MiB', 'memory'],
  ['xz --delta --lzma2', 'filter'],
])('what `%s` makes is refused in words', async (command, word) => {
  const packed = packedBy(command, ARCHIVED);
  if (packed === null) return; // the tool is not installed here
  const { bytes, error } = await drained(unpack(pieces(packed)));
  expect(bytes).toHaveLength(0);
  expect(error).toMatchObject({ kind: 'unsupported', message: expect.stringContaining(word) as string });
});
