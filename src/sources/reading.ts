/**
 * One turn of reading a generation from a file that holds it: read, then check, then hand over.
 *
 * The check comes after the reading and goes through the same descriptor. A file that is emptied and filled again between a check and the
 * reading would pass for a continuation; this way round it cannot.
 */
import { LINE_LIMIT } from './chunks.ts';
import type { Content } from './content.ts';
import { hashOf, isHeadOf, vouching } from './fingerprint.ts';
import type { FollowNotices } from './follow-notices.ts';
import { cut, newlines, type Cut } from './lines.ts';
import type { Generation } from './position.ts';

export interface FollowedBlock {
  /** The name under which the generation is read at the moment. */
  readonly file: string;
  /** Of the first byte, in the unpacked file. */
  readonly offset: number;
  /** 1-based number of the first line. */
  readonly line: number;
  /** Whole lines; the last byte is a newline. */
  readonly bytes: Uint8Array;
}

/** The file no longer holds what it held. */
export const TORN = 'torn';

const KiB = 1024;
const SMALLEST = 64 * KiB;
const LARGEST = 1024 * KiB;

/**
 * @param room about so many bytes are wanted; a line that is longer is read all the same.
 * @param end of what may be read in this turn; the file may go on behind it.
 */
export async function read(
  content: Content,
  generation: Generation,
  { room, end }: { readonly room: number; readonly end: number },
  notices: FollowNotices,
): Promise<{ blocks: FollowedBlock[]; bytes: number } | typeof TORN> {
  const { offset } = generation;
  const line = generation.line ?? (await countLines(content, offset)) + 1;
  const vouch = vouching(offset);
  const most = Math.max(0, end - offset);
  // Room for what is there and a byte more, which tells that there is still more.
  let wanted = Math.min(Math.max(room, SMALLEST), LARGEST, Math.max(0, (await content.size()) - offset) + 1, most);
  for (;;) {
    const bytes = await content.at(offset - vouch, vouch + wanted);
    const known = bytes.subarray(0, vouch);
    const fresh = bytes.subarray(vouch);
    const size = await content.size();
    const same =
      size >= offset + fresh.length &&
      known.length === vouch &&
      hashOf(known) === generation.before &&
      (await isHeadOf(content, generation.head));
    if (!same) return TORN;

    const more = fresh.length === wanted && wanted < most;
    const lines = cut(fresh, generation.inside, more);
    if (lines.used === 0 && more && wanted <= LINE_LIMIT) {
      wanted = Math.min(Math.max(4 * wanted, SMALLEST), LINE_LIMIT + 1, most);
      continue;
    }
    const blocks = lines.pieces.map((piece) => ({
      file: generation.name,
      offset: offset + piece.at,
      line: line + piece.line,
      bytes: piece.bytes,
    }));
    say(lines, line, generation, notices);
    generation.line = line + lines.lines;
    generation.offset = offset + lines.used;
    generation.inside = lines.inside;
    generation.before = hashOf(bytes.subarray(vouch + lines.used - vouching(generation.offset), vouch + lines.used));
    generation.seen = Math.max(generation.seen, size);
    return { blocks, bytes: lines.used };
  }
}

function say({ overlong, holes }: Cut, line: number, { name }: Generation, notices: FollowNotices): void {
  for (const before of overlong) notices.overlongLine(name, line + before);
  if (holes > 0) notices.nulHole(name, holes);
}

async function countLines(content: Content, until: number): Promise<number> {
  let count = 0;
  for (let at = 0; at < until;) {
    const bytes = await content.at(at, Math.min(LARGEST, until - at));
    if (bytes.length === 0) break;
    count += newlines(bytes);
    at += bytes.length;
  }
  return count;
}
