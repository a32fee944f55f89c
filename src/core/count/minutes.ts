/** The bars of the report: events of each UTC minute by kind. */
import type { Event, EventKind, Minute } from '../model.ts';
import { MINUTE } from '../units.ts';

export class Minutes {
  private readonly minutes = new Map<number, Map<EventKind, number>>();
  private readonly undated = new Map<number, Map<EventKind, number>>();

  add(event: Event): void {
    const table = event.time === null ? this.undated : this.minutes;
    const minute = Math.floor((event.time ?? event.at) / MINUTE) * MINUTE;
    let kinds = table.get(minute);
    if (!kinds) table.set(minute, (kinds = new Map<EventKind, number>()));
    kinds.set(event.kind, (kinds.get(event.kind) ?? 0) + event.count);
  }

  forget(): void {
    this.minutes.clear();
    this.undated.clear();
  }

  /** In the order of time; minutes without an event are left out. */
  list(): Minute[] {
    const inOrder = (table: Map<number, Map<EventKind, number>>, dated: boolean) =>
      [...table].sort(([a], [b]) => a - b).map(([minute, events]) => ({ minute, dated, events }));
    return [...inOrder(this.minutes, true), ...inOrder(this.undated, false)];
  }
}
