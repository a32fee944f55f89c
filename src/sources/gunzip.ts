/**
 * Unpacks gzip: one member behind the other, as appending to an archive or compressing in parallel leaves them.
 *
 * The members are taken apart here and only their bodies given to zlib. Node's own Gunzip drops up to a megabyte that it has already
 * unpacked when something that is not gzip follows a member, and ignores without a word whatever follows a padding of zeros.
 */
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';
import { ahead } from './ahead.ts';
import { Damage } from './damage.ts';
import type { Intake } from './intake.ts';

/** Node's default of 16 KiB takes four times as long. */
const CHUNK = 1024 * 1024;
/** One turn to the thread pool; bounds what one turn can unpack to (at most 1032 times as much) to 66 MB. */
const TURN = 64 * 1024;
/** A member up to this size is kept while it is unpacked, so that it can be unpacked a second time with care. */
const REMEMBERED = 16 * 1024 * 1024;
/** A turn of the second time. */
const CAREFUL = 16;

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

export async function* gunzip(packed: Intake): AsyncGenerator<Uint8Array, void, void> {
  do {
    await readHeader(packed);
    let crc = 0;
    let size = 0;
    for await (const bytes of ahead(body(packed))) {
      crc = crc32(bytes, crc);
      size += bytes.length;
      yield bytes;
    }
    const trailer = await packed.take(8);
    if (trailer === null) throw new Damage('truncated', 'gzip');
    const view = new DataView(trailer.buffer, trailer.byteOffset);
    if (view.getUint32(0, true) !== crc) throw new Damage('corrupt', 'gzip', 'wrong checksum');
    if (view.getUint32(4, true) !== size % 2 ** 32) throw new Damage('corrupt', 'gzip', 'wrong length');
  } while (await anotherMember(packed));
}

/** RFC 1952, section 2.3. */
async function readHeader(packed: Intake): Promise<void> {
  const header = await packed.take(10);
  if (header === null) throw new Damage('truncated', 'gzip');
  const [, , method = 0, flags = 0] = header;
  if (method !== 8) throw new Damage('unsupported', 'gzip', `method ${method}`);
  if ((flags & 0x04) !== 0) await skipExtra(packed);
  if ((flags & 0x08) !== 0) await skipText(packed); // name
  if ((flags & 0x10) !== 0) await skipText(packed); // comment
  if ((flags & 0x02) !== 0) await packed.take(2); // checksum of the header
}

async function skipExtra(packed: Intake): Promise<void> {
  const length = await packed.take(2);
  if (length !== null) await packed.take(length[0]! + 256 * length[1]!);
}

async function skipText(packed: Intake): Promise<void> {
  for (;;) {
    const character = await packed.take(1);
    if (character === null || character[0] === 0) return;
  }
}

async function* body(packed: Intake): AsyncGenerator<Uint8Array, void, void> {
  const inflate = createInflateRaw({ chunkSize: CHUNK });
  let given: Uint8Array[] | null = [];
  try {
    for (;;) {
      const piece = await packed.next(TURN);
      if (piece === null) throw new Damage('truncated', 'gzip');
      const before = inflate.bytesWritten;
      let unpacked;
      try {
        unpacked = await turn(inflate, piece);
      } catch (error) {
        if (given !== null) yield* carefully(given, piece.slice());
        throw new Damage('corrupt', 'gzip', (error as Error).message, { cause: error });
      }
      const used = inflate.bytesWritten - before;
      if (used < piece.length) packed.unread(piece.length - used);
      if (inflate.bytesWritten > REMEMBERED) given = null;
      else given?.push(piece.slice());
      yield* unpacked;
      if (used < piece.length) return;
    }
  } finally {
    inflate.close();
  }
}

/**
 * Unpacks a body once more up to a damaged piece, and hands over what that piece holds before the damage: zlib keeps to itself what it
 * unpacked in the turn that failed, and of a small log that turn is everything.
 */
async function* carefully(given: readonly Uint8Array[], damaged: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  const inflate = createInflateRaw({ chunkSize: CHUNK });
  try {
    for (const piece of given) await turn(inflate, piece);
    for (let at = 0; at < damaged.length; at += CAREFUL) yield* await turn(inflate, damaged.subarray(at, at + CAREFUL));
  } catch {
    // The damage; the caller knows it.
  } finally {
    inflate.close();
  }
}

/**
 * Gives zlib a piece and waits for all that comes of it. zlib takes less than the piece only if the body ends within it; then it says that
 * it has ended and does not call back.
 */
function turn(inflate: InflateRaw, piece: Uint8Array): Promise<Uint8Array[]> {
  return new Promise((resolve, reject) => {
    const unpacked: Uint8Array[] = [];
    const settle = (error?: Error | null): void => {
      inflate.removeListener('data', collect).removeListener('end', settle).removeListener('error', settle);
      if (error) reject(error);
      else resolve(unpacked);
    };
    const collect = (bytes: Uint8Array): void => void unpacked.push(bytes);
    inflate.on('data', collect).on('end', settle).on('error', settle);
    inflate.write(piece, settle);
  });
}

/** Passes over zeros, which are padding (tapes, disks with blocks). */
async function anotherMember(packed: Intake): Promise<boolean> {
  for (;;) {
    const [byte] = await packed.peek(1);
    if (byte === undefined) return false;
    if (byte !== 0) break;
    packed.skip(1);
  }
  const magic = await packed.peek(2);
  if (isGzip(magic)) return true;
  throw new Damage(magic.length < 2 ? 'truncated' : 'trailing', 'gzip');
}
