/** Bytes from somewhere become an input: unpacked, cut into blocks of whole lines, and what goes wrong told at the end. */
import { blocksOf, type Tally } from './chunks.ts';
import { whyStopped } from './problem.ts';
import type { Part } from './part.ts';
import type { Input, InputLog } from './source.ts';
import { unpack } from './unpack.ts';

export interface ArchiveInput extends Input {
  /** How many lines were too long and cut so far. */
  overlong(): number;
  /** Stretches of it that can be read apart from each other, of about so many bytes; null where it cannot be read twice. */
  parts(length: number): Promise<readonly Part[]> | null;
  /** It was read elsewhere, and this is how that ended. */
  ended(failure: string | null, overlong: number): void;
}

export interface ArchiveLog extends InputLog {
  readonly inputs: readonly ArchiveInput[];
}

/** Told how many bytes were consumed so far. */
export type Progress = (bytesRead: number) => void;

/** @param read opens the thing and gives its bytes as they are on disk; a piece may be the same buffer each time. */
export function inputOf(
  about: Pick<Input, 'file' | 'size' | 'modified'>,
  read: (progress: Progress) => AsyncIterable<Uint8Array>,
  parts: ArchiveInput['parts'] = () => null,
): ArchiveInput {
  const tally: Tally = { overlong: 0 };
  let failure: string | null = null;
  return {
    ...about,
    async *blocks(progress = () => undefined) {
      try {
        yield* blocksOf(unpack(read(progress)), tally);
      } catch (error) {
        failure = whyStopped(about.file, error);
      }
    },
    failure: () => failure,
    overlong: () => tally.overlong,
    parts,
    ended(why, overlong) {
      failure ??= why;
      tally.overlong += overlong;
    },
  };
}
