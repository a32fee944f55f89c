/** What a thread is told, and what it answers: plain data. */
import type { Batch } from '../core/extract/batch.ts';
import type { EpochUs } from '../core/model.ts';
import type { PackFile } from '../core/pack/pack.ts';
import type { Part } from '../sources/part.ts';

/** The same for all parts. */
export interface Setting {
  readonly packs: readonly PackFile[];
  /** Null: that of the machine. */
  readonly timezone: string | null;
  readonly year: number | null;
  readonly date: number | null;
  /** Somebody wants the events, not only alerts. */
  readonly topics: boolean;
  /** Records are compared with those of other logs. */
  readonly withRecords: boolean;
}

export interface Order {
  readonly part: Part;
  /** When the log was last written. */
  readonly reference: EpochUs;
}

/** A batch was taken; its room can be used again. */
export interface Taken {
  readonly numbers: Batch['numbers'];
}

/** Batches of the part in their order, then how it ended. */
export type Answer = { readonly batch: Batch; readonly bytesRead: number } | { readonly failure: string | null; readonly overlong: number };
