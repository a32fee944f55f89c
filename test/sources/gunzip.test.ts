/** What only gzip has: headers with optional fields, members, padding, and a zlib that keeps to itself what it unpacked before an error. */
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { unpack } from '../../src/sources/unpack.ts';
import { drained, log, pieces } from './material.ts';

function member(content: Uint8Array, { flags = 0, fields = '' } = {}): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(content), 0);
  trailer.writeUInt32LE(content.length, 4);
  return Buffer.concat([header(flags), Buffer.from(fields, 'latin1'), deflateRawSync(content), trailer]);
}

function header(flags = 0, method = 8): Buffer {
  return Buffer.from([0x1f, 0x8b, method, flags, 0, 0, 0, 0, 0, 3]);
}

const CONTENT = log(50);

test.each([
  ['none', 0, ''],
  ['a name', 0x08, 'console.log.0\0'],
  ['an extra field', 0x04, '\x04\x00abcd'],
  ['a comment', 0x10, 'no comment\0'],
  ['a checksum of the header', 0x02, 'ab'],
  ['all of them', 0x1f, '\x02\x00abname\0comment\0cs'],
])('reads past the optional fields of a header: %s', async (_, flags, fields) => {
  for (const size of [1, 7, 10_000]) {
    const { bytes, error } = await drained(unpack(pieces(member(CONTENT, { flags, fields }), size)));
    expect(error).toBe(null);
    expect(bytes.equals(CONTENT)).toBe(true);
  }
});

test('reads on after a padding of zeros', async () => {
  const padded = Buffer.concat([member(CONTENT), Buffer.alloc(700), member(CONTENT), Buffer.alloc(3)]);
  const { bytes, error } = await drained(unpack(pieces(padded, 100)));
  expect(error).toBe(null);
  expect(bytes.equals(Buffer.concat([CONTENT, CONTENT]))).toBe(true);
});

test('a thousand small members are one log', async () => {
  const members = Array.from({ length: 1000 }, (_, line) => gzipSync(log(1, line)));
  const { bytes, error } = await drained(unpack(pieces(Buffer.concat(members))));
  expect(error).toBe(null);
  expect(bytes.equals(log(1000))).toBe(true);
});

test('says what follows the archive', async () => {
  const { error } = await drained(unpack(pieces(Buffer.concat([member(CONTENT), Buffer.from('\0\0#!/bin/sh')]))));
  expect(error).toMatchObject({ kind: 'trailing' });
});

describe('damage', () => {
  test.each([50, 20_000])('everything before it is handed over, of a log of %i lines', async (lines) => {
    const content = log(lines);
    const flushed = deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH });
    const noBlock = Buffer.alloc(200, 0xff);
    const { bytes, error } = await drained(unpack(pieces(Buffer.concat([header(), flushed, noBlock]))));
    expect(bytes.equals(content)).toBe(true);
    expect(error).toMatchObject({ kind: 'corrupt', message: 'is damaged (gzip: invalid block type)' });
  });

  test.each([
    ['checksum', 8],
    ['length', 4],
  ])('a wrong %s is said after the content', async (what, fromEnd) => {
    const packed = member(CONTENT);
    packed[packed.length - fromEnd]! ^= 1;
    const { bytes, error } = await drained(unpack(pieces(packed)));
    expect(bytes.equals(CONTENT)).toBe(true);
    expect(error).toMatchObject({ kind: 'corrupt', message: `is damaged (gzip: wrong ${what})` });
  });

  test('a method other than deflate is none of ours', async () => {
    const { error } = await drained(unpack(pieces(header(0, 7))));
    expect(error).toMatchObject({ kind: 'unsupported' });
  });
});

test('a log much larger than memory should be is unpacked in pieces', async () => {
  const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024), { level: 1 });
  let total = 0;
  let largest = 0;
  for await (const piece of unpack(repeated(packed, 4))) {
    total += piece.length;
    largest = Math.max(largest, piece.length);
  }
  expect(total).toBe(2 ** 28);
  expect(largest).toBeLessThanOrEqual(1024 * 1024);
});

async function* repeated(packed: Uint8Array, times: number): AsyncGenerator<Uint8Array> {
  for (let time = 0; time < times; time += 1) yield* pieces(packed);
}
