/**
 * Several logs in one order of time.
 *
 * Each log is in order by itself; an event is handed on once every other log that is still open has come as far. Who reads gives bytes to the
 * log that is furthest behind, so little has to be held.
 */
import type { EpochUs } from '../model.ts';
import { SECOND } from '../units.ts';

/** An event can be this much older than the last line of its log: lines a little out of order, and events that wait for a second line. */
const SLACK = 2 * SECOND;

/** Plain data of one moment. */
export type MergeState<Item> = ReadonlyMap<number, { readonly items: readonly Item[]; readonly reached: EpochUs; readonly open: boolean }>;

interface Lane<Item> {
  items: Item[];
  head: number;
  reached: EpochUs;
  open: boolean;
}

export class Merge<Item extends { readonly at: EpochUs }> {
  private readonly lanes = new Map<number, Lane<Item>>();

  /** How many items are held back. */
  private held = 0;

  state(): MergeState<Item> {
    return new Map([...this.lanes].map(([log, { items, head, reached, open }]) => [log, { items: items.slice(head), reached, open }]));
  }

  restore(state: MergeState<Item>): void {
    for (const [log, { items, reached, open }] of state) this.lanes.set(log, { items: [...items], head: 0, reached, open });
    this.held = [...state.values()].reduce((sum, { items }) => sum + items.length, 0);
  }

  /** Nothing is held back. */
  get isEmpty(): boolean {
    return this.held === 0;
  }

  open(log: number): void {
    this.lanes.set(log, { items: [], head: 0, reached: -Infinity, open: true });
  }

  push(log: number, item: Item): void {
    this.lanes.get(log)!.items.push(item);
    this.held += 1;
  }

  /** The log has been read up to this time; Infinity for one that nobody need wait for. */
  reach(log: number, at: EpochUs): void {
    this.lanes.get(log)!.reached = at;
  }

  close(log: number): void {
    this.lanes.get(log)!.open = false;
  }

  /** Hands on what is certain to be next. */
  drain(emit: (log: number, item: Item) => void): void {
    for (;;) {
      let next: [number, Lane<Item>] | null = null;
      /** Up to here nothing of another log comes first. */
      let limit = Infinity;
      /** The same, but at this very time another one does. */
      let other = Infinity;
      for (const entry of this.lanes) {
        const lane = entry[1];
        if (lane.head < lane.items.length) {
          const at = lane.items[lane.head]!.at;
          if (next === null) next = entry;
          else if (at < headOf(next[1])) {
            other = Math.min(other, headOf(next[1]));
            next = entry;
          } else other = Math.min(other, at);
        } else if (lane.open && this.lanes.size > 1) limit = Math.min(limit, lane.reached - SLACK);
        else if (!lane.open) this.lanes.delete(entry[0]);
      }
      if (next === null || headOf(next[1]) > limit) return;
      const [log, lane] = next;
      const { items } = lane;
      do {
        this.held -= 1;
        emit(log, items[lane.head++]!);
      } while (lane.head < items.length && items[lane.head]!.at < other && items[lane.head]!.at <= limit);
      if (lane.head === items.length) {
        lane.items = [];
        lane.head = 0;
      }
    }
  }
}

function headOf({ items, head }: Lane<{ readonly at: EpochUs }>): EpochUs {
  return items[head]!.at;
}
