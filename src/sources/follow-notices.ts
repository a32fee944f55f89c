/** What a follower says of the world. Whoever listens makes log lines and counters of it, and limits their rate. */

export interface FollowNotices {
  /** Another generation is the live one now; the former one is read on under this name. */
  rotated(name: string): void;
  /** The file was taken out of its directory while it was open. It is read to its end; one that came and went in between would be lost. */
  removed(name: string): void;
  /** The file was emptied in place. `bytes` were seen to be there but were not read and are in no copy; there may have been more. */
  truncated(name: string, bytes: number): void;
  /** A generation that was not read to its end is nowhere. `bytes` were seen to be there but were not read; there may have been more. */
  lost(name: string, bytes: number): void;
  /** A line too long was cut: its beginning was handed over, its rest is passed over. */
  overlongLine(name: string, line: number): void;
  /** Zero bytes in the place of text, left by a truncation or a power cut, were passed over. */
  nulHole(name: string, bytes: number): void;
  /** It will be tried again. */
  unreadable(path: string, error: unknown): void;
  /** What was unreadable no longer is. */
  recovered(path: string): void;
  /** There is no such log (yet). */
  missing(path: string): void;
  appeared(path: string): void;
}
