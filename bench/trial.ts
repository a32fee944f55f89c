/** One writer, and all readers side by side on its log. Waits are for what is waited for, with a bound. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { CONTESTANTS, Reader } from './readers.ts';
import { tally, type Tally } from './tally.ts';
import { line, Writer } from './writer.ts';

const START_MS = 30_000;
const BOUND_MS = 60_000;
const POLL_MS = 20;
const KNOCK_MS = 100;
/** tail waits for a second after a rename, GNU tail looks once a second. */
const DRAINED_MS = 1_500;

export interface Outcome extends Tally {
  /** It ended by itself. */
  readonly gaveUp: boolean;
}

export class Trial {
  readonly writer: Writer;
  readonly #directory = fs.mkdtempSync(join(tmpdir(), 'followers-'));
  readonly #readers = new Map<string, Reader>();

  constructor() {
    const logs = join(this.#directory, 'logs');
    fs.mkdirSync(logs);
    this.writer = new Writer(logs);
    for (const [n, { name, command }] of CONTESTANTS.entries()) {
      if (command !== null) this.#readers.set(name, new Reader(command, this.writer.path, join(this.#directory, String(n))));
    }
  }

  /** Returns when all are listening. */
  async start(): Promise<void> {
    const readers = [...this.#readers.values()];
    for (const reader of readers) reader.start();
    const bound = Date.now() + START_MS;
    while (!readers.every((reader) => reader.isListening())) {
      if (Date.now() > bound) throw new Error(`a reader does not start, see ${this.#directory}`);
      if (fs.existsSync(this.writer.path)) this.writer.knock();
      await setTimeout(KNOCK_MS);
    }
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await Promise.all([...this.#readers.values()].map((reader) => reader.stop(signal)));
  }

  /** Each has the last line, or will not get it. */
  drained(): Promise<void> {
    return this.#until((reader) => reader.hasPrinted(line(this.writer.last)) || reader.quietMs() >= DRAINED_MS);
  }

  quiet(ms: number): Promise<void> {
    return this.#until((reader) => reader.quietMs() >= ms);
  }

  /** By the names of the readers. */
  async end(): Promise<ReadonlyMap<string, Outcome>> {
    const gaveUp = new Set([...this.#readers.values()].filter((reader) => reader.hasEnded()));
    await this.stop('SIGTERM');
    this.writer.close();
    const outcomes = [...this.#readers].map(([name, reader]): [string, Outcome] => {
      return [name, { ...tally(reader.output, this.writer), gaveUp: gaveUp.has(reader) }];
    });
    fs.rmSync(this.#directory, { recursive: true });
    return new Map(outcomes);
  }

  async #until(holds: (reader: Reader) => boolean): Promise<void> {
    const bound = Date.now() + BOUND_MS;
    // All are asked each time: who is not asked is not seen to move.
    while ([...this.#readers.values()].filter((reader) => !holds(reader)).length > 0 && Date.now() < bound) await setTimeout(POLL_MS);
  }
}
