/** Snapshots, alerts and events as the engine hands them out, written by hand: what the views are tried with. */
import type {
  Alert,
  AlertDefinition,
  EpochUs,
  Event,
  Minute,
  Offender,
  ReasonNote,
  Snapshot,
  SourceSummary,
} from '../../src/core/model.ts';

/** A time of 2026-11-20 in UTC: `22:13:04.014126`; `21T00:10:00` for the day after. */
export function at(time: string): EpochUs {
  const [, date = '20', clock, micros = ''] = /^(?:(\d\d)T)?(\d\d:\d\d:\d\d)(?:\.(\d+))?$/.exec(time)!;
  return Date.parse(`2026-11-${date}T${clock!}Z`) * 1000 + Number(micros.padEnd(6, '0'));
}

/** A time of the first day of a log without dates. */
export function undated(time: string): EpochUs {
  return at(time) - at('00:00:00');
}

const NOTES: Readonly<Record<string, ReasonNote>> = {
  invalid_credentials: {
    cause: 'client',
    means: 'User name or password is wrong.',
    next: 'Compare the user name and password on the device with the credential store.',
  },
  not_authorized: {
    cause: 'client',
    means: 'The client is known, but may not do this.',
    next: 'Look at the access rules for this client.',
  },
  no_matching_hook_found: {
    cause: 'broker',
    means: 'No authentication plugin answered; none is enabled, or all passed on.',
    next: 'Enable an authentication plugin on this listener.',
  },
  timeout: {
    cause: 'backend',
    means: 'The endpoint or database did not answer in time.',
    next: 'Look at the load and the log of the back end.',
  },
  etimedout: { cause: 'network', means: 'The connection broke without a goodbye.', next: '' },
  cant_parse_fixed_header: { cause: 'scanner', means: 'The first bytes were not MQTT.', next: '' },
};

export function notes(reason: string): ReasonNote | null {
  return Object.hasOwn(NOTES, reason) ? NOTES[reason]! : null;
}

export function definition(changed: Partial<AlertDefinition> = {}): AlertDefinition {
  return {
    alert: 'vernemq_mqtt_connack_sent_reason_unsuccessful',
    pack: 'vernemq',
    severity: 'warning',
    select: { events: ['connack_refused'], patterns: null, packet: null, direction: null, codes: null },
    window: 60_000_000,
    raiseAbove: 5,
    clearAbove: 0,
    witness: ['log'],
    counts: 'refused connections',
    means: 'The broker answered CONNECT with an unsuccessful CONNACK more than five times within a minute.',
    next: '',
    ...changed,
  };
}

export function offender(clientId: string, events: number, changed: Partial<Offender> = {}): Offender {
  return {
    clientId,
    clientIdHex: null,
    mountpoint: '',
    events,
    error: 0,
    firstSeen: at('22:13:04.014126'),
    lastSeen: at('22:13:52.5'),
    peers: ['127.0.0.12'],
    usernames: [],
    reasons: new Map([['invalid_credentials', events]]),
    ...changed,
  };
}

/** Twelve refusals, ten of them of one pump with a wrong password. */
export function alert(changed: Partial<Alert> = {}): Alert {
  return {
    definition: definition(),
    node: null,
    dated: true,
    raisedAt: at('22:13:31.2'),
    clearedAt: at('22:15:12.5'),
    events: 12,
    unattributed: 0,
    lowerBound: false,
    peak: { count: 8, at: at('22:13:52.5') },
    offenders: [
      offender('pump-240', 10, { usernames: ['alice'] }),
      offender('lamp_w230', 2, { peers: ['127.0.0.41', '127.0.0.42'], lastSeen: at('22:14:12.5') }),
    ],
    clients: 2,
    exact: true,
    reasons: new Map([['invalid_credentials', 12]]),
    causes: new Map([['client', 12]]),
    ...changed,
  };
}

/** An alert whose clients are `prefix-0`, `prefix-1`, … with so many events each, all for one reason. */
export function alertOf(reason: string, cause: string, counts: readonly number[], changed: Partial<Alert> = {}): Alert {
  const events = counts.reduce((sum, count) => sum + count, 0);
  const reasons = (count: number) => new Map(reason === '' ? [] : [[reason, count]]);
  return alert({
    events,
    offenders: counts.map((count, index) => offender(`pump-${index}`, count, { peers: [`10.0.0.${index + 1}`], reasons: reasons(count) })),
    clients: counts.length,
    peak: { count: events, at: at('22:13:52.5') },
    reasons: reasons(events),
    causes: new Map(cause === '' ? [] : [[cause, events]]),
    ...changed,
  });
}

export function minutes(counts: Readonly<Record<string, number>>, kind = 'connack_refused'): Minute[] {
  return Object.entries(counts).map(([minute, count]) => ({ minute: at(`${minute}:00`), dated: true, events: new Map([[kind, count]]) }));
}

export function source(changed: Partial<SourceSummary> = {}): SourceSummary {
  return {
    file: 'console.log',
    lines: 3456,
    events: 12,
    unparsed: 0,
    from: at('22:00:00.5'),
    to: at('22:59:59'),
    error: null,
    ...changed,
  };
}

export function snapshot(changed: Partial<Snapshot> = {}): Snapshot {
  return {
    span: { from: at('22:00:00.5'), to: at('22:59:59') },
    sources: [source()],
    alerts: [alert()],
    minutes: minutes({ '22:13': 8, '22:14': 4, '22:41': 1 }),
    coverage: { logLoss: 0, alertsWithoutSource: [], unmatched: [] },
    ...changed,
  };
}

export const WITHOUT_SOURCE: readonly AlertDefinition[] = [
  definition({ alert: 'vernemq_mqtt_puback_unexpected', witness: ['tracer', 'metrics'] }),
  definition({ alert: 'vernemq_mqtt_pubcomp_unexpected', witness: ['debug', 'tracer', 'metrics'] }),
  definition({ alert: 'vernemq_mqtt_disconnect_received_reason_not_normal', witness: ['tracer', 'metrics'] }),
  definition({ alert: 'vernemq_queue_message_expired', witness: ['metrics'] }),
  definition({ alert: 'vernemq_average_scheduler_utilization', witness: ['metrics'] }),
];

export function event(changed: Partial<Event> = {}): Event {
  return {
    time: at('22:13:04.014126'),
    timeDigits: 6,
    at: at('22:13:04.014126'),
    kind: 'connack_refused',
    pattern: 'vernemq/connect-auth',
    level: 'warning',
    node: null,
    clientId: 'pump-240',
    clientIdHex: null,
    mountpoint: '',
    username: null,
    peerAddress: '127.0.0.12',
    peerPort: 56324,
    topic: null,
    mqttVersion: 3,
    packet: 'CONNACK',
    direction: 'sent',
    reason: 'invalid_credentials',
    reasonCode: 4,
    reasonName: 'bad_username_or_password',
    reasonCodeFrom: 'inferred',
    cause: 'client',
    count: 1,
    place: { file: 'console.log', line: 7, offset: 1234 },
    ...changed,
  };
}
