/**
 * How far each generation of a log is read: plain data of one moment, to be saved with what was made of the lines.
 *
 * A position is the start of the first line that was not handed over. It belongs to the generation and not to a file, so it holds for every
 * name, copy and archive of it.
 */
import type { Head } from './fingerprint.ts';

export interface GenerationPosition {
  /** Where it was seen last; a hint, and a name for people. */
  readonly name: string;
  readonly head: Head;
  readonly offset: number;
  /** 1-based number of the line at the offset; null if the lines before were never counted. */
  readonly line: number | null;
  /** Hash of up to 1 KiB just before the offset. */
  readonly before: string;
  /** The offset lies within a line that was cut; what is left of that line is not wanted. */
  readonly inside: boolean;
  /** Read to its end and quiet since: that it goes away is no loss. */
  readonly finished: boolean;
  /** From before the time that was asked for: never read. */
  readonly unwanted: boolean;
  /** The largest size that was seen. */
  readonly seen: number;
}

export interface LogPosition {
  /** In the order in which they were met. */
  readonly generations: readonly GenerationPosition[];
  /** Files that a link was seen to lead to, the latest last: their directories may hold what is still to be read. */
  readonly targets: readonly string[];
}

/** What is known of a generation while it is followed. */
export type Generation = { -readonly [Key in keyof GenerationPosition]: GenerationPosition[Key] };
