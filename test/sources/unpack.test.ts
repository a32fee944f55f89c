/** What all packings have in common; what is peculiar to one of them has a test of its own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Damage } from '../../src/sources/damage.ts';
import { unpack } from '../../src/sources/unpack.ts';
import { archive, ARCHIVED, ARCHIVES, cut, drained, packedBy, pieces } from './material.ts';

/** Bytes of an archive from which its format can be told. */
const MAGIC = { gz: 2, zst: 4, bz2: 10, xz: 6 };
const TOOLS = {
  gz: ['gzip -1', 'gzip', 'gzip -9'],
  zst: ['zstd -1', 'zstd', 'zstd -19', 'zstd --fast=5', 'zstd --no-check', 'zstd --long=24'],
  bz2: ['bzip2 -1', 'bzip2'],
  xz: ['xz -0', 'xz', 'xz -9e', 'xz -C none', 'xz -C crc32', 'xz -T2 --block-size=10000'],
};

/** Lengths at which the archives of fixtures/archives are whole, though not complete: after the first half, and in the padding. */
const WHOLE: Record<(typeof ARCHIVES)[number], (packed: Buffer) => number[]> = {
  gz: (packed) => [packed.indexOf('1f8b0800', 10, 'hex'), ...Array.from({ length: 512 }, (_, zeros) => packed.length - 512 + zeros)],
  zst: (packed) => [packed.indexOf('502a4d18', 10, 'hex'), packed.indexOf('28b52ffd', 10, 'hex')],
  bz2: (packed) => [packed.indexOf('BZh1', 10)],
  xz: (packed) => [0, 4, 8].map((zeros) => packed.indexOf('fd377a585a00', 10, 'hex') - 8 + zeros),
};

describe.each(ARCHIVES)('%s', (ending) => {
  test('unpacks two archives put together', async () => {
    const { bytes, error } = await drained(unpack(pieces(await archive(ending))));
    expect(error).toBe(null);
    expect(bytes.equals(ARCHIVED)).toBe(true);
  });

  test('does not care how its bytes arrive', async () => {
    const packed = await archive(ending);
    const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 30_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 8 }), async (sizes) => {
        const { bytes, error } = await drained(unpack(cut(packed, sizes)));
        expect(error).toBe(null);
        expect(bytes.equals(ARCHIVED)).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  test('cut off anywhere it gives what is before the cut, and says so', async () => {
    const packed = await archive(ending);
    const whole = WHOLE[ending](packed);
    const length = fc.integer({ min: MAGIC[ending], max: packed.length - 1 });
    const nearWhole = fc
      .tuple(fc.constantFrom(...whole), fc.integer({ min: -12, max: 12 }))
      .map(([at, by]) => Math.min(at + by, packed.length - 1));
    await fc.assert(
      fc.asyncProperty(fc.oneof(length, nearWhole), async (length) => {
        const { bytes, error } = await drained(unpack(pieces(packed.subarray(0, length))));
        expect(ARCHIVED.subarray(0, bytes.length).equals(bytes)).toBe(true);
        if (whole.includes(length)) expect(error).toBe(null);
        else expect(error).toBeInstanceOf(Damage);
      }),
      { numRuns: 40 },
    );
  });

  test('cut off at the end it has lost nothing', async () => {
    const packed = await archive(ending);
    const end = ending === 'gz' ? packed.length - 512 : packed.length;
    const { bytes, error } = await drained(unpack(pieces(packed.subarray(0, end - 1))));
    expect(bytes.equals(ARCHIVED)).toBe(true);
    expect(error).toMatchObject({ kind: 'truncated' });
  });

  test('what follows an archive does not take anything of it away', async () => {
    const packed = await archive(ending);
    for (const rest of ['x', 'something else', 'this is no archive and longer than any header would be\n']) {
      const { bytes, error } = await drained(unpack(pieces(Buffer.concat([packed, Buffer.from(rest)]))));
      expect(bytes.equals(ARCHIVED)).toBe(true);
      expect(error).toBeInstanceOf(Damage);
    }
  });

  test('a flipped bit never passes for the truth, and never throws anything but damage', async () => {
    const packed = await archive(ending);
    const bit = fc.tuple(fc.integer({ min: MAGIC[ending], max: packed.length - 1 }), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(bit, async ([at, which]) => {
        const flipped = Uint8Array.from(packed);
        flipped[at]! ^= 1 << which;
        const { bytes, error } = await drained(unpack(pieces(flipped)));
        if (error === null) expect(bytes.equals(ARCHIVED)).toBe(true);
        else expect(error).toBeInstanceOf(Damage);
      }),
      { numRuns: 40 },
    );
  });

  test('stops asking for bytes when its reader has had enough', async () => {
    let closed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* pieces(await archive(ending), 1000);
      } finally {
        closed = true;
      }
    }
    for await (const piece of unpack(source())) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(true);
  });

  test('hands on an error of the disk as it is', async () => {
    const gone = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
    async function* source(): AsyncGenerator<Uint8Array> {
      yield* pieces((await archive(ending)).subarray(0, 5000));
      throw gone;
    }
    expect((await drained(unpack(source()))).error).toBe(gone);
  });

  test.each(TOOLS[ending])('unpacks what `%s` makes', async (command) => {
    for (const content of [Buffer.alloc(0), Buffer.from('x'), ARCHIVED, Buffer.alloc(1_000_000), noise(200_000)]) {
      const packed = packedBy(command, content);
      if (packed === null) return; // the tool is not installed here
      const { bytes, error } = await drained(unpack(pieces(packed)));
      expect(error).toBe(null);
      expect(bytes.equals(content)).toBe(true);
    }
  });
});

test.each([
  ['nothing', ''],
  ['text', 'a\nb'],
  ['one byte of a magic', '\x1f'],
  ['text that begins like bzip2', 'BZh9 is how a bzip2 file begins\n'],
  ['NULs', '\0\0\0\0\0\0\0\0\0\0\0\0'],
])('what is not packed comes out as it is: %s', async (_, text) => {
  const content = Buffer.from(text, 'latin1');
  expect(await drained(unpack(pieces(content, 3)))).toEqual({ bytes: content, error: null });
});

function noise(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}
