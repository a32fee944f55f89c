/**
 * By what a generation is recognised: its first line, and the bytes just before a place in it.
 *
 * Names move with each rotation and inode numbers are given away again, but the first line of a broker's log carries a time, and it stays
 * the same however the file is renamed, copied or packed.
 */
import { createHash } from 'node:crypto';
import type { Content } from './content.ts';

/** The first line, newline included, or as much of it as suffices. Zeros before it are a hole, which many files may begin with. */
export interface Head {
  readonly from: number;
  readonly length: number;
  readonly hash: string;
}

const KiB = 1024;
const ENOUGH = KiB;
const NEWLINE = 0x0a;
const STRIDE = 64 * KiB;

/** Null while the first line has not been written to its end. */
export async function headOf(content: Content): Promise<Head | null> {
  let from = 0;
  let bytes = await content.at(0, ENOUGH);
  if (bytes[0] === 0) {
    from = await textBegins(content);
    bytes = await content.at(from, ENOUGH);
  }
  const line = firstLine(bytes);
  return line === null ? null : { from, length: line.length, hash: hashOf(line) };
}

export async function isHeadOf(content: Content, head: Head): Promise<boolean> {
  const bytes = await content.at(head.from, head.length);
  return bytes.length === head.length && hashOf(bytes) === head.hash;
}

/** How many bytes before an offset vouch for it. */
export function vouching(offset: number): number {
  return Math.min(offset, ENOUGH);
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

async function textBegins(content: Content): Promise<number> {
  for (let from = 0; ; from += STRIDE) {
    const bytes = await content.at(from, STRIDE);
    const text = bytes.findIndex((byte) => byte !== 0);
    if (text >= 0) return from + text;
    if (bytes.length < STRIDE) return from + bytes.length;
  }
}

function firstLine(bytes: Uint8Array): Uint8Array | null {
  const end = bytes.indexOf(NEWLINE) + 1;
  if (end > 0) return bytes.subarray(0, end);
  return bytes.length === ENOUGH ? bytes : null;
}
