/** What an input must do: hand over the bytes of one file, front to back, as blocks of whole lines. */

/** Whole lines of one file. `bytes` is used again after the consumer asked for the next block: what outlives that is copied. */
export interface Block {
  /** Byte offset of the block's first byte in the uncompressed file. */
  readonly offset: number;
  /** Ends with a newline, but for the last block of a file without one. Never empty. */
  readonly bytes: Uint8Array;
}

/** One file of a log, ready to be read once. */
export interface Input {
  /** Name as the user would write it; `-` for standard input. */
  readonly file: string;
  /** The file's size on disk in bytes (compressed), for progress; null for a pipe. */
  readonly size: number | null;
  /** When the file was last written: the clue to the year and day of lines that carry none. Milliseconds since the epoch. */
  readonly modified: number;
  /**
   * The lines of the file. A broken archive is read as far as it goes; then `failure` says what went wrong.
   * @param progress told how many bytes of the file on disk were consumed so far.
   */
  blocks(progress?: (bytesRead: number) => void): AsyncIterable<Block>;
  /** Why reading stopped early: a sentence for a person, naming the file and the next step; null while nothing went wrong. */
  failure(): string | null;
}

/** All that one broker node wrote under one name: its generations, oldest first. */
export interface InputLog {
  /** What its generations share: directory and base name, `logs/console.log`. */
  readonly name: string;
  readonly inputs: readonly Input[];
}
