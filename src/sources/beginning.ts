/**
 * Where to begin with a log so that nothing is missed that was written since some time: found from its end backwards, through older
 * generations where that is needed.
 */
import { openContent, type Content, type FollowDisk } from './content.ts';
import { Damage } from './damage.ts';
import type { Beginning } from './follow.ts';
import { isSystemError } from './problem.ts';
import { Surroundings } from './surroundings.ts';

/** When a line was written, in milliseconds since the epoch; null for a line without a time of its own. Text: one character a byte. */
export type LineTime = (line: string, modifiedMs: number) => number | null;

const STRIDE = 256 * 1024;

/** @param since milliseconds since the epoch. */
export async function beginningSince(path: string, since: number, timeOf: LineTime, disk: FollowDisk): Promise<Beginning> {
  const places = await new Surroundings(path, disk, () => 0, []).places();
  let begin: Beginning = 'start';
  for (const place of places.toReversed()) {
    const found = await searched(place.path, since, timeOf, disk);
    if (found === null) continue;
    if (found === 'older') return place.live ? 'end' : begin;
    begin = { file: place.path, offset: found };
    if (found > 0) return begin;
  }
  return begin;
}

/** @returns the offset to begin at; `older` if nothing in it is young enough, null if it cannot be read. */
async function searched(path: string, since: number, timeOf: LineTime, disk: FollowDisk): Promise<number | 'older' | null> {
  try {
    const { mtimeNs } = await disk.stat(path, { bigint: true });
    const modified = Number(mtimeNs) / 1e6;
    const content = await openContent(disk, path);
    try {
      const size = await content.size();
      const offset = await firstSince(content, size, (line) => (timeOf(line, modified) ?? since) < since);
      return offset === size && size > 0 && modified < since ? 'older' : offset;
    } finally {
      await content.close();
    }
  } catch (error) {
    if (error instanceof Damage || isSystemError(error)) return null;
    throw error;
  }
}

/** @returns where the lines begin that come after the last one that is too old. */
async function firstSince(content: Content, size: number, isOld: (line: string) => boolean): Promise<number> {
  let end = size;
  while (end > 0) {
    const start = Math.max(0, end - STRIDE);
    const bytes = await content.at(start, end - start);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
    // Not at the beginning of a line: what is before the first newline is looked at with the stride before.
    const from = start === 0 ? 0 : text.indexOf('\n') + 1;
    if (start > 0 && (from === 0 || from === text.length)) {
      end = start;
      continue;
    }
    const last = lastOld(text, from, isOld);
    if (last !== null) return start + last;
    end = start + from;
    if (from === 0) break;
  }
  return 0;
}

/** Behind the last line that is too old. */
function lastOld(text: string, from: number, isOld: (line: string) => boolean): number | null {
  let behind: number | null = null;
  for (let at = from; at < text.length;) {
    const newline = text.indexOf('\n', at);
    if (newline < 0) break;
    if (isOld(text.slice(at, newline))) behind = newline + 1;
    at = newline + 1;
  }
  return behind;
}
