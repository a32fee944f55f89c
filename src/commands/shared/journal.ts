/** Where `follow` writes to: standard output or a file, as text or JSON, with priorities where the journal reads. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Journal } from '../../outlets/journal.ts';
import { Lines } from '../../outlets/lines.ts';
import type { Notes } from '../../outlets/views/wording.ts';
import { UsageError } from './errors.ts';
import { isJournal } from './journald.ts';
import { colorFor, isTerminal, widthOf } from './terminal.ts';

export interface OutputOptions {
  readonly format?: 'text' | 'json';
  readonly output?: string;
  readonly color: boolean;
  readonly quiet?: boolean;
}

export interface Output {
  readonly journal: Journal;
  /** Waits for slow readers, but not for long. */
  flush(): Promise<void>;
  /** Lets the program end, also where a reader stands still. */
  leave(): void;
}

export interface Told {
  /** Nothing can be written any more: whoever reads has left, or the disk is full. */
  left(error: NodeJS.ErrnoException): void;
  /** A line was dropped because whoever reads stands still. */
  dropped(): void;
}

/** SIGTERM is answered within a second. */
const FLUSH_MS = 500;

/** @throws UsageError where the file cannot be written. */
export async function openOutput(options: OutputOptions, notes: Notes, told: Told): Promise<Output> {
  const stream = options.output === undefined ? process.stdout : await appendTo(options.output);
  const format = options.format ?? (options.output === undefined && isTerminal(process.stdout) ? 'text' : 'json');
  const lines = new Lines(stream, told);
  // Text is for people, who get remarks beside the result; JSON is one stream.
  const remarks = format === 'text' ? new Lines(process.stderr, { ...told, left: () => undefined }) : lines;
  const journal = new Journal({
    lines,
    remarks,
    format,
    quiet: options.quiet ?? false,
    priorities: options.output === undefined && isJournal(process.stdout),
    text: { width: widthOf(options), color: colorFor(options), notes },
  });
  return {
    journal,
    flush: async () => {
      await Promise.all([lines.flush(FLUSH_MS), remarks.flush(FLUSH_MS)]);
    },
    leave() {
      // What was given to the system and not taken by anybody would keep the program for ever.
      if (!lines.isIdle || !remarks.isIdle) process.exit();
    },
  };
}

async function appendTo(path: string): Promise<Writable> {
  const stream = createWriteStream(path, { flags: 'a' });
  try {
    await once(stream, 'open');
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`);
  }
  return stream;
}
