/**
 * Clients too many to be kept apart: how many events one of them can have had at most.
 *
 * Each client belongs to one of 65,536 cells, by a hash of its key, and shares it with others. A cell holds an upper bound for each of its
 * clients: those that come are added up, those that leave the table of offenders bring what they had (the filter of Filtered Space-Saving,
 * Homem and Carvalho 2010). Ten million clients seen once come to some 200 events a cell.
 */
import { Distinct, hashOf } from './distinct.ts';

/** A power of two. */
const CELLS = 1 << 16;

/** Plain data of one moment. */
export interface CrowdState {
  readonly cells: Float64Array;
  readonly registers: Uint8Array;
  readonly least: number;
}

export class Crowd {
  private readonly cells: Float64Array;
  private readonly distinct: Distinct;
  /** No client here has had more events: who can have had more is let out. */
  private least: number;

  constructor({ cells, registers, least }: CrowdState = { cells: new Float64Array(CELLS), registers: new Distinct().registers, least: 0 }) {
    this.cells = cells;
    this.distinct = new Distinct(registers);
    this.least = least;
  }

  state(): CrowdState {
    return { cells: this.cells, registers: this.distinct.registers, least: this.least };
  }

  /** About how many different clients were met. */
  get clients(): number {
    return this.distinct.estimate();
  }

  /** A client that is counted elsewhere. */
  meet(key: string): void {
    this.distinct.add(hashOf(key));
  }

  /**
   * Takes events of a client that is not counted elsewhere, unless it can have come to be one of the most frequent.
   * @returns then how many events it can have had before, else null.
   */
  take(key: string, events: number): number | null {
    const hash = hashOf(key);
    this.distinct.add(hash);
    const before = this.cells[hash % CELLS]!;
    if (before + events > this.least) return before;
    this.cells[hash % CELLS] = before + events;
    return null;
  }

  /** A client is counted elsewhere no longer. */
  join(key: string, events: number): void {
    const cell = hashOf(key) % CELLS;
    if (events > this.cells[cell]!) this.cells[cell] = events;
    if (events > this.least) this.least = events;
  }
}
