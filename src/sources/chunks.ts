/**
 * Bytes in pieces of any size become blocks of whole lines.
 *
 * The bulk of a piece is handed over as it is, without a copy; only the line that lies across two pieces is put together elsewhere and is a
 * block of its own. How the bytes were cut into pieces changes how many blocks there are, never which lines or at which offsets.
 *
 * What may be lost: the rest of a line that is longer than the limit. Its beginning is handed over, the line is counted.
 */
import type { Block } from './source.ts';

const KiB = 1024;
/** No statement of the broker comes near: its longest are payloads printed as integers, four characters for a byte (vernemq-logs 2.3). */
export const LINE_LIMIT = 8 * KiB * KiB;
/** How much of an over-long line is handed over. */
const KEPT = 64 * KiB;
const NEWLINE = 0x0a;

/** What was cut, for the caller to say. */
export interface Tally {
  overlong: number;
}

/**
 * @param pieces the bytes of one file in order; a piece may be the same buffer each time.
 * @param tally counts the lines that were cut.
 */
export async function* blocksOf(
  pieces: AsyncIterable<Uint8Array>,
  tally: Tally = { overlong: 0 },
  limit = LINE_LIMIT,
): AsyncGenerator<Block, void, void> {
  const cutter = new Cutter(limit, tally);
  try {
    for await (const piece of pieces) {
      // Within a slice that is not above the limit, only the line that began before it can be too long.
      for (let start = 0; start < piece.length; start += limit) yield* cutter.push(piece.subarray(start, start + limit));
    }
  } catch (error) {
    // A broken archive: the half line before the damage is all that is left of its last event.
    yield* cutter.end();
    throw error;
  }
  yield* cutter.end();
}

class Cutter {
  readonly #limit: number;
  readonly #tally: Tally;
  /** The beginning of a line whose end has not come yet. */
  readonly #begun = new Gathered();
  /** Where in the uncompressed file that line begins. */
  #offset = 0;
  /** In the rest of an over-long line, up to its newline. */
  #dropping = false;

  constructor(limit: number, tally: Tally) {
    this.#limit = limit;
    this.#tally = tally;
  }

  *push(slice: Uint8Array): Generator<Block, void, void> {
    let start = 0;
    if (this.#dropping || this.#begun.length > 0) {
      const end = slice.indexOf(NEWLINE) + 1;
      yield* this.#goOn(end === 0 ? slice : slice.subarray(0, end), end > 0);
      if (end === 0) return;
      start = end;
    }
    const end = slice.lastIndexOf(NEWLINE) + 1;
    if (end > start) {
      yield { offset: this.#offset, bytes: slice.subarray(start, end) };
      this.#offset += end - start;
      start = end;
    }
    this.#begun.add(slice.subarray(start));
  }

  *end(): Generator<Block, void, void> {
    if (this.#begun.length > 0) yield* this.#handOver();
  }

  /** More of the line that was begun in an earlier piece. */
  *#goOn(bytes: Uint8Array, ends: boolean): Generator<Block, void, void> {
    if (this.#dropping) {
      this.#offset += bytes.length;
      this.#dropping = !ends;
      return;
    }
    this.#begun.add(bytes);
    if (this.#begun.length - (ends ? 1 : 0) > this.#limit) {
      this.#tally.overlong += 1;
      this.#dropping = !ends;
      yield { offset: this.#offset, bytes: this.#begun.cut(Math.min(KEPT, this.#limit)) };
      this.#offset += this.#begun.length;
      this.#begun.clear();
    } else if (ends) {
      yield* this.#handOver();
    }
  }

  *#handOver(): Generator<Block, void, void> {
    const bytes = this.#begun.bytes();
    const { length } = bytes;
    yield { offset: this.#offset, bytes };
    this.#offset += length;
    this.#begun.clear();
  }
}

/** A growing run of bytes. */
class Gathered {
  #room: Uint8Array = new Uint8Array(4 * KiB);
  length = 0;

  add(bytes: Uint8Array): void {
    const length = this.length + bytes.length;
    if (length > this.#room.length) {
      const room = new Uint8Array(Math.max(length, 2 * this.#room.length));
      room.set(this.bytes());
      this.#room = room;
    }
    this.#room.set(bytes, this.length);
    this.length = length;
  }

  bytes(): Uint8Array {
    return this.#room.subarray(0, this.length);
  }

  /** The first `count` bytes with a newline of ours behind them. */
  cut(count: number): Uint8Array {
    const bytes = new Uint8Array(count + 1);
    bytes.set(this.#room.subarray(0, count));
    bytes[count] = NEWLINE;
    return bytes;
  }

  clear(): void {
    this.length = 0;
  }
}
