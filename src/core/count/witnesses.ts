/**
 * The same packet in a log and in the output of the tracer counts once, as the log tells it: that names address, user and reason.
 *
 * The tracer cuts times to seconds. Its events therefore take their turn when their second is over: by then the log has told what it tells.
 */
import type { EpochUs, Event } from '../model.ts';
import { SECOND } from '../units.ts';

/** Below this nobody looks for what can be forgotten. */
const FEW = 1_000;

/** Plain data of one moment. */
export interface WitnessesState {
  readonly told: ReadonlyMap<string, EpochUs[]>;
  readonly isTraced: boolean;
}

export class Witnesses {
  private readonly traced: ReadonlySet<string>;
  /** By packet and client, when logs told of it in the last second, as far as the tracer has not. */
  private told = new Map<string, EpochUs[]>();
  private many = FEW;
  /** Before the tracer said something nothing is remembered: what it repeats comes after it was read. */
  private isTraced = false;

  /** @param traced patterns of what the tracer prints. */
  constructor(traced: readonly string[]) {
    this.traced = new Set(traced);
  }

  state(): WitnessesState {
    return { told: this.told, isTraced: this.isTraced };
  }

  restore({ told, isTraced }: WitnessesState): void {
    this.told = new Map(told);
    this.isTraced = isTraced;
  }

  /** When an event that was read takes its turn among those of other logs. */
  turnOf({ at, pattern }: Event): EpochUs {
    if (!this.traced.has(pattern)) return at;
    this.isTraced = true;
    return at + SECOND - 1;
  }

  /** @param event in its turn. @returns whether a log has told of the same packet. */
  isRepeat({ node, packet, direction, clientId, mountpoint, pattern, at }: Event): boolean {
    if (!this.isTraced || packet === null || clientId === null) return false;
    const key = [node, packet, direction, mountpoint, clientId].join('\0');
    const times = (this.told.get(key) ?? []).filter((time) => Math.abs(at - time) <= SECOND);
    const isTraced = this.traced.has(pattern);
    const isRepeat = isTraced && times.shift() !== undefined;
    if (!isTraced) times.push(at);
    if (times.length > 0) this.told.set(key, times);
    else this.told.delete(key);
    if (this.told.size > this.many) this.forget(at);
    return isRepeat;
  }

  private forget(at: EpochUs): void {
    for (const [key, times] of this.told) if (at - times.at(-1)! > 2 * SECOND) this.told.delete(key);
    this.many = Math.max(FEW, 2 * this.told.size);
  }
}
