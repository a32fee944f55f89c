/**
 * The one loop: bytes from sources into the engine, findings out.
 *
 * Archives are read as fast as they come; of several logs the one that is furthest behind in event time is read next, so that the engine has
 * little to hold back.
 */
import type { Engine, LogId } from './core/engine.ts';
import type { FileTally } from './core/extract/reader.ts';
import type { LogInfo } from './core/extract/records.ts';
import type { Findings } from './core/model.ts';
import type { Block, Input, InputLog } from './sources/source.ts';

export interface Run {
  readonly engine: Engine;
  readonly logs: readonly InputLog[];
  /** What is known of a log besides its bytes: node, zone, dates. Asked for each log with its first file. */
  readonly describe: (log: InputLog) => LogInfo;
  /** Takes what was found; a promise makes the reading wait. */
  readonly deliver: (findings: Findings) => Promise<void> | undefined;
  /** Told how far the files on disk are read, in bytes. */
  readonly progress?: (bytesRead: number) => void;
  /** Nobody wants the rest. */
  readonly enough?: () => boolean;
}

interface Lane {
  readonly id: LogId;
  readonly blocks: AsyncGenerator<Block, void>;
}

/** Reads all logs to their ends. What cannot be read is said in the tallies of the engine's snapshot. */
export async function run({ engine, logs, describe, deliver, progress, enough }: Run): Promise<void> {
  let bytesRead = 0;
  const read = (bytes: number) => progress?.((bytesRead += bytes));
  const lanes: Lane[] = logs.map((log) => {
    const id = engine.open(describe(log));
    return { id, blocks: blocksOf(log, (file) => engine.begin(id, file), read) };
  });
  while (lanes.length > 0) {
    if (enough?.()) {
      await Promise.all(lanes.map(({ blocks }) => blocks.return()));
      return;
    }
    const lane = lanes.reduce((behind, next) => (engine.reached(next.id) < engine.reached(behind.id) ? next : behind));
    const next = await lane.blocks.next();
    if (next.done) lanes.splice(lanes.indexOf(lane), 1);
    await deliver(next.done ? engine.close(lane.id) : engine.push(lane.id, bufferOf(next.value.bytes), next.value.offset));
  }
  await deliver(engine.end());
}

async function* blocksOf(log: InputLog, begin: (file: string) => FileTally, read: (bytes: number) => void): AsyncGenerator<Block, void> {
  for (const input of log.inputs) {
    const tally = begin(input.file);
    yield* counted(input, read);
    tally.error = input.failure();
  }
}

async function* counted(input: Input, read: (bytes: number) => void): AsyncGenerator<Block, void> {
  let before = 0;
  const blocks = input.blocks((bytes) => {
    read(bytes - before);
    before = bytes;
  });
  for await (const block of blocks) yield block;
}

/** The same bytes, with the methods of a Buffer. */
function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
