/**
 * Clients too many to be kept apart: how many events one of them can have had at most.
 *
 * Each client belongs to one of 65,536 cells, by a hash of its key, and shares it with others. A cell holds an upper bound for each of its
 * clients: those that come are added up, those that leave the table of offenders bring what they had (the filter of Filtered Space-Saving,
 * Homem and Carvalho 2010). Ten million clients seen once come to some 140 events a cell.
 */
import { Distinct, hashOf } from './distinct.ts';

const CELLS = 65_536;

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

  constructor({ cells, registers, least }: CrowdState) {
    this.cells = cells;
    this.distinct = new Distinct(registers);
    this.least = least;
  }

  static empty(cells = CELLS): Crowd {
    return new Crowd({ cells: new Float64Array(cells), registers: new Distinct().registers, least: 0 });
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
    const cell = hash % this.cells.length;
    const before = this.cells[cell]!;
    if (before + events > this.least) return before;
    this.cells[cell] = before + events;
    return null;
  }

  /** A client is counted elsewhere no longer. */
  join(key: string, events: number): void {
    const cell = hashOf(key) % this.cells.length;
    if (events > this.cells[cell]!) this.cells[cell] = events;
    if (events > this.least) this.least = events;
  }
}
