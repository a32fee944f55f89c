/**
 * Says that something may have happened to one of the logs, never what.
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
  /** The kernel refuses to watch a directory: the timer goes on alone. */
  readonly refused: (error: unknown, directory: string) => void;
  readonly everyMs?: number;
  /** Watches a directory; another one in tests. */
  readonly watch?: (directory: string) => Watching;
}

const EVERY_MS = 250;

export class Doorbell {
  readonly #refused: DoorbellOptions['refused'];
  readonly #everyMs: number;
  readonly #watch: (directory: string) => Watching;
  readonly #watched = new Map<string, Watching | null>();
  #rung = true;
  #wake: (() => void) | null = null;

  constructor({ refused, everyMs = EVERY_MS, watch = watchDirectory }: DoorbellOptions) {
    this.#refused = refused;
    this.#everyMs = everyMs;
    this.#watch = watch;
  }

  /** Rings for what happens in a directory from now on. */
  listen(directory: string): void {
    if (this.#watched.has(directory)) return;
    const refused = (error: unknown) => this.#refused(error, directory);
    const watching = attempt(() => this.#watch(directory), refused);
    watching?.on('raw', () => this.ring());
    watching?.on('error', refused);
    this.#watched.set(directory, watching);
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
    await Promise.all([...this.#watched.values()].flatMap((watching) => watching?.close() ?? []));
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
