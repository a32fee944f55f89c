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
/** When there are more the oldest go, many at once: to find the oldest is not cheap in a map that lost many. */
const MOST_TOLD = 100_000;
const TOLD_FORGOTTEN = 10_000;
/** Below this nobody looks for what can be forgotten. */
const FEW = 1_000;

interface Seen {
  readonly at: EpochUs;
  /** How often each log has written it. */
  readonly byLog: Map<number, number>;
  counted: number;
}

/** Plain data of one moment. */
export interface DuplicatesState {
  readonly records: ReadonlyMap<string, Seen>;
  readonly told: ReadonlyMap<string, Map<number, number>>;
}

export class Duplicates {
  private records = new Map<string, Seen>();
  private many = FEW;
  /** Records that a log has told as part of another event: its own count of each. They come ahead of their time. */
  private told = new Map<string, Map<number, number>>();

  state(): DuplicatesState {
    return { records: this.records, told: this.told };
  }

  restore({ records, told }: DuplicatesState): void {
    this.records = new Map(records);
    this.told = new Map(told);
  }

  /** A record of this log is no event of its own (a twin), so its copy in another log is none either. */
  tell(node: string | null, log: number, record: string): void {
    const key = keyOf(node, record);
    const byLog = this.told.get(key) ?? new Map<number, number>();
    byLog.set(log, (byLog.get(log) ?? 0) + 1);
    this.told.set(key, byLog);
    if (this.told.size > MOST_TOLD) [...this.told.keys()].slice(0, TOLD_FORGOTTEN).forEach((oldest) => this.told.delete(oldest));
  }

  /** @returns whether another log of the node has told this record already. */
  isRepeat(node: string | null, log: number, record: string, at: EpochUs): boolean {
    const key = keyOf(node, record);
    let seen = this.records.get(key);
    if (!seen || Math.abs(at - seen.at) > MEMORY) {
      const byLog = new Map(this.told.get(key));
      this.records.set(key, (seen = { at, byLog, counted: Math.max(0, ...byLog.values()) }));
      if (this.records.size > this.many) this.forget(at);
    }
    const times = (seen.byLog.get(log) ?? 0) + 1;
    seen.byLog.set(log, times);
    if (times <= seen.counted) return true;
    seen.counted += 1;
    return false;
  }

  private forget(at: EpochUs): void {
    for (const [key, seen] of this.records) if (Math.abs(at - seen.at) > MEMORY) this.records.delete(key);
    this.many = Math.max(FEW, 2 * this.records.size);
  }
}

function keyOf(node: string | null, record: string): string {
  return `${node ?? ''}\0${record}`;
}
