/**
 * The one loop: bytes from sources into the engine, findings out.
 *
 * Archives are read as fast as they come; of several logs the one that is furthest behind in event time is read next, so that the engine has
 * little to hold back.
 */
import type { Engine, LogId } from './core/engine.ts';
import type { LogInfo } from './core/extract/records.ts';
import type { Findings } from './core/model.ts';
import { blocksOf, inThreads, threadsFor, type Step } from './parallel/steps.ts';
import type { Setting } from './parallel/orders.ts';
import type { ArchiveLog } from './sources/input.ts';

export interface Run {
  readonly engine: Engine;
  readonly logs: readonly ArchiveLog[];
  /** What is known of a log besides its bytes: node, zone, dates. Asked for each log with its first file. */
  readonly describe: (log: ArchiveLog) => LogInfo;
  /** Takes what was found; a promise makes the reading wait. */
  readonly deliver: (findings: Findings) => Promise<void> | undefined;
  /** Told how far the files on disk are read, in bytes. */
  readonly progress?: (bytesRead: number) => void;
  /** Nobody wants the rest. */
  readonly enough?: () => boolean;
  /** Other threads that read along, and what they have to know; null for none. */
  readonly parallel: { readonly jobs: number; readonly setting: Omit<Setting, 'withRecords'> } | null;
}

interface Lane {
  readonly id: LogId;
  readonly steps: AsyncGenerator<Step, void>;
}

/** Reads all logs to their ends. What cannot be read is said in the tallies of the engine's snapshot. */
export async function run({ engine, logs, describe, deliver, progress, enough, parallel }: Run): Promise<void> {
  let bytesRead = 0;
  const read = (bytes: number) => progress?.((bytesRead += bytes));
  const threads = parallel ? threadsFor(logs.length, parallel.jobs) : 0;
  const lanes: Lane[] = logs.map((log) => {
    const id = engine.open(describe(log));
    const reading = { engine, id, log, read };
    const steps = threads > 0 ? inThreads(reading, threads, { ...parallel!.setting, withRecords: logs.length > 1 }) : blocksOf(reading);
    return { id, steps };
  });
  while (lanes.length > 0) {
    if (enough?.()) {
      await Promise.all(lanes.map(({ steps }) => steps.return()));
      return;
    }
    const lane = lanes.reduce((behind, next) => (engine.reached(next.id) < engine.reached(behind.id) ? next : behind));
    const next = await lane.steps.next();
    if (next.done) {
      lanes.splice(lanes.indexOf(lane), 1);
      await deliver(engine.close(lane.id));
    } else if ('batch' in next.value) await deliver(engine.absorb(lane.id, next.value.batch, next.value.part));
    else await deliver(engine.push(lane.id, bufferOf(next.value.block.bytes), next.value.block.offset));
  }
  await deliver(engine.end());
}

/** The same bytes, with the methods of a Buffer. */
function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length);
}
