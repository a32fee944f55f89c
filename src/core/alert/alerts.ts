/** All rules on all nodes. Rules are kept per node, for a threshold says nothing about brokers added up. */
import type { Alert, AlertDefinition, Change, DurationUs, EpochUs, Event } from '../model.ts';
import { MINUTE } from '../units.ts';
import { takes } from './select.ts';
import { MOST_TOLD, Track, type TrackState } from './track.ts';

/** Losses closer together than this are one. */
const LOSS_GRAIN: DurationUs = MINUTE / 60;

/** Losses that can lie within the window of an alert to come. */
const MOST_LOSSES = 3_600;

interface NodeAlerts {
  readonly node: string | null;
  readonly tracks: Map<AlertDefinition, Track>;
  readonly raised: Set<Track>;
  /** When the broker dropped log lines, in seconds; each counts for the alerts around it. */
  readonly losses: Set<number>;
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
      const alerts: NodeAlerts = { node, tracks: new Map(), raised: new Set(), losses: new Set(losses) };
      for (const definition of this.definitions) {
        const known = tracks.get(definition.alert);
        if (known?.rule !== ruleOf(definition)) continue;
        const track = new Track(definition, node);
        track.restore(known.track);
        alerts.tracks.set(definition, track);
        if (track.raised) alerts.raised.add(track);
      }
      this.nodes.set(key, alerts);
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
    const tellWhole = (change: Change) => tell({ ...change, alert: withLoss(alerts, change.alert) });
    for (const definition of this.definitions) {
      if (!takes(definition, event)) continue;
      this.fed.add(definition);
      let track = alerts.tracks.get(definition);
      if (!track) alerts.tracks.set(definition, (track = new Track(definition, event.node)));
      track.take(event, tellWhole);
      if (track.raised) alerts.raised.add(track);
    }
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
    const key = `${dated ? '' : '?'}${node ?? ''}`;
    let alerts = this.nodes.get(key);
    if (!alerts) this.nodes.set(key, (alerts = { node, tracks: new Map(), raised: new Set(), losses: new Set() }));
    return alerts;
  }

  private advanceRaised(alerts: NodeAlerts, at: EpochUs, tell: (change: Change) => void): void {
    const changes: Change[] = [];
    for (const track of alerts.raised) {
      track.advance(at, (change) => changes.push(change));
      if (!track.raised) alerts.raised.delete(track);
    }
    for (const change of changes.sort((a, b) => a.at - b.at)) tell({ ...change, alert: withLoss(alerts, change.alert) });
  }

  private lose({ losses }: NodeAlerts, at: EpochUs): void {
    losses.add(Math.floor(at / LOSS_GRAIN));
  }
}

/** What makes a rule the one it is. */
function ruleOf({ select, window, raiseAbove, clearAbove }: AlertDefinition): string {
  return JSON.stringify([select, window, raiseAbove, clearAbove]);
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
