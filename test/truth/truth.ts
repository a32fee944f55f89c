/**
 * What the truth tests share: the built program as a child process, its events, and the comparison of what came with what must come.
 *
 * Nothing here knows `src/`. The tests hold the outside contract against recordings of real brokers, where a second witness (the client's side of
 * every connection) says what happened.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

/** A line of `extract` (contract section 2). */
export interface Event {
  v: number;
  time: string | null;
  event: string;
  pattern: string;
  level: string | null;
  node: string | null;
  client_id: string | null;
  client_id_hex: string | null;
  mountpoint: string | null;
  username: string | null;
  peer_address: string | null;
  peer_port: number | null;
  topic: string | null;
  mqtt_version: number | null;
  packet: string | null;
  direction: string | null;
  reason: string | null;
  reason_code: number | null;
  reason_name: string | null;
  reason_code_from: string | null;
  cause: string | null;
  count: number;
  source: { file: string; line: number; offset: number };
}

/** The keys of section 2: all of them are always there. */
export const KEYS = [
  ...[
    'v',
    'time',
    'event',
    'pattern',
    'level',
    'node',
    'client_id',
    'client_id_hex',
    'mountpoint',
    'username',
    'peer_address',
    'peer_port',
  ],
  ...[
    'topic',
    'mqtt_version',
    'packet',
    'direction',
    'reason',
    'reason_code',
    'reason_name',
    'reason_code_from',
    'cause',
    'count',
    'source',
  ],
].sort();

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the built program in the repository's root, so that file names in its output are those of the arguments. */
export function vernewatch(args: readonly string[], input: string | Buffer = ''): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      process.execPath,
      [join(root, 'dist/cli.js'), ...args],
      { cwd: root, maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: '1' } },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ code, stdout, stderr });
        else reject(new Error(`the program did not end by itself: ${error?.message ?? ''}`));
      },
    );
    child.stdin?.on('error', () => undefined); // it may end before it has read all: not our matter
    child.stdin?.end(input);
  });
}

const runs = new Map<string, Promise<Ran>>();

/** One child for one set of arguments, however many tests ask. */
export function extractRun(args: readonly string[]): Promise<Ran> {
  const key = JSON.stringify(args);
  let run = runs.get(key);
  if (run === undefined) {
    run = vernewatch(['extract', ...args]);
    runs.set(key, run);
  }
  return run;
}

export async function extract(...args: string[]): Promise<Event[]> {
  return eventsOf(await extractRun(args));
}

export async function extractText(text: string | Buffer, ...args: string[]): Promise<Event[]> {
  return eventsOf(await vernewatch(['extract', '-', ...args], text));
}

function eventsOf(ran: Ran): Event[] {
  if (ran.code !== 0) throw new Error(`extract ended with ${ran.code}: ${ran.stderr}`);
  return ran.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Event);
}

/** Starts the children of many inputs at once, a few at a time; the tests then find them done. */
export async function prefetch(inputs: readonly (readonly string[])[], atOnce = 4): Promise<void> {
  const queue = [...inputs];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await extractRun(next).catch(() => undefined);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** What must come: an event's fields as far as they are known, when it happened, and how to tell it from its neighbours. */
export interface Wanted extends Partial<Omit<Event, 'time' | 'source'>> {
  event: string;
  /** Milliseconds since 1970; the client's clock, so a little off. */
  at?: number;
  /** It may also be missing: the contract leaves it open. */
  optional?: true;
  /** Instead of an exact `client_id`: the broker made the id up, or cut it. */
  isClient?: (id: string | null) => boolean;
  /** Instead of an exact `reason`. */
  isReason?: (reason: string | null) => boolean;
  /** Instead of an exact `username`: it stands on the twin of the line only, so that an event may have it or not. */
  mayBeUser?: string;
}

/** Clocks of client and broker: the same machine, but the line may wait for a timeout. */
const NEAR_MS = 2000;
const NOT_FIELDS = new Set(['at', 'optional', 'isClient', 'isReason', 'mayBeUser']);

function isMeant(wanted: Wanted, event: Event): boolean {
  if (wanted.event !== event.event) return false;
  if (
    wanted.isClient !== undefined
      ? !wanted.isClient(event.client_id)
      : wanted.client_id !== undefined && wanted.client_id !== event.client_id
  )
    return false;
  if (wanted.topic !== undefined && wanted.topic !== event.topic) return false;
  if (wanted.at === undefined) return true;
  return event.time !== null && Math.abs(Date.parse(event.time) - wanted.at) <= NEAR_MS;
}

const isRequired = (wanted: Wanted): boolean => wanted.optional !== true;

function fieldsOf(wanted: Wanted): Record<string, unknown> {
  const open = (key: string): boolean => NOT_FIELDS.has(key) || (key === 'username' && wanted.mayBeUser !== undefined);
  return Object.fromEntries(Object.entries(wanted).filter(([key, value]) => !open(key) && value !== undefined));
}

/** Two lists to hold against each other with `toEqual`: pairs in their wanted fields; what nobody ordered and what is missing stand alone. */
export function compare(events: readonly Event[], wanted: readonly Wanted[]): { came: unknown[]; wanted: unknown[] } {
  const left = [...events];
  const came: unknown[] = [];
  const should: unknown[] = [];
  const inOrder = [...wanted].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  for (const want of [...inOrder.filter(isRequired), ...inOrder.filter((one) => !isRequired(one))]) {
    const candidates = left.filter((event) => isMeant(want, event));
    const event = candidates.find(({ reason }) => reason === want.reason) ?? candidates[0];
    const fields = fieldsOf(want);
    if (event === undefined) {
      if (want.optional !== true)
        should.push({ missing: fields, ...(want.at === undefined ? {} : { at: new Date(want.at).toISOString() }) });
      continue;
    }
    left.splice(left.indexOf(event), 1);
    const line = `${event.source.file}:${event.source.line}`;
    const got = Object.fromEntries(Object.keys(fields).map((key) => [key, event[key as keyof Event]]));
    const reasonFits = want.isReason === undefined || want.isReason(event.reason);
    const userFits = want.mayBeUser === undefined || event.username === null || event.username === want.mayBeUser;
    came.push({ line, ...got, ...(reasonFits ? {} : { reason: event.reason }), ...(userFits ? {} : { username: event.username }) });
    should.push({ line, ...fields, ...(reasonFits ? {} : { reason: 'another one' }), ...(userFits ? {} : { username: want.mayBeUser }) });
  }
  for (const event of left) came.push({ surplus: brief(event) });
  return { came, wanted: should };
}

export function brief(event: Event): string {
  const { source } = event;
  return `${source.file}:${source.line} ${event.event} client ${JSON.stringify(event.client_id)} topic ${JSON.stringify(event.topic)} reason ${JSON.stringify(event.reason)}`;
}

/** The label of a code as VerneMQ's metrics spell it (`mqtt-reason-codes.md` sections 1 and 2). */
function reasonName(code: number): string {
  const name = NAMES.get(code);
  if (name === undefined) throw new Error(`no name for code ${code}`);
  return name;
}

const NAMES = new Map<number, string>([
  [1, 'unsupported_protocol_version'],
  [2, 'client_identifier_not_valid'],
  [3, 'server_unavailable'],
  [4, 'bad_username_or_password'],
  [5, 'not_authorized'],
  [128, 'unspecified_error'],
  [129, 'malformed_packet'],
  [132, 'unsupported_protocol_version'],
  [133, 'client_identifier_not_valid'],
  [134, 'bad_username_or_password'],
  [135, 'not_authorized'],
  [136, 'server_unavailable'],
  [138, 'banned'],
  [141, 'keep_alive_timeout'],
  [143, 'topic_filter_invalid'],
  [144, 'topic_name_invalid'],
  [147, 'receive_max_exceeded'],
  [151, 'quota_exceeded'],
]);

export function coded(code: number): Pick<Event, 'reason_code' | 'reason_name' | 'reason_code_from'> {
  return { reason_code: code, reason_name: reasonName(code), reason_code_from: 'inferred' };
}
export const noCode = { reason_code: null, reason_name: null, reason_code_from: null };
export const noPacket = { packet: null, direction: null };
export const noClient = { client_id: null, client_id_hex: null };
export const noPeer = { peer_address: null, peer_port: null };

/** `127.0.0.1:80`, `[2001:db8::7]:80`, `local`, `127.0.0.1:?` where the client's tool does not tell its port. */
export function peerOf(printed: string | null | undefined): Partial<Pick<Event, 'peer_address' | 'peer_port'>> {
  if (printed === null || printed === undefined) return {};
  if (printed === 'local') return { peer_address: 'local', peer_port: null };
  const cut = printed.lastIndexOf(':');
  const address = printed.slice(0, cut).replace(/^\[(.*)\]$/, '$1');
  const port = printed.slice(cut + 1);
  return port === '?' ? { peer_address: address } : { peer_address: address, peer_port: Number(port) };
}

export function linesOf(path: string): string[] {
  return readFileSync(join(root, path), 'utf8').split('\n');
}

/** A folder of this test run; gone with it. */
export class Scratch {
  readonly path = mkdtempSync(join(tmpdir(), 'vernewatch-truth-'));
  write(name: string, content: string | Buffer): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }
  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
