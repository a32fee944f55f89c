/**
 * The statements of VerneMQ's catalogue (`vernemq-logs.md` section 7) and the event that each must become.
 *
 * Keyed by catalogue id; the index files beside the samples say which lines belong to an id, and what the broker answered on the socket: the codes
 * are measured, not read. Where versions or variants of a statement differ, the entry is told which it is.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coded, linesOf, noClient, noCode, noPacket, noPeer, peerOf, root, type Event, type Wanted } from './truth.ts';

export const samples = 'fixtures/samples';

export type Family = '1.13.0' | '2.0.1' | '2.1.2' | '2.2.0' | 'other';

/** A row of an index file, in one of the files it points to. */
export interface Row {
  readonly name: string;
  readonly id: string;
  readonly variant: string;
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly answer: string;
  readonly family: Family;
  /** The messages of its lines, without what the JSON envelope does to them. */
  readonly text: string;
  readonly debug: boolean;
}

export const INDEXES: readonly (readonly [index: string, family: Family])[] = [
  ['index-lager-1.x.tsv', '1.13.0'],
  ['index-otp-2.0.1.tsv', '2.0.1'],
  ['index-otp-2.x.tsv', '2.1.2'],
  ['index-otp-2.2.0.tsv', '2.2.0'],
  ['index-otp-2.x-tls.tsv', '2.1.2'],
  ['index-other.tsv', 'other'],
];

export function rowsOf(index: string, family: Family): Row[] {
  const [head = '', ...body] = readFileSync(join(root, samples, index), 'utf8')
    .trimEnd()
    .split('\n');
  const files = filesOf(head.split('\t').slice(1));
  return body.flatMap((line) => {
    const [name = '', ...cells] = line.split('\t');
    const [id = '', variant = ''] = name.split('/');
    const answer = cells[files.length] ?? '';
    // `index-other.tsv` has one column for three files of the same order.
    return files.flatMap((column, at) => {
      const [from = '', to = from] = (cells[at] ?? '-').split('-');
      if (from === '') return [];
      return column.map((file) => {
        const path = `${samples}/${file}`;
        const lines = linesOf(path).slice(Number(from) - 1, Number(to));
        const text = lines.map((raw) => (raw.startsWith('{') ? (JSON.parse(raw) as { msg: string }).msg : raw)).join('\n');
        return { name, id, variant, file: path, from: Number(from), to: Number(to), answer, family, text, debug: file.includes('debug') };
      });
    });
  });
}

function filesOf(columns: readonly string[]): string[][] {
  return columns
    .map((column) => [...column.matchAll(/[\w.-]+\.(?:log|jsonl)/g)].map(([name]) => name))
    .filter((files) => files.length > 0 && !files.includes('console.log'));
}

/** The arguments for a sample: Berlin's local time, without a zone in lager's files. */
export function argumentsForSample(file: string): string[] {
  return file.includes('lager') ? [file, '--timezone', 'Europe/Berlin'] : [file];
}

type Entry = (row: Row) => Wanted | readonly Wanted[];
const NONE: Entry = () => [];

export function wantedFor(row: Row): readonly Wanted[] {
  const entry = CATALOGUE[row.id] ?? CATALOGUE[row.id.replace(/-V\d$/, '')];
  if (entry === undefined) throw new Error(`no expectation for ${row.id}`);
  const wanted = entry(row);
  return Array.isArray(wanted) ? (wanted as readonly Wanted[]) : [wanted as Wanted];
}

// What rows have in common

const SENSOR = { client_id: 'sensor-042', client_id_hex: null, mountpoint: '' };
const isLager = (row: Row): boolean => row.family === '1.13.0';
const mqtt = (row: Row): 3 | 5 => (/-V5(?:$|\/)/.test(row.name) ? 5 : 3);
const isV5 = (row: Row): boolean => mqtt(row) === 5;
const code = (row: Row, packet: string): number => Number(new RegExp(`${packet} rc=(\\d+)`).exec(row.answer)?.[1] ?? NaN);
const oneOf =
  (...expected: (string | null)[]) =>
  (seen: string | null): boolean =>
    expected.includes(seen);
/** A reason without what JSON's envelope does to Erlang's line breaks: `{a,b}` may be `{a, b}` there, and `#{a => b}` even `#{a =>, b}` (fact 2). */
export function unwrapped(reason: string | null): string | null {
  return reason?.replace(/[,\s]+/g, ' ') ?? null;
}
const term =
  (expected: string) =>
  (seen: string | null): boolean =>
    unwrapped(seen) === unwrapped(expected);
const mentions =
  (word: string) =>
  (seen: string | null): boolean =>
    seen?.includes(word) === true;

/** What stands after `due to`, up to the end of the line: for atoms. */
function atom(row: Row): string {
  return /due to (?:reason )?([\w{},<>[\]" #=]+?)$/m.exec(row.text)?.[1] ?? '?';
}

function refused(row: Row, more: Partial<Wanted>): Wanted {
  return {
    event: 'connack_refused',
    ...SENSOR,
    username: null,
    ...noPeer,
    topic: null,
    packet: 'CONNACK',
    direction: 'sent',
    mqtt_version: mqtt(row),
    count: 1,
    ...coded(code(row, 'CONNACK')),
    ...more,
  };
}

/** `can't authenticate client … from PEER due to WORD`: the only CONNECT refusal with a peer. */
function unauthenticated(reason: string, more: Partial<Wanted> = {}): Entry {
  return (row) => refused(row, { ...peerAtTheEnd(row.text), reason, ...more });
}

function peerAtTheEnd(text: string): Partial<Wanted> {
  return peerOf(/ from ((?:\d+\.){3}\d+:\d+|\[[\da-f:]+\]:\d+|local) due to [^"]*(?:"[^"]*"[^"]*)?$/m.exec(text)?.[1] ?? '?:0');
}

const client =
  (id: string, hex: string | null = null): Entry =>
  (row) =>
    unauthenticated('invalid_credentials', { client_id: id, client_id_hex: hex })(row);

function aborted(reason: string | null, more: Partial<Wanted> = {}): Wanted {
  return {
    event: 'connect_aborted',
    ...noClient,
    username: null,
    ...noPeer,
    topic: null,
    ...noPacket,
    ...(reason === null ? {} : { reason }),
    ...more,
  };
}

/** A fault of a connected client. Told by `vmq_ranch` alone, 1.x does not name the client and nobody names the version. */
function brokeProtocol(reason: Partial<Wanted>, more: Partial<Wanted> = {}): Wanted {
  return { event: 'protocol_error', ...SENSOR, username: null, ...noPeer, topic: null, ...noPacket, ...noCode, ...reason, ...more };
}
const toldBySessionOnly = (row: Row): Partial<Wanted> => (isLager(row) ? { ...noClient, mountpoint: null } : SENSOR);

function deniedPublish(reason: string, topic = 'plant/7/secret'): Entry {
  return (row) => ({
    event: 'publish_denied',
    ...SENSOR,
    username: 'alice',
    ...noPeer,
    topic,
    ...noPacket,
    mqtt_version: mqtt(row),
    reason,
    count: 1,
    ...(isV5(row) ? coded(135) : noCode),
  });
}

function deniedSubscribe(reason: string): Entry {
  return (row) => {
    if (row.family === '1.13.0' || row.family === '2.0.1') return []; // logged since 2.1.2
    return {
      event: 'subscribe_denied',
      ...SENSOR,
      username: null,
      ...peerAtTheEnd(row.text),
      topic: null,
      packet: 'SUBACK',
      direction: 'sent',
      mqtt_version: mqtt(row),
      isReason: term(reason),
      count: 1,
      ...coded(isV5(row) ? 135 : 128),
    };
  };
}

function expired(row: Row, more: Partial<Wanted> = {}): Wanted {
  return {
    event: 'keepalive_expired',
    ...SENSOR,
    username: 'alice',
    ...noPeer,
    topic: null,
    mqtt_version: mqtt(row),
    reason: 'keepalive expired',
    count: 1,
    ...(isV5(row) ? { packet: 'DISCONNECT', direction: 'sent', ...coded(141) } : { ...noPacket, ...noCode }),
    ...more,
  };
}

const onlyAtDebug =
  (wanted: Entry): Entry =>
  (row) =>
    row.debug ? wanted(row) : [];

const ack =
  (packet: 'PUBREC' | 'PUBCOMP'): Entry =>
  (row) => ({ event: 'ack_unexpected', ...noClient, packet, direction: 'received', mqtt_version: mqtt(row), topic: null, count: 1 });

const kind =
  (event: string, more: Partial<Wanted> = {}): Entry =>
  () => ({ event, ...more });

const CLUSTER = kind('cluster_fault');
const NODE = kind('cluster_fault', noClient);
const PLUGIN = kind('plugin_failure');
const TLS = kind('tls_failure', { ...noClient, ...noPeer, username: null, topic: null, ...noPacket, ...noCode });

/** A process that PROXY UNKNOWN or a websocket without a sub-protocol kills: a crash report, or one connection that came to nothing. */
const OPEN_QUESTION = kind('connect_aborted', { optional: true, ...noClient });

const PARSE_REASONS: Record<string, string> = {
  '': 'cant_parse_variable_header',
  subwild: 'no_+_allowed_in_word',
  pubwild: 'no_#_allowed_in_publish',
};

export const CATALOGUE: Record<string, Entry> = {
  // CONNECT refused
  'CONN-CRED': unauthenticated('invalid_credentials'),
  'CONN-NOHOOK': unauthenticated('no_matching_hook_found'),
  'CONN-AUTH': (row) => {
    const words: Record<string, string> = {
      'webhook-binary': 'not_allowed',
      'webhook-http500': '{invalid_response_code,500}',
      'webhook-timeout': 'timeout',
      'webhook-econnrefused': 'econnrefused',
      'lua-error': 'lua_script_error',
      'lua-invalid-modifiers': '{invalid_modifiers,[{max_message_rate,<<"a">>}]}',
    };
    const reason = words[row.variant] ?? row.variant;
    return refused(row, { ...peerAtTheEnd(row.text), isReason: term(reason) });
  },
  'CONN-RCN': (row) => unauthenticated(row.variant)(row),
  'CONN-REG': (row) =>
    row.variant === 'exhausted'
      ? refused(row, { username: 'alice', isReason: term('{register_subscriber_retry_exhausted,draining}') })
      : refused(row, { username: 'alice', reason: 'not_ready' }),
  'CONN-REG-ANON': (row) => refused(row, { reason: 'not_ready' }),
  'CONN-IDLEN': (row) => refused(row, { client_id: 'a-client-id-that-is-too-long-for-the-limit', mountpoint: null, reason: null }),
  'CONN-IDEMPTY': (row) => (row.name.endsWith('V3') ? refused(row, { ...noClient, reason: null }) : []), // 3.1.1: no line at any level
  'CONN-PROTO': (row) => refused(row, { ...noClient, reason: null }),
  'CONN-WILL': (row) => {
    if (row.variant === 'map') return refused(row, { isReason: term('{topic_name_invalid,#{}}') });
    // Only the first of its two lines, the denied publish of the will, has the user.
    return refused(row, { reason: 'not_allowed', mayBeUser: 'alice' });
  },
  'CONN-EAUTH': (row) => {
    if (row.variant === 'rcn') return refused(row, { ...noClient, reason: 'not_authorized' });
    if (row.variant === 'other') return aborted('unexpected_authentication_attempt', { mqtt_version: 5, ...noCode });
    // AUTH, then DISCONNECT 135: whether that is told with it is open.
    return { event: 'connect_aborted', ...noClient, username: null, ...noPeer, topic: null, mqtt_version: 5, reason: 'not_authorized' };
  },

  // Before CONNECT
  'PRE-UNKNOWNPROTO': () => aborted('unknown_protocol_version', noCode),
  'PRE-GARBAGE': () => aborted('cant_parse_connect_fixed_header', noCode),
  'PRE-TIMEOUT': onlyAtDebug(() => aborted('timeout', noCode)),
  'PRE-BADCONNECT': () => aborted('cant_parse_variable_header', noCode),
  // 1.x says no more than that some session ended of it.
  'PRE-TOOBIG': (row) =>
    isLager(row)
      ? brokeProtocol({ reason: 'packet_exceeds_max_size' }, { ...noClient, mountpoint: null })
      : aborted('packet_exceeds_max_size', noCode),
  'PRE-CLOSED': NONE,
  'PROXY-BADHDR': () => aborted(null, noCode),
  'XFF-UNTRUSTED': () => ({ event: 'connect_aborted' }),
  'PEER-PROXY': (row) => client('sensor-042')(row),
  'PEER-PROXY-LOCAL': OPEN_QUESTION,
  'PEER-V6': client('sensor-042'),
  'PEER-UNIX': client('sensor-042'),

  // Client ids
  'ID-MOUNTPOINT': unauthenticated('invalid_credentials', { mountpoint: 'tenant-a' }),
  'ID-UTF8-LATIN': client('büro-42'),
  'ID-UTF8-CJK': client('客户端'),
  'ID-UTF8-EMOJI': client('😀'),
  'ID-QUOTE': client('a"b'),
  'ID-BACKSLASH': client('a\\b'),
  'ID-NEWLINE': client('a\nb'),
  'ID-CRLF-INJECTION': client('x\r\n2026-01-01T00:00:00.000000+00:00 [error] <0.1.0> evil'),
  'ID-CTRL': client('\x01\x02\x03'),
  'ID-MIXEDCTRL': client('abc\x7fd'),
  'ID-ESC': client('a\x1b[31mb'),
  'ID-SPACE': client('a b c'),
  'ID-DUETO': client('x due to y'),
  'ID-FROM': client('x>>} from 1.2.3.4:5 due to z'),
  'ID-LONG65': client('x'.repeat(65)),
  'ID-LONG150': client('0123456789abcde'.repeat(10)),
  'ID-SINGLE-BYTE': client('7'),
  'ID-PERCENT': client('~p~s%s'),
  // Accepted up to 2.0.0 (and refused for its password); from 2.0.1 on no id that is not UTF-8 gets that far.
  'ID-BADUTF8': (row) => (isLager(row) ? client('ab\uFFFD\uFFFD', '6162fffe')(row) : aborted('invalid_utf8_string', noCode)),

  // PUBLISH and SUBSCRIBE
  'PUB-AUTH': (row) => {
    const words: Record<string, string> = {
      'V4/q1': 'plugin_chain_exhausted',
      'V4/q2': 'not_allowed',
      'V4/nohook': 'no_matching_hook_found',
      'V5/q1': 'plugin_chain_exhausted',
    };
    return deniedPublish(words[row.name.slice('PUB-AUTH-'.length)] ?? 'not_authorized')(row);
  },
  'PUB-AUTH-LONGTOPIC': deniedPublish(
    'not_authorized',
    'enterprise/site-berlin/area-51/line-7/cell-3/machine-0042/sensor/temperature/raw/value',
  ),
  'PUB-NOTREADY': NONE,
  'PUB-RCN': NONE,
  'PUB-DOLLAR': NONE,
  'SUB-AUTH': (row) => (isV5(row) ? [] : deniedSubscribe('not_authorized')(row)),
  'SUB-ERR': (row) => {
    if (row.variant === 'not_ready' && isV5(row) && row.family !== '2.2.0') return []; // reported as granted
    const words: Record<string, string> = { map: '#{reason_code => quota_exceeded}', webhook: 'not_allowed' };
    return deniedSubscribe(words[row.variant] ?? row.variant)(row);
  },
  'SUB-PARTIAL': NONE,
  'UNSUB-ERR': NONE,

  // Acknowledgements
  'PUBACK-UNEXP': NONE,
  'PUBACK-RC': NONE,
  'PUBACK-BADRC': NONE,
  'PUBREC-UNEXP': onlyAtDebug(ack('PUBREC')),
  'PUBREC-RC': NONE,
  'PUBREL-UNEXP': NONE,
  'PUBREL-RC': NONE,
  'PUBCOMP-UNEXP': onlyAtDebug(ack('PUBCOMP')),
  'PUBCOMP-RC': onlyAtDebug(ack('PUBCOMP')),

  // Session ends
  'SESS-KEEPALIVE': (row) => expired(row, row.variant === 'anon' ? { username: null } : {}),
  'SESS-MAXLIFE': NONE,
  'SESS-TAKEOVER': onlyAtDebug(() => ({
    event: 'session_taken_over',
    ...SENSOR,
    username: null,
    ...noPacket,
    reason: 'multiple sessions not allowed',
    count: 1,
  })),
  'SESS-PARSE': (row) => {
    if (row.family === '2.2.0' && isV5(row)) {
      return brokeProtocol(
        { reason: 'topic_filter_invalid' },
        { packet: 'DISCONNECT', direction: 'sent', ...coded(code(row, 'DISCONNECT')) },
      );
    }
    return brokeProtocol({ reason: PARSE_REASONS[row.variant] ?? '?' }, row.family === '2.2.0' ? {} : { mqtt_version: mqtt(row) });
  },
  'SESS-TOOBIG': (row) => brokeProtocol({ reason: 'packet_exceeds_max_size' }, toldBySessionOnly(row)),
  'SESS-UNEXPFRAME': (row) => brokeProtocol({ reason: isV5(row) ? 'mqtt5_connect' : 'mqtt_connect' }, { mqtt_version: mqtt(row) }),
  'SESS-AUTHPKT': (row) => brokeProtocol({ reason: 'mqtt5_auth' }, { mqtt_version: mqtt(row) }),
  'SESS-RECVMAX': (row) =>
    brokeProtocol(
      { reason: 'receive_max_exceeded' },
      { ...toldBySessionOnly(row), packet: 'DISCONNECT', direction: 'sent', ...coded(code(row, 'DISCONNECT')) },
    ),
  'SESS-REAUTH': (row) =>
    brokeProtocol(
      { reason: 'not_authorized' },
      { mqtt_version: 5, packet: 'DISCONNECT', direction: 'sent', ...coded(code(row, 'DISCONNECT')) },
    ),
  'SESS-WRONGAUTH': (row) => brokeProtocol({ isReason: mentions('wrong_auth_method') }, toldBySessionOnly(row)),
  'SESS-DISC-RX': NONE,
  'SESS-DISC': NONE,
  'SESS-CLOSED': NONE,
  'SESS-RST': NONE,
  'SESS-TOPICALIAS': NONE,
  'ADMIN-DISCONNECT': NONE,
  // The samples' websockets all ran in one process, <0.9.0>: the scanner between the two clients may look like the first one's.
  'WS-ABNORMAL': (row) => [
    brokeProtocol({ reason: 'cant_parse_variable_header' }, { client_id: 'ws-client-1' }),
    { event: 'connect_aborted', optional: true, isReason: oneOf('cant_parse_connect_fixed_header') },
    expired({ ...row, name: 'SESS-KEEPALIVE-V5' }, { client_id: 'ws-client-2' }),
  ],

  // Queues
  'QUEUE-DROP': (row) => ({
    event: 'message_dropped',
    ...SENSOR,
    username: null,
    ...noPeer,
    topic: null,
    ...noPacket,
    ...noCode,
    mqtt_version: mqtt(row),
    count: 6,
  }),
  'QUEUE-DOWN': NONE,
  'QUEUE-CRASH': NONE,
  'Q-DRAIN': CLUSTER,
  'Q-DRAIN-DOWN': CLUSTER,
  'Q-DRAIN-ADD': kind('cluster_fault', { optional: true }),
  'Q-INIT': NONE,
  'Q-DECOMP': NONE,
  'Q-START': NONE,
  'Q-START-CRASH': NONE,

  // Crashes
  'CRASH-HOOK': NONE,
  'CRASH-HOOK-PUB': NONE,

  // Cluster
  'CLUSTER-NODEDOWN': NODE, // and nothing for UP
  'CLU-CLOSED': NODE,
  'CLU-ERROR': NODE,
  'CLU-SEND': NODE,
  'CLU-CONNECT': NODE,
  'CLU-CONNECTED': NONE,
  'CLU-PUBDROP': NODE,
  'CLU-REMOVED': NONE,
  'REG-NOMIG': CLUSTER,
  'REG-MULTI': CLUSTER,
  'REG-DEADQ': CLUSTER,

  // Plugins
  'WH-FAIL': (row) => ({ event: 'plugin_failure', ...noPeer, topic: null, reason: atom(row), count: 1 }),
  'LUA-CALL-ERR': PLUGIN,
  'LUA-SANDBOX': PLUGIN,
  'MOD-INVALID': PLUGIN,
  'MOD-UNKNOWN': PLUGIN,
  'ACL-LOAD': PLUGIN,
  'ACL-BADTOPIC': PLUGIN,
  'PSK-FILE': PLUGIN,
  'AUTH-INTERNAL': NONE,
  'BRIDGE-CONN': NONE,
  'BRIDGE-SUBFAIL': NONE,
  'BRIDGE-TCP': NONE,
  'HTTPPUB-401': NONE,
  'HTTPPUB-REG': kind('publish_denied', {
    ...SENSOR,
    username: 'alice',
    ...peerOf('192.0.2.17:51234'),
    reason: 'invalid_credentials',
    ...noPacket,
  }),
  'HTTPPUB-PUB': kind('publish_denied', { ...SENSOR, username: 'alice', topic: 'a/b', reason: 'plugin_chain_exhausted', ...noPacket }),
  LOGLEVEL: NONE,

  // TLS
  'TLS-PLAIN-ON-TLS': TLS,
  'TLS-UNSUPPORTED-VERSION': TLS,
  'TLS-CLIENT-REJECTS-CA': TLS,
  'TLS-NO-CLIENT-CERT': TLS,
  'TLS-CLIENT-CERT-UNKNOWN-CA': TLS,
  'TLS-CLIENT-CERT-EXPIRED': TLS,
  'TLS-NO-CIPHER': TLS,
};

/** The events of a run that stand on the lines of a row. */
export function eventsOn(row: Row, events: readonly Event[]): Event[] {
  return events.filter(({ source }) => source.line >= row.from && source.line <= row.to);
}
