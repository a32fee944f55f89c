/**
 * What was put in within a span of log time, and perhaps a little longer: two generations, of which the older is let go as a whole.
 *
 * Cheap for what is put in once and never asked for: nothing has to be found in order to be forgotten.
 */
import type { DurationUs, EpochUs } from '../model.ts';

/** Plain data of one moment. */
export interface RecentState<Value> {
  readonly young: ReadonlyMap<string, Value>;
  readonly old: ReadonlyMap<string, Value>;
  readonly since: EpochUs;
}

/** So few are kept longer: a table that begins anew has to grow anew. */
const FEW = 128;

export class Recent<Value> {
  private readonly span: DurationUs;
  /** Of a generation; in a flood what was put in is forgotten sooner. */
  private readonly most: number;
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();
  /** When the younger generation began. */
  private since: EpochUs = -Infinity;

  constructor(span: DurationUs, most: number) {
    this.span = span;
    this.most = most;
  }

  state(): RecentState<Value> {
    const { young, old, since } = this;
    return { young, old, since };
  }

  restore<Saved>({ young, old, since }: RecentState<Saved>, valueOf: (saved: Saved) => Value | null): void {
    for (const [from, to] of [
      [young, this.young],
      [old, this.old],
    ] as const) {
      for (const [key, saved] of from) {
        const value = valueOf(saved);
        if (value !== null) to.set(key, value);
      }
    }
    this.since = since;
  }

  get(key: string): Value | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  set(key: string, value: Value, at: EpochUs): void {
    // Also when the clock was set back.
    const isOver = this.young.size >= FEW && Math.abs(at - this.since) > this.span;
    if (isOver || this.young.size >= this.most) {
      this.old = this.young;
      this.young = new Map();
      this.since = at;
    }
    this.young.set(key, value);
  }

  delete(key: string): void {
    this.young.delete(key);
    this.old.delete(key);
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}
