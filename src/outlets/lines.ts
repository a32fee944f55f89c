/**
 * Lines to a stream, in order, that never wait for their reader.
 *
 * Whoever reads may be slow, or stand still: then lines are kept up to a bound, and beyond it the oldest go, because what is newest matters
 * most to somebody who comes back. Pipes and sockets take what they can and call back (Node writes them without blocking).
 */
import type { Writable } from 'node:stream';

/** A megabyte or so of lines. */
const MOST_KEPT = 1_000;
/** Given to the stream and not yet written: enough to keep it busy. */
const MOST_UNDER_WAY = 16;

interface Line {
  readonly text: string;
  /** Called once the system has taken it, or it had to go. */
  readonly done: () => void;
}

export class Lines {
  readonly #stream: Writable;
  readonly #dropped: () => void;
  readonly #kept: Line[] = [];
  #underWay = 0;
  #idle: (() => void)[] = [];
  #closed = false;

  /** @param left called once when nothing can be written any more: whoever reads has left, or the disk is full. @param dropped called for each line that went because there were too many. */
  constructor(stream: Writable, { left, dropped }: { readonly left: (error: Error) => void; readonly dropped: () => void }) {
    this.#stream = stream;
    this.#dropped = dropped;
    stream.on('error', (error: Error) => {
      if (this.#closed) return;
      this.#closed = true;
      this.#kept.length = 0;
      this.#settle();
      left(error);
    });
  }

  /** @param text one line or several, the last newline included. @param done called once the system has taken it, or it had to go. */
  write(text: string, done: () => void = () => undefined): void {
    if (this.#closed) return;
    this.#kept.push({ text, done });
    if (this.#kept.length > MOST_KEPT) {
      this.#kept.shift()!.done();
      this.#dropped();
    }
    this.#pump();
  }

  /** Waits until everything is written, but no longer than this. */
  async flush(ms: number): Promise<void> {
    if (this.isIdle) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#idle.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  get isIdle(): boolean {
    return this.#closed || (this.#underWay === 0 && this.#kept.length === 0);
  }

  #pump(): void {
    while (this.#underWay < MOST_UNDER_WAY && this.#kept.length > 0) {
      const { text, done } = this.#kept.shift()!;
      this.#underWay += 1;
      this.#stream.write(text, (error) => {
        this.#underWay -= 1;
        if (error) return;
        done();
        this.#pump();
        this.#settle();
      });
    }
  }

  #settle(): void {
    if (!this.isIdle) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
