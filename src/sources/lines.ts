/**
 * Cuts what was read of a growing file into blocks of whole lines. What is not whole stays where it is and is read again.
 *
 * Zeros that begin a line, or stand in a run within one, were never text: they are passed over. A line that a hole cuts off is handed over
 * as far as it goes, with a newline of ours.
 */
import { LINE_LIMIT } from './chunks.ts';

export interface Piece {
  /** Of its first byte, counted from the start of what was cut. */
  readonly at: number;
  /** Newlines before it. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

export interface Cut {
  readonly pieces: readonly Piece[];
  /** How many bytes are done with, and how many newlines are among them. */
  readonly used: number;
  readonly lines: number;
  /** What comes next is the rest of a line that is too long. */
  readonly inside: boolean;
  /** Lines that are too long, by the newlines before them. */
  readonly overlong: readonly number[];
  /** Bytes that were zero. */
  readonly holes: number;
}

const KiB = 1024;
const NEWLINE = 0x0a;
/** How much of an over-long line is handed over. */
const KEPT = 64 * KiB;
/** So many zeros within a line are a hole; fewer may be somebody's payload. */
const HOLE = /\0{8,}/g;
const LEADING = /^\0+/gm;

/** @param inside the bytes begin in the rest of an over-long line. @param more the file goes on behind the bytes. */
export function cut(bytes: Uint8Array, inside: boolean, more: boolean, limit = LINE_LIMIT): Cut {
  const pieces: Piece[] = [];
  let used = 0;
  let lines = 0;
  let holes = 0;
  if (inside) {
    used = bytes.indexOf(NEWLINE) + 1;
    if (used === 0) return { pieces, used: bytes.length, lines, inside, overlong: [], holes };
    lines = 1;
  }
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end > used) {
    for (const run of withoutHoles(bytes.subarray(used, end))) {
      if (run.hole) holes += run.bytes.length;
      else pieces.push({ at: used, line: lines, bytes: run.cut ? withNewline(run.bytes) : run.bytes });
      used += run.bytes.length;
      if (!run.hole) lines += newlines(run.bytes);
    }
  }
  // Zeros at the end may be about to be overwritten; they are passed over when something else follows.
  const rest = bytes.subarray(used);
  const zeros = rest[0] === 0 ? rest.findIndex((byte) => byte !== 0) : 0;
  const hole = zeros < 0 ? (more ? rest.length : 0) : zeros;
  used += hole;
  holes += hole;
  if (rest.length - hole <= limit || zeros < 0) return { pieces, used, lines, inside: false, overlong: [], holes };
  pieces.push({ at: used, line: lines, bytes: withNewline(rest.subarray(hole, hole + Math.min(KEPT, limit))) });
  return { pieces, used: bytes.length, lines, inside: true, overlong: [lines], holes };
}

export function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

interface RunOfBytes {
  readonly bytes: Uint8Array;
  readonly hole: boolean;
  /** Ends in the middle of a line. */
  readonly cut: boolean;
}

function withoutHoles(bytes: Uint8Array): RunOfBytes[] {
  if (!bytes.includes(0)) return [{ bytes, hole: false, cut: false }];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  const holes = [...text.matchAll(LEADING), ...text.matchAll(HOLE)]
    .map(({ index, 0: zeros }) => ({ start: index, end: index + zeros.length }))
    .sort((a, b) => a.start - b.start);
  const runs: RunOfBytes[] = [];
  let at = 0;
  for (const { start, end } of holes) {
    if (end <= at) continue;
    if (start > at) runs.push({ bytes: bytes.subarray(at, start), hole: false, cut: bytes[start - 1] !== NEWLINE });
    runs.push({ bytes: bytes.subarray(start, end), hole: true, cut: false });
    at = end;
  }
  if (at < bytes.length) runs.push({ bytes: bytes.subarray(at), hole: false, cut: false });
  return runs;
}

function withNewline(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(bytes.length + 1);
  whole.set(bytes);
  whole[bytes.length] = NEWLINE;
  return whole;
}
