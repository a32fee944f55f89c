/**
 * Logs of any size, the same for the same seed: what a busy broker writes, with a known share of refusals by a known number of clients.
 *
 * Refusals come in bursts, ten minutes of twenty, so that alerts raise, hold and clear. What is no refusal is mostly quiet lines of the
 * broker's own work; some of them look like a refusal until the last word.
 */
import * as fs from 'node:fs';

export interface Corpus {
  readonly envelope: 'otp-text' | 'lager-file';
  /** Share of lines that are events, and of warnings and errors that are none; 0 to 1. */
  readonly events: number;
  readonly nearMisses: number;
  /** How many different ids refused clients have; 'random': a new one each time, but for a few that come again and again. */
  readonly clients: number | 'random';
  /** Of the first line, in milliseconds since the epoch. */
  readonly start?: number;
  readonly linesPerSecond?: number;
  /** All day long instead of ten minutes of twenty. */
  readonly steady?: boolean;
  /** Refusals of this kind only. */
  readonly kind?: Kind;
  readonly seed?: number;
}

/** What was written, counted as it was made. */
export class Truth {
  lines = 0;
  bytes = 0;
  events = 0;
  readonly kinds: Record<string, number> = {};
  /** Different minutes with events in them. */
  minutes = 0;
  /** Different clients. */
  clients = 0;
  /** Events by client, in the order in which they came; without those ids that come once. */
  readonly offenders: Record<string, number> = {};
}

/** Neither the beginning nor the end of a burst, so that short logs hold some of both. */
const START = Date.UTC(2026, 10, 20, 0, 8, 30);
const LINES_AT_ONCE = 500;
const BURST_MINUTES = 10;
/** Of random ids, one event in so many is by one of these; enough to be found among millions. */
const REGULARS = 20;
const REGULAR_EVERY = 50;

/** Appends what the generator gives until the file has so many bytes, about; the last line is whole. */
export function write(path: string, lines: Iterator<string, never>, bytes: number): void {
  const fd = fs.openSync(path, 'w');
  try {
    for (let written = 0; written < bytes;) written += fs.writeSync(fd, lines.next().value, null, 'latin1');
  } finally {
    fs.closeSync(fd);
  }
}

/** Endless: some hundred lines at a time. @param truth is kept up to date with what was given. */
export function* linesOf(corpus: Corpus, truth: Truth): Generator<string, never> {
  const { envelope, nearMisses, start = START, linesPerSecond = 400, steady = false, seed = 1 } = corpus;
  const random = generator(seed);
  const share = steady ? corpus.events : Math.min(1, 2 * corpus.events);
  const refusals = corpus.kind === undefined ? REFUSALS : REFUSALS.filter(({ kind }) => kind === corpus.kind);
  const frame = FRAMES[envelope];
  let lastMinute = -1;
  for (let n = 0; ;) {
    let text = '';
    for (let k = 0; k < LINES_AT_ONCE; k += 1, n += 1) {
      const at = start + Math.floor((n * 1000) / linesPerSecond);
      const minute = Math.floor(at / 60_000);
      const bursting = steady || minute % (2 * BURST_MINUTES) < BURST_MINUTES;
      const dice = random() / 2 ** 32;
      if (!bursting || dice >= share) {
        const statement = oneOf(dice > 1 - nearMisses ? NEAR_MISSES : QUIET, random);
        text += frame(at, random, statement, statement.body(random));
        continue;
      }
      const statement = oneOf(refusals, random);
      const client = clientOf(corpus, random);
      text += frame(at, random, statement, statement.body(random, client.id));
      count(truth, statement.kind, client);
      if (minute !== lastMinute) truth.minutes += 1;
      lastMinute = minute;
    }
    truth.lines += LINES_AT_ONCE;
    truth.bytes += text.length;
    yield text;
  }
}

function count(truth: Truth, kind: string, { id, once }: Client): void {
  truth.events += 1;
  truth.kinds[kind] = (truth.kinds[kind] ?? 0) + 1;
  const before = once ? undefined : truth.offenders[id];
  if (before === undefined) truth.clients += 1;
  if (!once) truth.offenders[id] = (before ?? 0) + 1;
}

type Random = () => number;

type Kind = 'connack_refused' | 'publish_denied' | 'keepalive_expired';

interface Statement {
  readonly level: string;
  /** Module, function, arity and line. */
  readonly place: readonly [string, string, number, number];
  readonly body: (random: Random) => string;
}

interface Refusal extends Omit<Statement, 'body'> {
  readonly kind: Kind;
  readonly body: (random: Random, client: string) => string;
}

interface Client {
  readonly id: string;
  /** Never to come again: made of two numbers of a generator that does not repeat itself. */
  readonly once: boolean;
}

/** A device keeps its address and its user name; the port is a new one each time. */
const peerOf = (client: string, random: Random) => {
  const number = hashOf(client);
  return `10.${number & 15}.${(number >>> 4) & 255}.${(number >>> 12) & 255}:${1024 + (random() % 64_000)}`;
};
const userOf = (client: string) => `u${hashOf(client) % 500}`;

const REFUSALS: readonly Refusal[] = [
  {
    kind: 'connack_refused',
    level: 'warning',
    place: ['vmq_mqtt_fsm', 'check_user', 2, 764],
    body: (random, client) => `can't authenticate client {[],<<"${client}">>} from ${peerOf(client, random)} due to invalid_credentials`,
  },
  {
    kind: 'connack_refused',
    level: 'warning',
    place: ['vmq_mqtt5_fsm', 'check_user', 3, 1161],
    body: (random, client) => `can't authenticate client {[],<<"${client}">>} from ${peerOf(client, random)} due to invalid_credentials`,
  },
  {
    kind: 'connack_refused',
    level: 'error',
    place: ['vmq_mqtt_fsm', 'check_user', 2, 755],
    body: (random, client) => `can't authenticate client {[],<<"${client}">>} from ${peerOf(client, random)} due to no_matching_hook_found`,
  },
  {
    kind: 'publish_denied',
    level: 'error',
    place: ['vmq_mqtt_fsm', 'auth_on_publish', 4, 885],
    body: (random, client) =>
      `can't auth publish for client {[],<<"${client}">>} (user <<"${userOf(client)}">>) on topic [<<"site">>,<<"q${random() % 90}">>] due to plugin_chain_exhausted`,
  },
  {
    kind: 'keepalive_expired',
    level: 'warning',
    place: ['vmq_mqtt_fsm', 'connected', 2, 563],
    body: (_, client) => `client {[],<<"${client}">>} with username <<"fleet">> stopped due to keepalive expired`,
  },
];

const NEAR_MISSES: readonly Statement[] = [
  {
    level: 'warning',
    place: ['vmq_swc_store', 'handle_info', 2, 412],
    body: (random) => `Replica meta${random() % 10}: AE exchange with 'VerneMQ@10.0.0.${random() % 5}' took ${random() % 9000} ms`,
  },
  {
    level: 'error',
    place: ['my_plugin', 'report', 3, 77],
    body: (random) => `can't reach inventory for device ${random() % 9000}, trying again`,
  },
];

const QUIET: readonly Statement[] = [
  {
    level: 'debug',
    place: ['vmq_swc_store', 'handle_info', 2, 377],
    body: (random) => `Replica meta${random() % 10}: Can't initialize AE exchange due to no peer available`,
  },
  {
    level: 'debug',
    place: ['vmq_queue', 'state_change', 3, 1052],
    body: () => 'transition from offline --> online because of add_session',
  },
  { level: 'debug', place: ['vmq_ranch', 'teardown', 2, 219], body: () => 'session normally stopped' },
  { level: 'debug', place: ['vmq_mqtt_fsm', 'connected', 2, 512], body: () => 'stop due to disconnect' },
  {
    level: 'info',
    place: ['vmq_reg_trie', 'handle_info', 2, 183],
    body: (random) => `loaded ${random() % 90_000} subscriptions into vmq_reg_trie`,
  },
  {
    level: 'info',
    place: ['fleet_plugin', 'auth_on_register', 5, 41],
    body: (random) => {
      const client = `sensor-${random() % 90_000}`;
      return `device ${client} of tenant ${random() % 40} from ${peerOf(client, random)} accepted`;
    },
  },
];

const FRAMES: Record<Corpus['envelope'], (at: number, random: Random, statement: Omit<Statement, 'body'>, body: string) => string> = {
  'otp-text': (at, random, { level, place: [module, name, arity, line] }, body) =>
    `${iso(at)}${String(random() % 1000).padStart(3, '0')}+00:00 [${level}] <0.${300 + (random() % 60_000)}.0> ${module}:${name}/${arity}:${line}: ${body}\n`,
  'lager-file': (at, random, { level, place: [module, name, , line] }, body) =>
    `${iso(at).replace('T', ' ')} [${level}] <0.${300 + (random() % 60_000)}.0>@${module}:${name}:{${line},21} ${body}\n`,
};

function hashOf(text: string): number {
  let hash = 7;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash >>> 0;
}

let second = -1;
let secondText = '';

/** Up to milliseconds, without a zone. */
function iso(at: number): string {
  const now = Math.floor(at / 1000);
  if (now !== second) {
    second = now;
    secondText = new Date(now * 1000).toISOString().slice(0, 20);
  }
  return secondText + String(at % 1000).padStart(3, '0');
}

function oneOf<T>(all: readonly T[], random: Random): T {
  return all[random() % all.length]!;
}

function clientOf({ clients }: Corpus, random: Random): Client {
  if (clients !== 'random') return { id: `sensor-${random() % clients}`, once: false };
  if (random() % REGULAR_EVERY === 0) return { id: `regular-${random() % REGULARS}`, once: false };
  return { id: `m${random().toString(36)}${random().toString(36)}`, once: true };
}

/** xorshift32: the same numbers on every machine. @returns 0 to 2^32 - 1. */
function generator(seed: number): Random {
  let state = (seed * 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
