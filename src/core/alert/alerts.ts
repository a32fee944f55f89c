/** All rules on all nodes. Rules are kept per node, for a threshold says nothing about brokers added up. */
import type { Alert, AlertDefinition, Change, DurationUs, EpochUs, Event } from '../model.ts';
import { MINUTE } from '../units.ts';
import { Selector, takes } from './select.ts';
import { MOST_TOLD, Track, type TrackState } from './track.ts';

/** Losses closer together than this are one. */
const LOSS_GRAIN: DurationUs = MINUTE / 60;

/** Losses that can lie within the window of an alert to come. */
const MOST_LOSSES = 3_600;

interface NodeAlerts {
  readonly node: string | null;
  readonly tracks: Map<AlertDefinition, Track>;
  /** The tracks that take an event. */
  readonly takers: Selector<readonly Track[]>;
  readonly raised: Set<Track>;
  /** When the broker dropped log lines, in seconds; each counts for the alerts around it. */
  readonly losses: Set<number>;
  /** What the tracks have said and nobody was told yet. */
  readonly changes: Change[];
  readonly keep: (change: Change) => void;
}

/** Plain data of one moment. Rules go by name; one that was changed since begins anew. */
export type AlertsState = ReadonlyMap<
  string,
  {
    readonly node: string | null;
    readonly tracks: ReadonlyMap<string, { readonly rule: string; readonly track: TrackState }>;
    readonly losses: ReadonlySet<number>;
  }
>;

export class Alerts {
  private readonly definitions: readonly AlertDefinition[];
  private readonly nodes = new Map<string, NodeAlerts>();
  private readonly fed = new Set<AlertDefinition>();
  /** Whom `of` was asked for last: hardly ever another one. */
  private last: { readonly node: string | null; readonly dated: boolean; readonly alerts: NodeAlerts } | null = null;

  constructor(definitions: readonly AlertDefinition[]) {
    this.definitions = definitions;
  }

  state(): AlertsState {
    return new Map(
      [...this.nodes].map(([key, { node, tracks, losses }]) => {
        const states = [...tracks].map(([rule, track]) => [rule.alert, { rule: ruleOf(rule), track: track.state() }] as const);
        return [key, { node, tracks: new Map(states), losses }] as const;
      }),
    );
  }

  restore(state: AlertsState): void {
    for (const [key, { node, tracks, losses }] of state) {
      const alerts = this.begin(key, node);
      for (const second of losses) alerts.losses.add(second);
      for (const definition of this.definitions) {
        const known = tracks.get(definition.alert);
        if (known?.rule !== ruleOf(definition)) continue;
        const track = this.track(alerts, definition);
        track.restore(known.track);
        if (track.raised) alerts.raised.add(track);
      }
    }
  }

  /** What is raised now, with the first offenders. */
  raised(): Alert[] {
    return [...this.nodes.values()].flatMap((node) =>
      [...node.raised].flatMap((track) => {
        const current = track.current(MOST_TOLD);
        return current === null ? [] : [withLoss(node, current)];
      }),
    );
  }

  /** Lets go of what is over: a service would grow by it. */
  forget(): void {
    for (const { tracks, raised, losses } of this.nodes.values()) {
      for (const track of tracks.values()) track.cleared = [];
      if (raised.size > 0 || losses.size <= MOST_LOSSES) continue;
      for (const second of [...losses].slice(0, -MOST_LOSSES)) losses.delete(second);
    }
  }

  take(event: Event, tell: (change: Change) => void): void {
    const alerts = this.of(event.node, event.time !== null);
    this.advanceRaised(alerts, event.at, tell);
    if (event.kind === 'log_loss') this.lose(alerts, event.at);
    for (const track of alerts.takers.for(event)) {
      const was = track.raised;
      track.take(event, alerts.keep);
      if (track.raised !== was) alerts.raised.add(track);
    }
    if (alerts.changes.length > 0) tellKept(alerts, tell);
  }

  /** A second in which the logger dropped lines without saying so. */
  burst(node: string | null, at: EpochUs): void {
    this.lose(this.of(node, true), at);
  }

  /** Time on a node has come to `at`: what has been silent long enough clears. */
  advance(node: string | null, dated: boolean, at: EpochUs, tell: (change: Change) => void): void {
    this.advanceRaised(this.of(node, dated), at, tell);
  }

  /** All intervals, in the order in which they were raised. */
  list(): Alert[] {
    const alerts = [...this.nodes.values()].flatMap((node) =>
      [...node.tracks.values()].flatMap((track) => {
        const current = track.current();
        return [...track.cleared, ...(current ? [current] : [])].map((alert) => withLoss(node, alert));
      }),
    );
    return alerts.sort(
      (a, b) => a.raisedAt - b.raisedAt || compare(a.definition.alert, b.definition.alert) || compare(a.node ?? '', b.node ?? ''),
    );
  }

  /** Rules that nothing has fed and that this kind of witness cannot feed. */
  withoutSource(): AlertDefinition[] {
    return this.definitions.filter((definition) => !definition.witness.includes('log') && !this.fed.has(definition));
  }

  private of(node: string | null, dated: boolean): NodeAlerts {
    if (this.last?.node === node && this.last.dated === dated) return this.last.alerts;
    const key = `${dated ? '' : '?'}${node ?? ''}`;
    const alerts = this.nodes.get(key) ?? this.begin(key, node);
    this.last = { node, dated, alerts };
    return alerts;
  }

  private begin(key: string, node: string | null): NodeAlerts {
    const changes: Change[] = [];
    const keep = (change: Change) => void changes.push(change);
    const tracks: NodeAlerts['tracks'] = new Map();
    const takers = new Selector((event) =>
      this.definitions.filter((definition) => takes(definition, event)).map((definition) => this.track(alerts, definition)),
    );
    const alerts: NodeAlerts = { node, tracks, takers, raised: new Set(), losses: new Set(), changes, keep };
    this.nodes.set(key, alerts);
    return alerts;
  }

  private track({ node, tracks }: NodeAlerts, definition: AlertDefinition): Track {
    this.fed.add(definition);
    const known = tracks.get(definition);
    const track = known ?? new Track(definition, node);
    if (known === undefined) tracks.set(definition, track);
    return track;
  }

  private advanceRaised(alerts: NodeAlerts, at: EpochUs, tell: (change: Change) => void): void {
    for (const track of alerts.raised) {
      track.advance(at, alerts.keep);
      if (!track.raised) alerts.raised.delete(track);
    }
    if (alerts.changes.length === 0) return;
    alerts.changes.sort((a, b) => a.at - b.at);
    tellKept(alerts, tell);
  }

  private lose({ losses }: NodeAlerts, at: EpochUs): void {
    losses.add(Math.floor(at / LOSS_GRAIN));
  }
}

/** What makes a rule the one it is. */
function ruleOf({ select, window, raiseAbove, clearAbove }: AlertDefinition): string {
  return JSON.stringify([select, window, raiseAbove, clearAbove]);
}

function tellKept(alerts: NodeAlerts, tell: (change: Change) => void): void {
  for (const change of alerts.changes.splice(0)) tell({ ...change, alert: withLoss(alerts, change.alert) });
}

function withLoss({ losses }: NodeAlerts, alert: Alert): Alert {
  return { ...alert, lowerBound: hasLoss(losses, alert) };
}

/** Whether log lines were lost within the interval, the window before the raise included. */
function hasLoss(losses: ReadonlySet<number>, { raisedAt, clearedAt, definition }: Alert): boolean {
  const from = Math.floor((raisedAt - definition.window) / LOSS_GRAIN);
  const to = clearedAt === null ? Infinity : Math.floor(clearedAt / LOSS_GRAIN);
  for (const second of losses) if (second >= from && second <= to) return true;
  return false;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
