/** Bytes to blocks: whatever the cut, the same lines at the same offsets. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blocksOf, LINE_LIMIT, type Tally } from '../../src/sources/chunks.ts';
import { cut, linesOf, log, pieces, type Line } from './material.ts';

const LIMIT = 40;

/** The lines as a reader with the whole file in memory would see them. */
function expected(bytes: Buffer, limit: number): { lines: Line[]; overlong: number } {
  const lines: Line[] = [];
  let overlong = 0;
  let offset = 0;
  for (const text of bytes.toString('latin1').split(/(?<=\n)/)) {
    const tooLong = text.replace(/\n$/, '').length > limit;
    if (text !== '') lines.push({ offset, text: tooLong ? `${text.slice(0, Math.min(limit, 65_536))}\n` : text });
    if (tooLong) overlong += 1;
    offset += text.length;
  }
  return { lines, overlong };
}

async function seen(source: AsyncIterable<Uint8Array>, limit?: number): Promise<{ lines: Line[]; overlong: number }> {
  const tally: Tally = { overlong: 0 };
  const lines = await linesOf(blocksOf(source, tally, limit));
  return { lines, ...tally };
}

test.each([
  ['nothing', ''],
  ['one line', 'a\n'],
  ['no newline at the end', 'a\nb'],
  ['only newlines', '\n\n\n'],
  ['CR LF', 'a\r\nb\r\n'],
  ['a hole of NULs', `a\n${'\0'.repeat(30)}b\nc\n`],
  ['bytes that are no UTF-8', 'a\xff\xfe\x80\nb\xc3\n'],
  ['a line as long as the limit', `${'x'.repeat(LIMIT)}\nb\n`],
  ['a line longer than the limit', `a\n${'x'.repeat(LIMIT + 1)}\nb\n`],
  ['a long line without an end', `a\n${'x'.repeat(5 * LIMIT)}`],
  ['two long lines', `${'x'.repeat(3 * LIMIT)}\n${'y'.repeat(2 * LIMIT)}\nb`],
])('lines and offsets are right in pieces of any size: %s', async (_, text) => {
  const bytes = Buffer.from(text, 'latin1');
  for (let size = 1; size <= bytes.length + 1; size += 1) {
    expect(await seen(pieces(bytes, size), LIMIT)).toEqual(expected(bytes, LIMIT));
  }
});

test('any bytes cut anywhere give the same lines at the same offsets', async () => {
  const byte = fc.oneof(fc.constant(0x0a), fc.constant(0x61), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(
      fc.array(byte, { maxLength: 300 }),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }),
      async (content, sizes) => {
        const bytes = Buffer.from(content);
        expect(await seen(cut(bytes, sizes), LIMIT)).toEqual(expected(bytes, LIMIT));
      },
    ),
    { numRuns: 500 },
  );
});

test('a large log keeps its lines', async () => {
  const bytes = log(20_000);
  const { lines, overlong } = await seen(pieces(bytes, 1_000_000));
  expect(lines.map(({ text }) => text).join('')).toBe(bytes.toString());
  expect(overlong).toBe(0);
});

test('an over-long line is cut to 64 KiB, counted, and what follows keeps its offset', async () => {
  const long = LINE_LIMIT + 1;
  const bytes = Buffer.concat([Buffer.from('a\n'), Buffer.alloc(long, 'x'), Buffer.from('\nb\n')]);
  const { lines, overlong } = await seen(pieces(bytes, 1_000_000));
  expect(lines.map(({ offset, text }) => [offset, text.length])).toEqual([
    [0, 2],
    [2, 65_537],
    [2 + long + 1, 2],
  ]);
  expect(overlong).toBe(1);
});

test('a line as long as the limit is whole', async () => {
  const bytes = Buffer.concat([Buffer.alloc(LINE_LIMIT, 'x'), Buffer.from('\nb\n')]);
  const { lines, overlong } = await seen(pieces(bytes, 1_000_000));
  expect(lines.map(({ text }) => text.length)).toEqual([LINE_LIMIT + 1, 2]);
  expect(overlong).toBe(0);
});

test('the bulk of a piece is handed over without a copy', async () => {
  const piece = Buffer.from('begun\nwhole\nwhole\nnot en');
  const blocks: Uint8Array[] = [];
  for await (const { bytes } of blocksOf(cutOnce(piece))) blocks.push(bytes);
  expect(blocks[0]?.buffer).toBe(piece.buffer);
});

test('the half line before a failure is handed over before the failure', async () => {
  const texts: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const { bytes } of blocksOf(failing(Buffer.from('a\nb')))) texts.push(Buffer.from(bytes).toString());
  };
  await expect(reading()).rejects.toThrow('the disk is gone');
  expect(texts).toEqual(['a\n', 'b']);
});

async function* cutOnce(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(piece);
}

async function* failing(piece: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(piece);
  throw new Error('the disk is gone');
}
