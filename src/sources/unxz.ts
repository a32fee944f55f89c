/**
 * Unpacks xz, also several streams with padding between them.
 *
 * xz-decompress is the decoder of the Linux kernel in WebAssembly. One copy of it serves one stream at a time and lets the others wait; two
 * logs read side by side would then wait for ever. So each archive gets a copy of its own.
 */
import { createRequire } from 'node:module';
import { Damage, type DamageKind } from './damage.ts';
import type { Intake } from './intake.ts';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00];
/** What the decoder unpacked of the piece in which it finds damage it does not hand out; so pieces are small. */
const PIECE = 1024;

/** The decoder's answers (`enum xz_ret` of xz-embedded); all else is damage. */
const ANSWERS: Record<string, [DamageKind, string]> = {
  2: ['unsupported', 'a checksum it does not know'],
  3: ['unsupported', 'it needs too much memory'],
  4: ['unsupported', 'it needs more than 64 MiB of memory'],
  5: ['trailing', ''],
  6: ['unsupported', 'a filter or checksum it does not know'],
  8: ['truncated', ''],
};

export function isXz(head: Uint8Array): boolean {
  return MAGIC.every((byte, index) => head[index] === byte);
}

export async function* unxz(packed: Intake): AsyncGenerator<Uint8Array, void, void> {
  const { XzReadableStream } = ownDecoder();
  const source = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await nextPiece(packed);
        if (piece === null) controller.close();
        else controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
  try {
    for await (const bytes of new XzReadableStream(source)) if (bytes.length > 0) yield bytes;
  } catch (error) {
    throw damageOf(error);
  }
}

/** A piece ends where a stream may end ("YZ"), so that what follows the last stream cannot take that stream's last bytes with it. */
async function nextPiece(packed: Intake): Promise<Uint8Array | null> {
  const piece = await packed.next(PIECE);
  if (piece === null) return null;
  const end = Buffer.from(piece.buffer, piece.byteOffset, piece.length).indexOf('Z') + 1;
  if (end > 0) packed.unread(piece.length - end);
  return piece.slice(0, end > 0 ? end : undefined);
}

function ownDecoder(): typeof import('xz-decompress') {
  const require = createRequire(import.meta.url);
  const file = require.resolve('xz-decompress');
  Reflect.deleteProperty(require.cache, file);
  return require('xz-decompress') as typeof import('xz-decompress');
}

/** Anything else, such as an error of the disk, is not the archive's fault and stays what it is. */
function damageOf(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = /^get_next_output failed with error code (\d+)/.exec(error.message)?.[1];
  if (code === undefined && error.name !== 'RuntimeError') return error;
  const [kind, detail] = ANSWERS[code ?? ''] ?? ['corrupt', 'the data contradicts itself'];
  return new Damage(kind, 'xz', detail, { cause: error });
}
