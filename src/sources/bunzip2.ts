/**
 * Unpacks bzip2: one stream behind the other, block by block.
 *
 * seek-bzip decodes a whole file from memory into memory. Its parts do a block at a time, which keeps memory bounded; they are not in its
 * documentation, so its version is pinned, and what is used of it is written down in `seek-bzip.d.ts`. A block comes out whole or not at all,
 * because its checksum covers all of it: up to 900 KB of a log are lost with a damaged block.
 */
import type Bunzip from 'seek-bzip';
import type { Input, Output } from 'seek-bzip';
import { Damage } from './damage.ts';
import type { Intake } from './intake.ts';

/** More than any block can take packed: 900,000 symbols of at most 20 bits, and its tables. */
const LARGEST_BLOCK = 2_500_000;
const MAGIC = 'BZh';
const BLOCK = '314159265359';
const END = '177245385090';

export function isBzip2(head: Uint8Array): boolean {
  const text = Buffer.from(head).toString('latin1', 0, 4);
  const magic = Buffer.from(head).toString('hex', 4, 10);
  return text.startsWith(MAGIC) && text[3]! >= '1' && text[3]! <= '9' && (magic === BLOCK || magic === END);
}

export async function* bunzip2(packed: Intake): AsyncGenerator<Uint8Array, void, void> {
  const { default: Decoder } = await import('seek-bzip');
  const source = new BitSource();
  const sink = new ByteSink();
  do {
    source.show(await packed.peek(LARGEST_BLOCK));
    const blocks = attempt(() => new Decoder(source, sink));
    while (attempt(() => decodeBlock(blocks))) {
      packed.skip(source.used);
      yield* sink.drain();
      source.show(await packed.peek(LARGEST_BLOCK));
    }
    packed.skip(source.used);
  } while (await anotherStream(packed));
}

function decodeBlock(blocks: Bunzip): boolean {
  if (blocks._init_block()) {
    blocks._read_bunzip();
    return true;
  }
  if (blocks.reader.read(32) >>> 0 !== blocks.streamCRC) throw new Damage('corrupt', 'bzip2', 'wrong checksum');
  return false;
}

async function anotherStream(packed: Intake): Promise<boolean> {
  const head = await packed.peek(10);
  if (head.length === 0) return false;
  if (head.length === 10 && !isBzip2(head)) throw new Damage('trailing', 'bzip2');
  return true;
}

function attempt<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Damage) throw error;
    throw new Damage('corrupt', 'bzip2', (error as Error).message, { cause: error });
  }
}

/** Gives the decoder its bytes. It keeps the bits of the last one, so the next block goes on with the byte after it. */
class BitSource implements Input {
  used = 0;
  #bytes: Uint8Array = new Uint8Array(0);

  show(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.used = 0;
  }

  readByte(): number {
    const byte = this.#bytes[this.used];
    if (byte === undefined) throw new Damage('truncated', 'bzip2');
    this.used += 1;
    return byte;
  }

  read(into: Uint8Array, offset: number, length: number): number {
    for (let i = 0; i < length; i += 1) into[offset + i] = this.readByte();
    return length;
  }
}

/** Takes what the decoder writes; a block of zeros unpacks to 45 MB. */
class ByteSink implements Output {
  static readonly #size = 1024 * 1024;
  readonly #full: Uint8Array[] = [];
  #room = new Uint8Array(ByteSink.#size);
  #length = 0;

  writeByte(byte: number): void {
    if (this.#length === ByteSink.#size) {
      this.#full.push(this.#room);
      this.#room = new Uint8Array(ByteSink.#size);
      this.#length = 0;
    }
    this.#room[this.#length] = byte;
    this.#length += 1;
  }

  *drain(): Generator<Uint8Array, void, void> {
    yield* this.#full;
    this.#full.length = 0;
    if (this.#length > 0) yield this.#room.subarray(0, this.#length);
    this.#length = 0;
  }
}
