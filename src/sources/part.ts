/** A stretch of a file, or all of it: plain data, so that another thread can be told what to read. */
export interface Part {
  readonly file: string;
  readonly size: number | null;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  /** The stretch holds the lines that begin from here on, and before `to`; of the unpacked file, in bytes. */
  readonly from: number;
  readonly packed: boolean;
  /** Infinity: to the end of the file. */
  readonly to: number;
}

/** A packed file cannot be entered in its middle. */
export function partsOf(file: Pick<Part, 'file' | 'size' | 'modified'>, packed: boolean, length: number): Part[] {
  const count = packed || file.size === null ? 1 : Math.max(1, Math.floor(file.size / length));
  return Array.from({ length: count }, (_, index) => ({
    ...file,
    packed,
    from: index * length,
    to: index + 1 === count ? Infinity : (index + 1) * length,
  }));
}
