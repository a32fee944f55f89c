/**
 * The vocabulary: what the parts of vernewatch say to each other.
 *
 * Words are those of MQTT, VerneMQ and Netdata. Every time is the one printed in the log, never the clock's, in whole microseconds, so that
 * arithmetic is exact and a live run and a later analysis of the same bytes agree.
 */

/** Microseconds since 1970-01-01T00:00:00Z. A log without dates counts from its own unknown first day instead (see `dated`). */
export type EpochUs = number;
/** A length of time in microseconds. */
export type DurationUs = number;

/** The kinds of event of the built-in packs (contract section 3). A user's pack may bring kinds of its own. */
export const EVENT_KINDS = [
  'connack_refused',
  'connect_aborted',
  'publish_denied',
  'subscribe_denied',
  'protocol_error',
  'keepalive_expired',
  'socket_error',
  'session_taken_over',
  'ack_unsuccessful',
  'ack_unexpected',
  'disconnected',
  'message_dropped',
  'tls_failure',
  'plugin_failure',
  'cluster_fault',
  'log_loss',
] as const;
export type EventKind = string;

export const PACKETS = [
  'CONNECT',
  'CONNACK',
  'PUBLISH',
  'PUBACK',
  'PUBREC',
  'PUBREL',
  'PUBCOMP',
  'SUBSCRIBE',
  'SUBACK',
  'UNSUBSCRIBE',
  'UNSUBACK',
  'DISCONNECT',
  'AUTH',
] as const;
export type Packet = (typeof PACKETS)[number];
/** Seen from the broker. */
export type Direction = 'sent' | 'received';
/** 3 stands for 3.1 and 3.1.1, which share their return codes. */
export type MqttVersion = 3 | 5;

/** Whose fault an event most likely is. */
export const CAUSES = ['client', 'backend', 'broker', 'network', 'scanner'] as const;
export type Cause = (typeof CAUSES)[number];

/** Where the evidence lies: file name as given, 1-based line, byte offset of the line's first byte in the uncompressed file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly offset: number;
}

/** A record that a pattern understood (contract section 2). Null: the log does not say. */
export interface Event {
  /** As logged; null where the log has no date and none was given. */
  readonly time: EpochUs | null;
  /** How many digits of a second were logged: 0, 3 or 6. */
  readonly timeDigits: number;
  /** When the event counts: `time`, but never before its predecessor in the same log; on an undated log the time since its first midnight. */
  at: EpochUs;
  readonly kind: EventKind;
  /** `pack/pattern`. */
  readonly pattern: string;
  readonly level: string | null;
  node: string | null;
  clientId: string | null;
  /** The bytes in hex, where the client id is not valid UTF-8. */
  clientIdHex: string | null;
  mountpoint: string | null;
  username: string | null;
  peerAddress: string | null;
  peerPort: number | null;
  readonly topic: string | null;
  mqttVersion: MqttVersion | null;
  readonly packet: Packet | null;
  readonly direction: Direction | null;
  readonly reason: string | null;
  readonly reasonCode: number | null;
  readonly reasonName: string | null;
  readonly reasonCodeFrom: 'logged' | 'inferred' | null;
  cause: Cause | null;
  /** How many of them the line reports; at least 1. */
  readonly count: number;
  readonly place: Place;
}

/** Who may see what an alert is about. */
export const WITNESSES = ['log', 'debug', 'tracer', 'metrics'] as const;
export type Witness = (typeof WITNESSES)[number];
export type Severity = 'warning' | 'critical';

/** One rule: which events it takes and when it raises and clears (contract section 4). */
export interface AlertDefinition {
  /** Netdata's name. */
  readonly alert: string;
  readonly pack: string;
  readonly severity: Severity;
  readonly select: Selection | null;
  readonly window: DurationUs;
  /** Raised by more than this many within the window. */
  readonly raiseAbove: number;
  /** Held while more than this many are within the window. */
  readonly clearAbove: number;
  /** Where its events can come from, the best witness first. */
  readonly witness: readonly Witness[];
  /** What is counted, as a person would say it: "refused connections". */
  readonly counts: string;
  /** What it means and what to do, for a person. */
  readonly means: string;
  readonly next: string;
}

/** Which events a rule takes; every key that is given must fit. */
export interface Selection {
  readonly events: readonly EventKind[] | null;
  readonly patterns: readonly string[] | null;
  readonly packet: Packet | null;
  readonly direction: Direction | null;
  /** `unsuccessful`: a reason code of 0x80 or more. */
  readonly codes: readonly number[] | 'unsuccessful' | null;
}

/** A client id counted in a raised alert. */
export interface Offender {
  readonly clientId: string;
  readonly clientIdHex: string | null;
  readonly mountpoint: string;
  events: number;
  /** The true number lies between `events - error` and `events`; 0 while the table is exact. */
  error: number;
  firstSeen: EpochUs;
  lastSeen: EpochUs;
  /** Distinct values in the order in which they were seen, bounded. */
  readonly peers: readonly string[];
  readonly usernames: readonly string[];
  readonly reasons: ReadonlyMap<string, number>;
}

/** Sets of thresholds: what Netdata's guides describe, and what Netdata computes (contract section 4). */
export const PROFILES = ['per-minute', 'netdata-rate'] as const;
export type Profile = (typeof PROFILES)[number];

/** One interval of one rule on one node, from raise to clear. */
export interface Alert {
  readonly definition: AlertDefinition;
  readonly node: string | null;
  /** False where the log has no dates: times then count from its unknown first day. */
  readonly dated: boolean;
  readonly raisedAt: EpochUs;
  readonly clearedAt: EpochUs | null;
  readonly events: number;
  /** Events that name no client. */
  readonly unattributed: number;
  /** The broker dropped log lines in the interval, so the true number may be higher. */
  readonly lowerBound: boolean;
  readonly peak: { readonly count: number; readonly at: EpochUs };
  /** Most events first, then the earlier one. */
  readonly offenders: readonly Offender[];
  /** How many different clients there were: exact up to the bound of the offender table, an estimate beyond it. */
  readonly clients: number;
  readonly exact: boolean;
  /** All events of the interval, by reason and by cause ('' where none is known). */
  readonly reasons: ReadonlyMap<string, number>;
  readonly causes: ReadonlyMap<string, number>;
}

export type ChangeKind = 'raised' | 'leading_offender' | 'cleared' | 'lost_sight';
export interface Change {
  readonly at: EpochUs;
  readonly change: ChangeKind;
  readonly alert: Alert;
}

/** What the engine hands out after each push, in the order of time. */
export interface Findings {
  readonly events: readonly Event[];
  readonly changes: readonly Change[];
}

/** A bar of the report: events of one UTC minute by kind. */
export interface Minute {
  readonly minute: EpochUs;
  /** False where the log has no dates; `minute` then counts from its unknown first day. */
  readonly dated: boolean;
  readonly events: ReadonlyMap<EventKind, number>;
}

/** What was read of one file. */
export interface SourceSummary {
  readonly file: string;
  readonly lines: number;
  readonly events: number;
  /** Lines in no known envelope that do not continue a record either. */
  readonly unparsed: number;
  readonly from: EpochUs | null;
  readonly to: EpochUs | null;
  readonly error: string | null;
}

/** Warnings and errors of one shape that no pattern takes. */
export interface Unmatched {
  readonly shape: string;
  readonly lines: number;
  readonly place: Place;
}

export interface Coverage {
  /** Lines that the broker says it dropped. */
  readonly logLoss: number;
  /** Rules that nothing in this input could have fed. */
  readonly alertsWithoutSource: readonly AlertDefinition[];
  readonly unmatched: readonly Unmatched[];
}

/** What the engine says when asked: everything a report needs. */
export interface Snapshot {
  readonly span: { readonly from: EpochUs | null; readonly to: EpochUs | null };
  readonly sources: readonly SourceSummary[];
  /** In the order in which they were raised. */
  readonly alerts: readonly Alert[];
  readonly minutes: readonly Minute[];
  readonly coverage: Coverage;
}

/** What a pack knows about a reason word: whose fault, what it means, what to do. */
export interface ReasonNote {
  readonly cause: Cause | null;
  readonly means: string;
  readonly next: string;
}
