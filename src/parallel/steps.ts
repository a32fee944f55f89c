/**
 * A log in steps: blocks to be read here, or batches that other threads have read.
 *
 * What others read is taken as long as it is what would have been read here. Where it is not (a time that only the lines before it explain,
 * another envelope), the rest of the log is read here.
 */
import type { Engine, LogId } from '../core/engine.ts';
import type { Batch } from '../core/extract/batch.ts';
import type { FileTally, PartPlace } from '../core/extract/reader.ts';
import type { ArchiveInput, ArchiveLog } from '../sources/input.ts';
import type { Part } from '../sources/part.ts';
import type { Block } from '../sources/source.ts';
import type { Order, Setting } from './orders.ts';
import { Team, type Said } from './team.ts';

export type Step = { readonly block: Block } | { readonly batch: Batch; readonly part: PartPlace };

export interface Reading {
  readonly engine: Engine;
  readonly id: LogId;
  readonly log: ArchiveLog;
  /** Told how many more bytes of the files on disk were read. */
  readonly read: (bytes: number) => void;
}

const MiB = 1024 * 1024;
const PART = 8 * MiB;
/** Threads need some time to begin; below this they take longer than they save. */
const WORTHWHILE = 24 * MiB;
/** How much a log gains by being unpacked, about. */
const PACKED = 8;

/** A place in a log: one of its files, which was begun, and how far in it. */
interface Begun {
  readonly file: number;
  readonly offset: number;
  readonly tally: FileTally;
}

/** Reads the log in this thread. @param begun where another left off. */
export async function* blocksOf({ engine, id, log, read }: Reading, begun?: Begun): AsyncGenerator<Step, void> {
  for (const [file, input] of log.inputs.entries()) {
    if (begun && file < begun.file) continue;
    const offset = begun?.file === file ? begun.offset : 0;
    const tally = begun?.file === file ? begun.tally : engine.begin(id, input.file);
    let before = 0;
    const blocks = input.blocks((bytes) => {
      read(bytes - before);
      before = bytes;
    });
    for await (const block of blocks) {
      const known = Math.max(0, offset - block.offset);
      if (known < block.bytes.length) yield { block: { offset: block.offset + known, bytes: block.bytes.subarray(known) } };
    }
    tally.error = input.failure();
  }
}

/** One part after the other, read elsewhere. */
export type ReadElsewhere = (orders: readonly Order[]) => AsyncIterable<Said>;

/** Reads the log elsewhere as far as that is the same. */
export async function* batchesOf(
  reading: Reading,
  files: readonly (readonly Part[])[],
  readElsewhere: ReadElsewhere,
): AsyncGenerator<Step, void> {
  const { engine, id, log, read } = reading;
  const parts = files.flatMap((some, file) => some.map((part) => ({ file, part, input: log.inputs[file]! })));
  const reference = Math.max(...log.inputs.map(({ modified }) => modified)) * 1000;
  let index = 0;
  let tally = engine.begin(id, parts[0]!.input.file);
  let before = 0;
  for await (const said of readElsewhere(parts.map(({ part }) => ({ part, reference })))) {
    const { file, input } = parts[index]!;
    if ('batch' in said) {
      const { batch, bytesRead, isFirst } = said;
      const part = index === 0 ? 'cold' : isFirst ? 'first' : 'next';
      if (!engine.fits(id, batch, part)) {
        return yield* blocksOf(reading, { file, offset: batch.offset, tally });
      }
      read(bytesRead - before);
      before = bytesRead;
      yield { batch, part };
    } else {
      input.ended(said.failure, said.overlong);
      tally.error ??= said.failure;
      index += 1;
      before = 0;
      const next = parts[index];
      if (next && next.input !== input) tally = engine.begin(id, next.input.file);
    }
  }
}

/** Reads the log in threads where that is worth it. */
export async function* inThreads(reading: Reading, threads: number, setting: Setting): AsyncGenerator<Step, void> {
  const files = await partsOf(reading.log.inputs);
  if (!files) return yield* blocksOf(reading);
  const team = new Team(threads, setting);
  try {
    yield* batchesOf(reading, files, (orders) => team.read(orders));
  } finally {
    await team.close();
  }
}

/** Null where one of them can be read in one go only, or they are too small to be worth it. */
async function partsOf(inputs: readonly ArchiveInput[]): Promise<(readonly Part[])[] | null> {
  const asked = inputs.flatMap((input) => input.parts(PART) ?? []);
  if (asked.length < inputs.length) return null;
  try {
    const files = await Promise.all(asked);
    const bytes = files.reduce((sum, [part]) => sum + (part?.size ?? 0) * (part?.packed ? PACKED : 1), 0);
    return bytes < WORTHWHILE ? null : files;
  } catch {
    // Whatever is wrong with one of them is told where it is read.
    return null;
  }
}

export function threadsFor(logs: number, jobs: number): number {
  return jobs <= 1 || logs > jobs ? 0 : Math.floor(jobs / logs);
}
