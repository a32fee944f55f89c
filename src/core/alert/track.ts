/**
 * One rule on one node: raise, hold, clear (contract section 4).
 *
 * Raised at the event with which more than `raiseAbove` lie within the window; held while more than `clearAbove` do; cleared at the moment the
 * last event too many leaves the window. All times come from events, so the same bytes give the same alerts.
 */
import { Offenders, type OffendersState } from '../count/offenders.ts';
import { Span, type SpanState } from '../count/span.ts';
import { Tally } from '../count/tally.ts';
import type { Alert, AlertDefinition, Change, EpochUs, Event } from '../model.ts';
import { SET_BACK } from '../units.ts';

/** Of an alert. */
const MOST_REASONS = 200;
/** Offenders of a change, and of an alert that is over. */
export const MOST_TOLD = 10;
const MOST_KEPT = 1_000;

interface Interval {
  readonly raisedAt: EpochUs;
  readonly dated: boolean;
  readonly offenders: Offenders;
  readonly reasons: Tally;
  readonly causes: Tally;
  events: number;
  unattributed: number;
  peak: { count: number; at: EpochUs };
}

type IntervalState = Omit<Interval, 'offenders' | 'reasons' | 'causes'> & {
  readonly offenders: OffendersState;
  readonly reasons: ReadonlyMap<string, number>;
  readonly causes: ReadonlyMap<string, number>;
};

/** Plain data of one moment. */
export interface TrackState {
  readonly span: SpanState;
  readonly recent: readonly Event[];
  readonly interval: IntervalState | null;
  readonly latest: EpochUs;
  readonly highest: { readonly count: number; readonly at: EpochUs } | null;
}

export class Track {
  readonly definition: AlertDefinition;
  private readonly node: string | null;
  private readonly span: Span;
  /** The events of the span; while an alert is raised only those that can be left when it clears. The rule bounds how many they can be. */
  private recent: Event[] = [];
  private interval: Interval | null = null;
  private latest: EpochUs = -Infinity;
  /** Intervals that are over. */
  cleared: Alert[] = [];
  /** The most that any window held, raised or not. */
  highest: { count: number; at: EpochUs } | null = null;

  constructor(definition: AlertDefinition, node: string | null) {
    this.definition = definition;
    this.node = node;
    this.span = new Span(definition.window);
  }

  state(): TrackState {
    const { span, recent, interval, latest, highest } = this;
    return { span: span.state(), recent, interval: interval && stateOf(interval), latest, highest };
  }

  restore({ span, recent, interval, latest, highest }: TrackState): void {
    this.span.restore(span);
    this.recent = [...recent];
    this.interval = interval && intervalOf(interval);
    this.latest = latest;
    this.highest = highest && { ...highest };
  }

  get raised(): boolean {
    return this.interval !== null;
  }

  /** Takes an event of the rule's selection. */
  take(event: Event, tell: (change: Change) => void): void {
    if (event.at < this.latest - SET_BACK) this.setBack(event.at);
    // Several logs of a node are only nearly in one order.
    if (event.at < this.latest) event = { ...event, at: this.latest };
    this.advance(event.at, tell);
    this.latest = event.at;
    this.span.push(event.at, event.count);
    if (this.span.total > (this.highest?.count ?? 0)) this.highest = { count: this.span.total, at: event.at };
    if (this.interval) {
      const { clearAbove } = this.definition;
      if (clearAbove > 0 && this.recent.push(event) > clearAbove) this.recent.shift();
      if (this.count(this.interval, event))
        tell({ at: event.at, change: 'leading_offender', alert: this.alert(this.interval, null, MOST_TOLD) });
      return;
    }
    this.recent.push(event);
    if (this.span.total > this.definition.raiseAbove) this.raise(event, tell);
  }

  /** Time has come to `at` without another event of this rule. */
  advance(at: EpochUs, tell: (change: Change) => void): void {
    for (let expires = this.span.expires; expires !== null && expires <= at; expires = this.span.expires) {
      this.span.shift();
      if (this.interval && this.span.total <= this.definition.clearAbove && this.span.expires !== expires)
        this.clear(this.interval, expires, tell);
    }
    if (this.interval) return;
    const from = at - this.definition.window;
    while (this.recent.length > 0 && this.recent[0]!.at <= from) this.recent.shift();
  }

  /** The alert that is raised now. */
  current(most = MOST_KEPT): Alert | null {
    return this.interval && this.alert(this.interval, null, most);
  }

  private raise(event: Event, tell: (change: Change) => void): void {
    const interval: Interval = {
      raisedAt: event.at,
      dated: event.time !== null,
      offenders: new Offenders(),
      reasons: new Tally(MOST_REASONS),
      causes: new Tally(),
      events: 0,
      unattributed: 0,
      peak: { count: this.span.total, at: event.at },
    };
    for (const counted of this.recent) this.count(interval, counted);
    interval.offenders.lead();
    this.recent = this.definition.clearAbove === 0 ? [] : this.recent.slice(-this.definition.clearAbove);
    this.interval = interval;
    tell({ at: event.at, change: 'raised', alert: this.alert(interval, null, MOST_TOLD) });
  }

  private clear(interval: Interval, at: EpochUs, tell: (change: Change) => void): void {
    const alert = this.alert(interval, at, MOST_KEPT);
    this.cleared.push(alert);
    this.interval = null;
    tell({ at, change: 'cleared', alert: { ...alert, offenders: alert.offenders.slice(0, MOST_TOLD) } });
  }

  /** @returns whether another client now leads. */
  private count(interval: Interval, event: Event): boolean {
    interval.events += event.count;
    if (event.clientId === null) interval.unattributed += event.count;
    const reason = interval.reasons.add(event.reason ?? event.reasonName ?? event.kind, event.count);
    interval.causes.add(event.cause ?? '', event.count);
    if (this.span.total > interval.peak.count) interval.peak = { count: this.span.total, at: event.at };
    return interval.offenders.add(event, reason);
  }

  /** The clock of the broker was set back: the old events are in the future now, so the window starts anew; a raised alert goes on. */
  private setBack(at: EpochUs): void {
    this.latest = at;
    this.span.clear();
    this.recent = [];
  }

  private alert(interval: Interval, clearedAt: EpochUs | null, most: number): Alert {
    return {
      definition: this.definition,
      node: this.node,
      dated: interval.dated,
      raisedAt: interval.raisedAt,
      // Only where the clock was set back in between.
      clearedAt: clearedAt === null ? null : Math.max(clearedAt, interval.raisedAt),
      events: interval.events,
      unattributed: interval.unattributed,
      lowerBound: false,
      peak: interval.peak,
      offenders: interval.offenders.top(most),
      clients: interval.offenders.clients,
      exact: interval.offenders.exact,
      reasons: interval.reasons.toMap(),
      causes: interval.causes.toMap(),
    };
  }
}

function stateOf(interval: Interval): IntervalState {
  const { offenders, reasons, causes } = interval;
  return { ...interval, offenders: offenders.state(), reasons: reasons.toMap(), causes: causes.toMap() };
}

function intervalOf(state: IntervalState): Interval {
  const offenders = new Offenders();
  offenders.restore(state.offenders);
  return { ...state, offenders, reasons: new Tally(MOST_REASONS, state.reasons), causes: new Tally(Infinity, state.causes) };
}
