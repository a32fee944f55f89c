/**
 * How many events the last 60 seconds hold: the window of one rule on one node, `(t - window, t]`.
 *
 * Spans, not calendar minutes: no burst hides between two of them. Entries are exact to the microsecond; in a flood those of one millisecond
 * are put together and leave with the last of them. That can make a window of so many events longer by less than a millisecond; the last
 * event is always exact.
 */
import type { DurationUs, EpochUs } from '../model.ts';
import { MILLISECOND } from '../units.ts';

/** From so many entries on those of one millisecond share one. */
const FLOOD = 50_000;

export interface SpanState {
  readonly times: readonly EpochUs[];
  readonly counts: readonly number[];
}

export class Span {
  private readonly window: DurationUs;
  private times: EpochUs[] = [];
  private counts: number[] = [];
  private head = 0;
  total = 0;

  constructor(window: DurationUs) {
    this.window = window;
  }

  state(): SpanState {
    return { times: this.times.slice(this.head), counts: this.counts.slice(this.head) };
  }

  restore({ times, counts }: SpanState): void {
    this.times = [...times];
    this.counts = [...counts];
    this.head = 0;
    this.total = counts.reduce((sum, count) => sum + count, 0);
  }

  push(at: EpochUs, count: number): void {
    const last = this.times.length - 1;
    if (last - this.head >= FLOOD && Math.floor(this.times[last]! / MILLISECOND) === Math.floor(at / MILLISECOND)) {
      this.times[last] = at;
      this.counts[last]! += count;
    } else {
      this.times.push(at);
      this.counts.push(count);
    }
    this.total += count;
  }

  /** When the oldest entry leaves the window; null while it is empty. An event exactly one window old no longer counts. */
  get expires(): EpochUs | null {
    return this.head < this.times.length ? this.times[this.head]! + this.window : null;
  }

  /** Lets go of the oldest entry. */
  shift(): void {
    this.total -= this.counts[this.head]!;
    this.head += 1;
    if (this.head > 1024 && this.head * 2 > this.times.length) {
      this.times = this.times.slice(this.head);
      this.counts = this.counts.slice(this.head);
      this.head = 0;
    }
  }

  clear(): void {
    this.times = [];
    this.counts = [];
    this.head = 0;
    this.total = 0;
  }
}
