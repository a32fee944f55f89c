/**
 * A snapshot as the JSON document of contract section 4.
 *
 * The model says things in our words, this file in the contract's: snake_case, RFC 3339, null for what is not known. A log without dates
 * has no times that another program could use, so they are null there.
 */
import type { Alert, Coverage, EpochUs, Minute, Offender, Severity, Snapshot, SourceSummary } from '../../core/model.ts';
import { rfc3339 } from './time.ts';
import { verdict } from './verdict.ts';
import type { Notes } from './wording.ts';

interface IncidentOffender {
  readonly client_id: string;
  readonly mountpoint: string;
  readonly events: number;
  /** The true number lies between `events - error` and `events`; only where the table is not exact. */
  readonly error?: number;
  readonly share: number;
  readonly first_seen: string | null;
  readonly last_seen: string | null;
  readonly peers: readonly string[];
  readonly usernames: readonly string[];
  readonly reasons: Readonly<Record<string, number>>;
}

export interface IncidentAlert {
  readonly alert: string;
  readonly node: string | null;
  readonly severity: Severity;
  readonly raised_at: string | null;
  readonly cleared_at: string | null;
  readonly events: number;
  readonly unattributed: number;
  readonly lower_bound: boolean;
  /** How many different clients; an estimate beyond the bound of the offender table. */
  readonly clients: number;
  readonly peak: { readonly count: number; readonly at: string | null };
  readonly verdict: string;
  readonly offenders: readonly IncidentOffender[];
  /** Clients that `offenders` leaves out; only if any. */
  readonly more_offenders?: number;
}

interface IncidentSource extends Omit<SourceSummary, 'from' | 'to'> {
  readonly from: string | null;
  readonly to: string | null;
}

interface IncidentMinute {
  readonly minute: string | null;
  readonly events: Readonly<Record<string, number>>;
}

export interface Incident {
  readonly v: 1;
  readonly span: { readonly from: string | null; readonly to: string | null };
  readonly sources: readonly IncidentSource[];
  readonly alerts: readonly IncidentAlert[];
  readonly minutes: readonly IncidentMinute[];
  readonly coverage: { readonly log_loss: number; readonly alerts_without_source: readonly string[] };
}

const MOST_OFFENDERS = 1000;

export function incident(snapshot: Snapshot, notes: Notes): Incident {
  return {
    v: 1,
    span: { from: stamp(snapshot.span.from), to: stamp(snapshot.span.to) },
    sources: snapshot.sources.map(sourceEntry),
    alerts: snapshot.alerts.map((alert) => alertEntry(alert, notes)),
    minutes: snapshot.minutes.map(minuteEntry),
    coverage: coverageEntry(snapshot.coverage),
  };
}

/** The alert object, which `follow` also writes for each change. */
export function alertEntry(alert: Alert, notes: Notes): IncidentAlert {
  const offenders = alert.offenders.slice(0, MOST_OFFENDERS);
  const more = Math.max(alert.clients, alert.offenders.length) - offenders.length;
  return {
    alert: alert.definition.alert,
    node: alert.node,
    severity: alert.definition.severity,
    raised_at: stamp(alert.raisedAt, alert.dated),
    cleared_at: stamp(alert.clearedAt, alert.dated),
    events: alert.events,
    unattributed: alert.unattributed,
    lower_bound: alert.lowerBound,
    clients: alert.clients,
    peak: { count: alert.peak.count, at: stamp(alert.peak.at, alert.dated) },
    verdict: verdict(alert, notes),
    offenders: offenders.map((offender) => offenderEntry(offender, alert)),
    ...(more > 0 && { more_offenders: more }),
  };
}

function offenderEntry(offender: Offender, { dated, events, exact }: Alert): IncidentOffender {
  return {
    client_id: offender.clientId,
    mountpoint: offender.mountpoint,
    events: offender.events,
    ...(!exact && { error: offender.error }),
    share: events === 0 ? 0 : Math.round((offender.events * 100) / events) / 100,
    first_seen: stamp(offender.firstSeen, dated),
    last_seen: stamp(offender.lastSeen, dated),
    peers: offender.peers,
    usernames: offender.usernames,
    // fromEntries makes a property of its own even of `__proto__`, which an assignment would not.
    reasons: Object.fromEntries(offender.reasons),
  };
}

function sourceEntry(source: SourceSummary): IncidentSource {
  const { file, lines, events, unparsed, from, to, error } = source;
  return { file, lines, events, unparsed, from: stamp(from), to: stamp(to), error };
}

function minuteEntry({ minute, dated, events }: Minute): IncidentMinute {
  return { minute: dated ? rfc3339(minute, 0) : null, events: Object.fromEntries(events) };
}

function coverageEntry({ logLoss, alertsWithoutSource }: Coverage): Incident['coverage'] {
  return { log_loss: logLoss, alerts_without_source: alertsWithoutSource.map(({ alert }) => alert) };
}

function stamp(at: EpochUs | null, dated = true): string | null {
  return at === null || !dated ? null : rfc3339(at);
}
