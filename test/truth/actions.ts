/**
 * What the clients did, and the events that must come of it.
 *
 * The truth files know every packet that a client sent and got. They do not know which of it the broker logs: that is the knowledge of
 * `vernemq-logs.md` (sections 1, 7 and 10), and the functions below are its short form for the two recorded versions.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coded, noClient, noCode, noPacket, noPeer, peerOf, root, type Event, type Wanted } from './truth.ts';

interface Received {
  packet?: string;
  code?: number;
  closed?: boolean;
  error?: string;
}

interface Action {
  n: number;
  time: string;
  kind: string;
  outcome?: string;
  clientId?: string | null;
  clientIdHex?: string;
  username?: string | null;
  peer?: string | null;
  listener?: string | null;
  protocol?: string | null;
  topic?: string;
  topics?: string[];
  note?: string | null;
  received?: Received[];
  receivedAt?: string;
}

export interface Truth {
  scenario: string;
  actions: Action[];
  summary: { unsuccessfulConnacksPerUtcMinute: Record<string, { total: number; byClient: Record<string, number> }> };
}

export interface Recording {
  version: '1.13.0' | '2.2.0';
  /** The file's name without `.log`. */
  name: string;
  path: string;
  debug: boolean;
  truth: Truth;
}

export function recording(version: Recording['version'], name: string): Recording {
  const path = `fixtures/real/${version}/${name}.log`;
  const truth = JSON.parse(readFileSync(join(root, path.replace(/log$/, 'truth.json')), 'utf8')) as Truth;
  return { version, name, path, debug: name.endsWith('.debug'), truth };
}

export function truthOf(path: string): Truth {
  return JSON.parse(readFileSync(join(root, path), 'utf8')) as Truth;
}

/** The arguments of `extract` for a recording: lager writes local time without a zone, and these brokers ran in UTC. */
export function argumentsFor(log: Recording): string[] {
  return log.version === '1.13.0' ? [log.path, '--timezone', 'UTC'] : [log.path];
}

const at = (action: Action): number => Date.parse(action.receivedAt ?? action.time);
const mqttOf = (protocol: string | null | undefined): 3 | 5 => (protocol === '5' ? 5 : 3);
const mountpointOf = (listener: string | null | undefined): string => (listener === 'mp' ? 'fleet-a' : '');
const wasClosed = (action: Action): boolean => (action.received ?? []).some((received) => received.closed === true);

/** The client id as an event must have it: text, or bytes where they are not UTF-8. */
function idOf(action: Action): Pick<Event, 'client_id' | 'client_id_hex'> {
  if (action.clientIdHex !== undefined) {
    return { client_id: Buffer.from(action.clientIdHex, 'hex').toString('utf8'), client_id_hex: action.clientIdHex };
  }
  return { client_id: action.clientId ?? null, client_id_hex: null };
}

/** lager cuts a binary near 4 KB and writes dots in its place (`vernemq-logs.md` 2.1). */
const LAGER_CUT = 4000;
function idInLog(action: Action, version: string): Partial<Wanted> {
  const id = idOf(action);
  const text = id.client_id ?? '';
  if (version !== '1.13.0' || text.length < LAGER_CUT) return id;
  return {
    client_id_hex: null,
    isClient: (seen) => seen !== null && seen.length >= LAGER_CUT && seen.startsWith(text.slice(0, LAGER_CUT)),
  };
}

/** A refused CONNECT: exactly one event where the broker writes a line at all. */
export function refusals(log: Pick<Recording, 'truth' | 'version'>): Wanted[] {
  return log.truth.actions.flatMap((action) => refusal(action, log.version));
}

function refusal(action: Action, version: string): Wanted[] {
  // The truth of `malformed` names the client of this hand-made CONNECT in its note only.
  const madeByHand = action.kind === 'connect-will-qos3';
  if (!madeByHand && (action.kind !== 'connect' || action.outcome !== 'refused')) return [];
  const connack = (action.received ?? []).find((received) => received.packet === 'connack');
  const code = connack?.code ?? 0;
  const mqtt = mqttOf(action.protocol);
  const base = {
    event: 'connack_refused',
    at: at(action),
    packet: 'CONNACK',
    direction: 'sent',
    mqtt_version: mqtt,
    topic: null,
    count: 1,
    ...coded(code),
  } satisfies Wanted;
  const mountpoint = mountpointOf(action.listener);

  if (madeByHand || code === 135 || /\bwill\b/.test(action.note ?? '')) {
    const id = madeByHand ? { client_id: 'fridge_x101', client_id_hex: null } : idOf(action);
    // Told in two lines, of which only the first (the denied publish of the will) has the user.
    return [{ ...base, ...id, mountpoint, mayBeUser: 'carol', ...noPeer, reason: 'not_allowed' }];
  }
  const userless = { ...base, username: null };
  if (code === 1 || code === 132) return [{ ...userless, ...noClient, mountpoint, ...noPeer, reason: null }];
  if (action.clientId === '' && code === 2) {
    // 3.1: a line without an id. 3.1.1 with clean session 0: no line at any level (fact 5).
    return action.protocol === '3.1' ? [{ ...userless, ...noClient, mountpoint, ...noPeer, reason: null }] : [];
  }
  // `invalid client id` prints the bare id, without its mountpoint.
  if (code === 2 || code === 133) return [{ ...userless, ...idInLog(action, version), mountpoint: null, ...noPeer, reason: null }];
  // While the broker boots, no plugin is there to ask.
  const undecided = (reason: string | null): boolean => reason === 'plugin_chain_exhausted' || reason === 'no_matching_hook_found';
  const reason: Partial<Wanted> = code === 4 ? { reason: 'invalid_credentials' } : code === 5 ? { isReason: undecided } : {};
  const client: Partial<Wanted> =
    action.clientId === '' ? { client_id_hex: null, isClient: (id) => id?.startsWith('anon-') === true } : idInLog(action, version);
  return [{ ...userless, ...client, mountpoint, ...peerOf(action.peer), ...reason }];
}

/** PUBLISH and SUBSCRIBE that the ACL denied. */
export function denials(log: Recording): Wanted[] {
  return log.truth.actions.flatMap((action): Wanted[] => {
    const mqtt = mqttOf(action.protocol);
    const base = { at: at(action), ...idOf(action), mountpoint: mountpointOf(action.listener), mqtt_version: mqtt, count: 1 };
    if (action.kind.endsWith('publish') && isDenied(action, [action.topic ?? ''])) {
      return [
        {
          ...base,
          event: 'publish_denied',
          username: 'carol',
          topic: action.topic ?? '',
          ...noPeer,
          ...noPacket,
          reason: 'plugin_chain_exhausted',
          ...(mqtt === 5 ? coded(135) : noCode),
        },
      ];
    }
    // Logged since 2.1.2, without a topic (fact 7).
    if (log.version === '2.2.0' && action.kind.endsWith('subscribe') && isDenied(action, action.topics ?? [])) {
      return [
        {
          ...base,
          event: 'subscribe_denied',
          username: null,
          topic: null,
          ...peerOf(action.peer),
          packet: 'SUBACK',
          direction: 'sent',
          reason: mqtt === 5 ? 'plugin_chain_exhausted' : 'not_authorized',
          ...coded(mqtt === 5 ? 135 : 128),
        },
      ];
    }
    return [];
  });
}

function isDenied(action: Action, topics: readonly string[]): boolean {
  if (/ACL denies|second denied/.test(action.note ?? '')) return true;
  return topics.some((topic) => topic.startsWith('forbidden/') || topic === 'not/mine');
}

/** Everything else that the broker logs of these clients. */
export function faults(log: Recording): Wanted[] {
  const sessions = new Map<string, Action>();
  return log.truth.actions.flatMap((action) => {
    if (action.kind === 'connect' && typeof action.clientId === 'string') sessions.set(action.clientId, action);
    return fault(action, sessions.get(action.clientId ?? ''), log);
  });
}

const FIRST_PACKETS: Record<string, string> = {
  'garbage-first-bytes': 'cant_parse_connect_fixed_header',
  'all-ff': 'cant_parse_connect_fixed_header',
  'http-get-on-mqtt-port': 'cant_parse_connect_fixed_header',
  'tls-hello-on-mqtt-port': 'cant_parse_connect_fixed_header',
  'ssh-banner': 'cant_parse_connect_fixed_header',
  'publish-before-connect': 'cant_parse_connect_fixed_header',
  'ping-before-connect': 'cant_parse_connect_fixed_header',
  'disconnect-before-connect': 'cant_parse_connect_fixed_header',
  'ws-garbage-first': 'cant_parse_connect_fixed_header',
  'connect-reserved-flag': 'cant_parse_variable_header',
  'connect-password-without-user': 'username_flag_not_set',
  'connect-v5-bad-property': 'cant_parse_properties',
  'connect-v5-dup-property': 'property_is_only_allowed_once',
  'connect-v5-auth-method': 'no_matching_hook_found',
};

/** What each broken packet is called: 3.1.1 in both versions; 5 in 1.13.0. 2.2.0 says the MQTT 5 reason that it sends. */
const BROKEN: Record<string, readonly [v3: string, v5: string]> = {
  'publish-qos3': ['cant_parse_variable_header', 'cant_parse_frame'],
  'publish-wildcard-topic': ['no_+_allowed_in_publish', 'no_+_allowed_in_publish'],
  'publish-empty-topic': ['no_empty_topic_allowed', ''],
  'publish-mid-0': ['cant_parse_variable_header', ''],
  'publish-topic-bad-utf8': ['non_utf8_character', 'non_utf8_character'],
  'publish-topic-too-deep': ['topic_max_depth_exceeded', 'topic_max_depth_exceeded'],
  'subscribe-bad-flags': ['cant_parse_variable_header', 'cant_parse_frame'],
  'subscribe-no-topics': ['no_topic_provided', 'no_topic_provided'],
  'subscribe-qos3': ['cant_parse_topics', 'cant_parse_topics'],
  'reserved-type-0': ['cant_parse_variable_header', 'cant_parse_frame'],
  subscribe: ['no_#_allowed_in_word', 'no_#_allowed_in_word'],
};

/** Frames that parse but do not belong to the broker's side: logged with the frame. */
const UNEXPECTED: Record<string, readonly [v3: string, v5: string]> = {
  'connack-from-client': ['mqtt_connack', 'mqtt5_connack'],
  'suback-from-client': ['mqtt_suback', 'mqtt5_suback'],
  'unsuback-from-client': ['mqtt_unsuback', 'mqtt5_unsuback'],
  'pingresp-from-client': ['mqtt_pingresp', 'mqtt5_pingresp'],
  'second-connect': ['mqtt_connect', 'mqtt5_connect'],
  'auth-packet': ['cant_parse_variable_header', 'mqtt5_auth'],
};

const WRITTEN_REASON: Record<number, string> = { 129: 'malformed_packet', 143: 'topic_filter_invalid', 144: 'topic_name_invalid' };

/** Takeovers with clean session 0, the only ones that are logged with an id (debug). */
const KEPT_SESSIONS = ['garage_e82', 'doorbell_f83'];

function fault(action: Action, connect: Action | undefined, log: Recording): Wanted[] {
  const { kind } = action;
  const protocol = action.protocol ?? connect?.protocol;
  const mqtt = mqttOf(protocol);
  const mountpoint = mountpointOf(action.listener ?? connect?.listener);
  const base = { at: at(action), ...noPeer, topic: null, count: 1 };
  const nobody = { ...base, ...noClient, username: null };
  const aborted = { ...nobody, event: 'connect_aborted', ...noPacket };

  if (kind === 'connect' && action.outcome === 'no-connack') {
    if (action.listener === 'proxy') return [{ ...aborted, optional: true }]; // PROXY UNKNOWN: a crash report (PEER-PROXY-LOCAL)
    if (protocol?.includes('level') === true) return [{ ...aborted, reason: 'unknown_protocol_version', ...noCode }];
    if (action.clientIdHex !== undefined) return [{ ...aborted, reason: 'invalid_utf8_string', ...noCode }];
    return []; // an unknown protocol name: the broker waits for more, and says so at debug only
  }
  if (kind === 'connect' && action.outcome === 'transport-failed') {
    // 1.x does not see OTP's alerts; a client that goes away without an alert leaves no line in 2.x either.
    const logged = log.version === '2.2.0' && !action.note?.includes('does not know the CA');
    return logged ? [{ ...nobody, event: 'tls_failure', ...noPacket }] : [];
  }
  if (kind === 'plain-mqtt-on-tls-port' || kind === 'http-on-tls-port') {
    return log.version === '2.2.0' ? [{ ...nobody, event: 'tls_failure', ...noPacket }] : [];
  }
  if (kind.startsWith('proxy-header-') && kind !== 'proxy-header-only') return [{ ...aborted, ...noCode }];
  if (kind === 'ws-wrong-subprotocol') return [{ ...aborted, optional: true }];

  const firstPacket = FIRST_PACKETS[kind];
  if (firstPacket !== undefined) return [{ ...aborted, reason: firstPacket, ...noCode }];

  const client = { ...base, client_id: action.clientId ?? null, client_id_hex: null, mountpoint };
  if (kind === 'silence') {
    return [
      {
        ...client,
        event: 'keepalive_expired',
        username: 'carol',
        mqtt_version: mqtt,
        reason: 'keepalive expired',
        ...(mqtt === 5 ? { packet: 'DISCONNECT', direction: 'sent', ...coded(141) } : { ...noPacket, ...noCode }),
      },
    ];
  }
  if (kind === 'taken-over') {
    const logged = log.debug && KEPT_SESSIONS.includes(action.clientId ?? '');
    return logged ? [{ ...client, event: 'session_taken_over', username: null, ...noPacket, reason: 'multiple sessions not allowed' }] : [];
  }
  if (log.debug && (kind === 'pubrec-unknown' || kind === 'pubcomp-unknown')) {
    const packet = kind === 'pubrec-unknown' ? 'PUBREC' : 'PUBCOMP';
    return [{ ...nobody, event: 'ack_unexpected', packet, direction: 'received', mqtt_version: mqtt }];
  }
  if (kind === 'remaining-length-bad') {
    // Told when the client leaves. 1.x names no client in a bare `session stopped abnormally`, and no other line of this pid does.
    const who = log.version === '2.2.0' ? client : nobody;
    return [{ ...who, event: 'protocol_error', username: null, ...noPacket, reason: 'cant_parse_fixed_header', ...noCode }];
  }
  return protocolError(action, mqtt, { ...client, event: 'protocol_error', username: null }, log);
}

function protocolError(action: Action, mqtt: 3 | 5, base: Wanted, log: Recording): Wanted[] {
  const side = mqtt === 5 ? 1 : 0;
  const unexpected = UNEXPECTED[action.kind];
  const broken = BROKEN[action.kind];
  if (!wasClosed(action) || (unexpected === undefined && broken === undefined)) return [];
  const disconnect = (action.received ?? []).find((received) => received.packet === 'disconnect')?.code;
  if (disconnect !== undefined) {
    return [{ ...base, packet: 'DISCONNECT', direction: 'sent', reason: WRITTEN_REASON[disconnect] ?? '?', ...coded(disconnect) }];
  }
  const reason = unexpected?.[side] ?? broken?.[side] ?? '?';
  // The version is in the module's name, which a parse error of 2.2.0 (logged by vmq_ranch) does not have.
  const told = log.version === '1.13.0' || reason.startsWith('mqtt');
  return [{ ...base, ...(told ? { mqtt_version: mqtt } : {}), ...noPacket, reason, ...noCode }];
}
