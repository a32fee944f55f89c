/**
 * The bytes of one open file, plain or packed, as if it were plain: read at any place, through the descriptor that was opened and never
 * through the name, which may lead to another file by now.
 *
 * A packed file is unpacked to its end before it counts: one that is still being written is Damage, not a short file. It is read front to
 * back; going back costs unpacking it again.
 */
import { unpack, isPacked } from './unpack.ts';

export interface FileStats {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  isFile(): boolean;
}

export interface OpenFile {
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
  stat(options: { bigint: true }): Promise<FileStats>;
  close(): Promise<void>;
}

/** What following needs of the file system (`node:fs/promises`; another one in tests). */
export interface FollowDisk {
  open(path: string): Promise<OpenFile>;
  stat(path: string, options: { bigint: true }): Promise<FileStats>;
  readdir(path: string): Promise<string[]>;
  realpath(path: string): Promise<string>;
}

export interface Content {
  /** Device and inode: the same file, as long as it is held open. */
  readonly id: string;
  readonly packed: boolean;
  /** Of the unpacked text. Zero if a packed file was changed, because then nothing known of it holds. */
  size(): Promise<number>;
  /** Up to `length` bytes; fewer only at the end. */
  at(offset: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

const KiB = 1024;
const MAGIC = 10;
const PIECE = 256 * KiB;
/** Asked for again and again, to see that the file is still the same. */
const HEAD = 64 * KiB;

export function idOf({ dev, ino }: FileStats): string {
  return `${dev}:${ino}`;
}

/** Of what cannot be told by device and inode alone: the same file with the same content (rename leaves it as it is). */
export function stampOf(stats: FileStats): string {
  return `${idOf(stats)}:${stats.size}:${stats.mtimeNs}`;
}

/** @throws Damage if the file is packed and not whole. */
export async function openContent(disk: FollowDisk, path: string): Promise<Content> {
  const file = await disk.open(path);
  try {
    const stats = await file.stat({ bigint: true });
    const plain = new Plain(file, idOf(stats));
    if (!isPacked(await plain.at(0, MAGIC))) return plain;
    const packed = new Packed(file, plain, stats);
    await packed.measure();
    return packed;
  } catch (error) {
    await file.close();
    throw error;
  }
}

class Plain implements Content {
  readonly packed = false;
  readonly id: string;
  readonly #file: OpenFile;

  constructor(file: OpenFile, id: string) {
    this.#file = file;
    this.id = id;
  }

  async size(): Promise<number> {
    return Number((await this.#file.stat({ bigint: true })).size);
  }

  async at(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.#file.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

class Packed implements Content {
  readonly packed = true;
  readonly id: string;
  readonly #file: OpenFile;
  readonly #raw: Plain;
  readonly #stamp: string;
  #length = 0;
  #head: Uint8Array = new Uint8Array(0);
  #pieces: AsyncGenerator<Uint8Array, void, void> | null = null;
  /** Unpacked and not yet passed by, from `#from` on. */
  #window: Uint8Array = new Uint8Array(0);
  #from = 0;

  constructor(file: OpenFile, raw: Plain, stats: FileStats) {
    this.#file = file;
    this.#raw = raw;
    this.id = raw.id;
    this.#stamp = stampOf(stats);
  }

  async measure(): Promise<void> {
    this.#head = await this.#stretch(0, HEAD);
    let length = this.#from + this.#window.length;
    for (let piece = await this.#next(); piece !== null; piece = await this.#next()) length += piece.length;
    this.#length = length;
    await this.#rewind();
  }

  async size(): Promise<number> {
    return stampOf(await this.#file.stat({ bigint: true })) === this.#stamp ? this.#length : 0;
  }

  async at(offset: number, length: number): Promise<Uint8Array> {
    if (offset + length <= this.#head.length) return this.#head.subarray(offset, offset + length);
    return this.#stretch(offset, Math.max(0, Math.min(length, this.#length - offset)));
  }

  async close(): Promise<void> {
    await this.#rewind();
    await this.#file.close();
  }

  async #stretch(offset: number, length: number): Promise<Uint8Array> {
    if (offset < this.#from) await this.#rewind();
    const parts = [this.#window];
    let end = this.#from + this.#window.length;
    while (end < offset + length) {
      const piece = await this.#next();
      if (piece === null) break;
      // What lies before the place that was asked for is passed by.
      if (end + piece.length <= offset) {
        parts.length = 0;
        this.#from = end + piece.length;
      } else {
        parts.push(piece.slice());
      }
      end += piece.length;
    }
    const held = Buffer.concat(parts);
    const skip = Math.min(Math.max(0, offset - this.#from), held.length);
    this.#window = held.subarray(skip);
    this.#from += skip;
    return Uint8Array.prototype.slice.call(this.#window, 0, length);
  }

  async #next(): Promise<Uint8Array | null> {
    this.#pieces ??= unpack(this.#packed());
    const { value, done } = await this.#pieces.next();
    return done === true ? null : value;
  }

  async *#packed(): AsyncGenerator<Uint8Array, void, void> {
    for (let at = 0; ;) {
      const piece = await this.#raw.at(at, PIECE);
      if (piece.length === 0) return;
      at += piece.length;
      yield piece;
    }
  }

  async #rewind(): Promise<void> {
    const pieces = this.#pieces;
    this.#pieces = null;
    this.#window = new Uint8Array(0);
    this.#from = 0;
    await pieces?.return();
  }
}
