/**
 * The same record in two logs of one node counts once: VerneMQ writes each error to console.log and to error.log, byte for byte.
 *
 * Within one log a line that stands twice happened twice. So records are counted for each log, and the n-th of a log is new only if no other
 * log of the node has come to its n-th yet.
 */
import type { EpochUs } from '../model.ts';
import { SECOND } from '../units.ts';

/** The twin of a record carries the same time; merging brings them at most this far apart. */
const MEMORY = 10 * SECOND;

interface Seen {
  readonly at: EpochUs;
  /** How often each log has written it. */
  readonly byLog: Map<number, number>;
  counted: number;
}

export class Duplicates {
  private readonly records = new Map<string, Seen>();

  /** @returns whether another log of the node has told this record already. */
  isRepeat(node: string | null, log: number, record: string, at: EpochUs): boolean {
    this.forget(at);
    const key = `${node ?? ''}\0${record}`;
    let seen = this.records.get(key);
    if (!seen) this.records.set(key, (seen = { at, byLog: new Map(), counted: 0 }));
    const times = (seen.byLog.get(log) ?? 0) + 1;
    seen.byLog.set(log, times);
    if (times <= seen.counted) return true;
    seen.counted += 1;
    return false;
  }

  private forget(at: EpochUs): void {
    for (const [key, seen] of this.records) {
      if (Math.abs(at - seen.at) <= MEMORY) break;
      this.records.delete(key);
    }
  }
}
