/** Threads that read the parts of one log, several at a time; what they say comes out in the order of the parts. */
import { Worker } from 'node:worker_threads';
import type { Batch } from '../core/extract/batch.ts';
import type { Answer, Order, Setting, Taken } from './orders.ts';

const MODULE = new URL(import.meta.url.endsWith('.ts') ? './extract.ts' : './extract.js', import.meta.url);
/** Parts that are read before they are asked for, for each thread. */
const AHEAD = 2;
/** Keeps the nursery of a thread from growing by some 40 MB. */
const YOUNG_MB = 8;

export type Said =
  | { readonly batch: Batch; readonly bytesRead: number; readonly isFirst: boolean }
  | { readonly failure: string | null; readonly overlong: number };

export class Team {
  readonly #threads: Thread[];

  constructor(size: number, setting: Setting) {
    this.#threads = Array.from({ length: size }, () => new Thread(setting));
  }

  /** What the parts say, one after the other; each ends with how it ended. */
  async *read(orders: readonly Order[]): AsyncGenerator<Said, void> {
    const started: { thread: Thread; work: Work }[] = [];
    const start = (index: number): void => {
      const thread = this.#threads[index % this.#threads.length]!;
      started.push({ thread, work: thread.give(orders[index]!) });
    };
    for (let index = 0; index < orders.length; index += 1) {
      while (started.length < Math.min(orders.length, index + 1 + AHEAD * this.#threads.length)) start(started.length);
      const { thread, work } = started[index]!;
      for (let isFirst = true; ; isFirst = false) {
        const answer = await work.next();
        if ('batch' in answer) {
          yield { ...answer, isFirst };
          thread.taken(answer.batch);
          continue;
        }
        yield answer;
        break;
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }
}

/** What a thread says of one part. */
class Work {
  readonly #answers: Answer[] = [];
  #failure: Error | null = null;
  #wake: () => void = () => undefined;

  add(answer: Answer): void {
    this.#answers.push(answer);
    this.#wake();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#wake();
  }

  /** @throws a fault of ours in the thread. */
  async next(): Promise<Answer> {
    while (this.#answers.length === 0) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#answers.shift()!;
  }
}

class Thread {
  readonly #worker: Worker;
  /** Parts given and not answered, the current one first. */
  readonly #given: { order: Order; work: Work }[] = [];

  constructor(setting: Setting) {
    this.#worker = new Worker(MODULE, { workerData: setting, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
    this.#worker.on('message', (answer: Answer) => {
      this.#given[0]!.work.add(answer);
      if ('batch' in answer) return;
      this.#given.shift();
      this.#next();
    });
    this.#worker.on('error', (error) => {
      for (const { work } of this.#given) work.fail(error instanceof Error ? error : new Error(String(error)));
    });
  }

  give(order: Order): Work {
    const work = new Work();
    this.#given.push({ order, work });
    if (this.#given.length === 1) this.#next();
    return work;
  }

  taken({ numbers }: Taken): void {
    this.#worker.postMessage({ numbers }, [numbers.buffer]);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #next(): void {
    const next = this.#given[0];
    if (next) this.#worker.postMessage(next.order);
  }
}
