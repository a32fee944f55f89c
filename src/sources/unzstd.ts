/**
 * Unpacks zstd: frames behind each other, with skippable frames between them (pzstd, seekable format).
 *
 * fzstd unpacks blocks. Frames and blocks are taken apart here (RFC 8878, section 3.1), because fzstd gives no checksum of the content a
 * look, calls itself once for each frame, and unpacks all it was given in one go, however much that is. Given one block at a time it hands
 * out at most 128 KiB, and a damaged archive is read up to its last whole block.
 */
import type { Decompress } from 'fzstd';
import type { XXHashAPI } from 'xxhash-wasm';
import { Damage } from './damage.ts';
import type { Intake } from './intake.ts';

const LONGEST_BLOCK = 128 * 1024;
/** What `zstd -d` accepts without being asked to; needs as much memory. */
const WIDEST_WINDOW = 128 * 1024 * 1024;
const BLOCK_KIND = { raw: 0, repeated: 1, packed: 2, reserved: 3 } as const;

export function isZstd(head: Uint8Array): boolean {
  return (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) || isSkippable(head);
}

function isSkippable(head: Uint8Array): boolean {
  return (head[0]! & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18;
}

export async function* unzstd(packed: Intake): AsyncGenerator<Uint8Array, void, void> {
  const { Decompress } = await import('fzstd');
  const { default: openXxhash } = await import('xxhash-wasm');
  const xxhash = await openXxhash();
  for (;;) {
    const magic = await packed.peek(4);
    if (magic.length === 0) return;
    if (!isZstd(magic)) throw new Damage(magic.length < 4 ? 'truncated' : 'trailing', 'zstd');
    if (isSkippable(magic)) await skipFrame(packed);
    else yield* frame(packed, Decompress, xxhash);
  }
}

async function skipFrame(packed: Intake): Promise<void> {
  const header = await whole(packed, 8);
  let left = new DataView(header.buffer, header.byteOffset).getUint32(4, true);
  while (left > 0) {
    const bytes = await packed.next(left);
    if (bytes === null) throw new Damage('truncated', 'zstd');
    left -= bytes.length;
  }
}

async function* frame(packed: Intake, Decoder: typeof Decompress, xxhash: XXHashAPI): AsyncGenerator<Uint8Array, void, void> {
  const { header, checked } = await readHeader(packed);
  const hash = xxhash.create64();
  let unpacked: Uint8Array[] = [];
  const decoder = new Decoder((bytes) => {
    if (bytes.length > 0) unpacked.push(bytes);
  });
  decode(decoder, header, false);
  for (let last = false; !last;) {
    const block = await readBlock(packed);
    ({ last } = block);
    decode(decoder, block.bytes, last);
    for (const bytes of unpacked) {
      hash.update(bytes);
      yield bytes;
    }
    unpacked = [];
  }
  if (!checked) return;
  const trailer = await whole(packed, 4);
  const expected = new DataView(trailer.buffer, trailer.byteOffset).getUint32(0, true);
  if (Number(hash.digest() & 0xffffffffn) !== expected) throw new Damage('corrupt', 'zstd', 'wrong checksum');
}

/** RFC 8878, section 3.1.1.1. The header comes back without its checksum flag: fzstd shall not wait for a checksum. */
async function readHeader(packed: Intake): Promise<{ header: Uint8Array; checked: boolean }> {
  const start = await packed.peek(6);
  if (start.length < 6) throw new Damage('truncated', 'zstd');
  const flags = start[4]!;
  const singleSegment = (flags & 0x20) !== 0;
  if ((flags & 0x08) !== 0) throw new Damage('corrupt', 'zstd', 'reserved bit set');
  if ((flags & 0x03) !== 0) throw new Damage('unsupported', 'zstd', 'it needs a dictionary');
  const sizeField = [singleSegment ? 1 : 0, 2, 4, 8][flags >> 6]!;
  const windowField = singleSegment ? 0 : 1;

  const header = (await whole(packed, 5 + windowField + sizeField)).slice();
  const view = new DataView(header.buffer);
  // Without a window of its own, a frame is its own window: sizes of 1, 2 (from 256 on), 4 and 8 bytes.
  const sizes = [
    () => view.getUint8(5),
    () => 256 + view.getUint16(5, true),
    () => view.getUint32(5, true),
    () => Number(view.getBigUint64(5, true)),
  ];
  const window = singleSegment ? sizes[flags >> 6]!() : 2 ** (10 + (header[5]! >> 3)) * (1 + (header[5]! & 7) / 8);
  if (window > WIDEST_WINDOW) throw new Damage('unsupported', 'zstd', `it needs ${Math.ceil(window / 2 ** 20)} MiB of memory`);
  header[4] = flags & ~0x04;
  return { header, checked: (flags & 0x04) !== 0 };
}

/** RFC 8878, section 3.1.1.2. */
async function readBlock(packed: Intake): Promise<{ bytes: Uint8Array; last: boolean }> {
  const head = await packed.peek(3);
  if (head.length < 3) throw new Damage('truncated', 'zstd');
  const field = head[0]! + head[1]! * 2 ** 8 + head[2]! * 2 ** 16;
  const kind = (field >> 1) & 3;
  const size = field >> 3;
  if (kind === BLOCK_KIND.reserved || size > LONGEST_BLOCK) throw new Damage('corrupt', 'zstd', 'no block where one should begin');
  const bytes = await whole(packed, 3 + (kind === BLOCK_KIND.repeated ? 1 : size));
  // fzstd keeps what it cannot use at once, so it gets a copy.
  return { bytes: bytes.slice(), last: (field & 1) !== 0 };
}

function decode(decoder: Decompress, bytes: Uint8Array, last: boolean): void {
  try {
    decoder.push(bytes, last);
  } catch (error) {
    throw new Damage('corrupt', 'zstd', (error as Error).message, { cause: error });
  }
}

async function whole(packed: Intake, count: number): Promise<Uint8Array> {
  const bytes = await packed.take(count);
  if (bytes === null) throw new Damage('truncated', 'zstd');
  return bytes;
}
