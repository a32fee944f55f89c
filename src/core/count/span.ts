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
const ROOM = 16;

export interface SpanState {
  readonly times: Float64Array;
  readonly counts: Float64Array;
}

export class Span {
  private readonly window: DurationUs;
  /** Entries are those from `head` to `end`. */
  private times = new Float64Array(ROOM);
  private counts = new Float64Array(ROOM);
  private head = 0;
  private end = 0;
  total = 0;

  constructor(window: DurationUs) {
    this.window = window;
  }

  state(): SpanState {
    return { times: this.times.slice(this.head, this.end), counts: this.counts.slice(this.head, this.end) };
  }

  restore({ times, counts }: SpanState): void {
    this.times = times.slice();
    this.counts = counts.slice();
    this.head = 0;
    this.end = times.length;
    this.total = counts.reduce((sum, count) => sum + count, 0);
  }

  push(at: EpochUs, count: number): void {
    const last = this.end - 1;
    if (last - this.head >= FLOOD && Math.floor(this.times[last]! / MILLISECOND) === Math.floor(at / MILLISECOND)) {
      this.times[last] = at;
      this.counts[last]! += count;
    } else {
      if (this.end === this.times.length) this.makeRoom();
      this.times[this.end] = at;
      this.counts[this.end] = count;
      this.end += 1;
    }
    this.total += count;
  }

  /** When the oldest entry leaves the window; null while it is empty. An event exactly one window old no longer counts. */
  get expires(): EpochUs | null {
    return this.head < this.end ? this.times[this.head]! + this.window : null;
  }

  /** Lets go of the oldest entry. */
  shift(): void {
    this.total -= this.counts[this.head]!;
    this.head += 1;
    if (this.head === this.end) this.clear();
  }

  clear(): void {
    this.head = 0;
    this.end = 0;
    this.total = 0;
  }

  /** Twice what there is, also where that is less than before. */
  private makeRoom(): void {
    const length = Math.max(ROOM, 2 * (this.end - this.head));
    const { times, counts } = this.state();
    this.times = new Float64Array(length);
    this.times.set(times);
    this.counts = new Float64Array(length);
    this.counts.set(counts);
    this.end -= this.head;
    this.head = 0;
  }
}
