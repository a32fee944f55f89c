/** The bars of the report: events of each UTC minute by kind. */
import type { EpochUs, Event, Minute } from '../model.ts';
import { MINUTE } from '../units.ts';
import { Tally } from './tally.ts';

export class Minutes {
  private readonly minutes = new Map<number, Tally>();
  private readonly undated = new Map<number, Tally>();
  /** The minute counted last: events come in the order of time. */
  private from: EpochUs = Infinity;
  private dated = true;
  private kinds = new Tally();

  add(event: Event): void {
    const dated = event.time !== null;
    const at = event.time ?? event.at;
    if (!(at >= this.from && at < this.from + MINUTE && dated === this.dated)) this.turnTo(at, dated);
    this.kinds.add(event.kind, event.count);
  }

  forget(): void {
    this.minutes.clear();
    this.undated.clear();
    this.from = Infinity;
  }

  /** In the order of time; minutes without an event are left out. */
  list(): Minute[] {
    const inOrder = (table: Map<number, Tally>, dated: boolean) =>
      [...table].sort(([a], [b]) => a - b).map(([minute, kinds]) => ({ minute, dated, events: kinds.toMap() }));
    return [...inOrder(this.minutes, true), ...inOrder(this.undated, false)];
  }

  private turnTo(at: EpochUs, dated: boolean): void {
    this.from = Math.floor(at / MINUTE) * MINUTE;
    this.dated = dated;
    const table = dated ? this.minutes : this.undated;
    const known = table.get(this.from);
    this.kinds = known ?? new Tally();
    if (known === undefined) table.set(this.from, this.kinds);
  }
}
