/**
 * What a file holds, plain or packed, is told by its first bytes and never by its name: rotation tools, copies and pipes get names wrong.
 *
 * A new format is an entry in the list.
 */
import { bunzip2, isBzip2 } from './bunzip2.ts';
import { gunzip, isGzip } from './gunzip.ts';
import { Intake } from './intake.ts';
import { isXz, unxz } from './unxz.ts';
import { isZstd, unzstd } from './unzstd.ts';

interface Packing {
  readonly fits: (head: Uint8Array) => boolean;
  readonly unpack: (packed: Intake) => AsyncIterable<Uint8Array>;
}

const PACKINGS: readonly Packing[] = [
  { fits: isGzip, unpack: gunzip },
  { fits: isZstd, unpack: unzstd },
  { fits: isBzip2, unpack: bunzip2 },
  { fits: isXz, unpack: unxz },
];
/** So many bytes tell: bzip2's magic is the longest. */
export const HEAD = 10;

export function isPacked(head: Uint8Array): boolean {
  return PACKINGS.some(({ fits }) => fits(head));
}

/**
 * The uncompressed bytes. A piece is valid until the next one is asked for.
 * @throws Damage after the last good piece of a broken archive.
 */
export async function* unpack(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const intake = new Intake(pieces);
  try {
    const head = await intake.peek(HEAD);
    const packing = PACKINGS.find(({ fits }) => fits(head));
    yield* packing === undefined ? plain(intake) : packing.unpack(intake);
  } finally {
    await intake.close();
  }
}

async function* plain(intake: Intake): AsyncGenerator<Uint8Array, void, void> {
  for (let piece = await intake.next(); piece !== null; piece = await intake.next()) yield piece;
}
