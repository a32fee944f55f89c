/**
 * Says that something may have happened to a log, never what.
 *
 * chokidar's `raw` events on the directory announce every append; its `all` events drop a third of them (tailing.md 1). The kernel may
 * refuse to watch, or drop events without a word, or know none (network file systems), so a timer rings in any case.
 */
import { watch as chokidar } from 'chokidar';

export interface Watching {
  on(event: 'raw', listener: () => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  close(): Promise<void>;
}

export interface DoorbellOptions {
  readonly directory: string;
  /** The kernel refuses to watch: the timer goes on alone. */
  readonly refused: (error: unknown) => void;
  readonly everyMs?: number;
  /** Watches a directory; another one in tests. */
  readonly watch?: (directory: string) => Watching;
}

const EVERY_MS = 250;

export class Doorbell {
  readonly #watching: Watching | null;
  readonly #everyMs: number;
  #rung = true;
  #wake: (() => void) | null = null;

  constructor({ directory, refused, everyMs = EVERY_MS, watch = watchDirectory }: DoorbellOptions) {
    this.#everyMs = everyMs;
    this.#watching = attempt(() => watch(directory), refused);
    this.#watching?.on('raw', () => this.ring());
    this.#watching?.on('error', refused);
  }

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** Returns when it has rung since the last time, or after the timer's interval; at once when the signal is given. */
  async next(signal?: AbortSignal): Promise<void> {
    if (!this.#rung && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#everyMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
        signal?.addEventListener('abort', this.#wake, { once: true });
      });
      if (this.#wake !== null) signal?.removeEventListener('abort', this.#wake);
      this.#wake = null;
    }
    this.#rung = false;
  }

  async close(): Promise<void> {
    this.#wake?.();
    await this.#watching?.close();
  }
}

function watchDirectory(directory: string): Watching {
  return chokidar(directory, { depth: 0, ignoreInitial: true });
}

function attempt<T>(act: () => T, refused: (error: unknown) => void): T | null {
  try {
    return act();
  } catch (error) {
    refused(error);
    return null;
  }
}
