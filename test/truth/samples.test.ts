/**
 * Every statement of VerneMQ's catalogue in every envelope: the lines that an index file names must be the event of `catalogue.ts`, once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { argumentsForSample, CATALOGUE, eventsOn, INDEXES, rowsOf, samples, unwrapped, wantedFor, type Row } from './catalogue.ts';
import { brief, coded, compare, extract, extractRun, KEYS, linesOf, noClient, prefetch, root, Scratch, type Event } from './truth.ts';

const rows = INDEXES.flatMap(([index, family]) => rowsOf(index, family));
const files = [...new Set(rows.map(({ file }) => file))];
const scratch = new Scratch();

beforeAll(() => prefetch(files.map(argumentsForSample)), 300_000);
afterAll(() => scratch.remove());

function place(row: Row): string {
  return `${row.file.slice(samples.length + 1)}:${row.from}${row.to === row.from ? '' : `-${row.to}`}`;
}

/** In error.log only the lines of level error are left of a statement, and crash.log is told in console.log. */
function wantedOn(row: Row): ReturnType<typeof wantedFor> {
  if (row.file.includes('crash')) return [];
  // A refused will has its warning elsewhere: what is left is a denied publish (of the will).
  if (row.file.includes('error') && row.id.startsWith('CONN-WILL')) {
    return [{ event: 'publish_denied', client_id: 'sensor-042', username: 'alice', topic: 'last/will', reason: 'not_authorized' }];
  }
  return wantedFor(row);
}

function summary(row: Row): string {
  const wanted = wantedOn(row).filter(({ optional }) => optional !== true);
  return wanted.length === 0 ? 'are no event' : `are ${wanted.map(({ event }) => `one ${event}`).join(' and ')}`;
}

describe.each(files)('%s', (file) => {
  const here = rows.filter((row) => row.file === file);

  test.each(here.map((row): [string, string, string, Row] => [row.name, place(row), summary(row), row]))(
    '%s: the lines %s %s',
    async (_id, _place, _summary, row) => {
      const { came, wanted } = compare(eventsOn(row, await extract(...argumentsForSample(file))), wantedOn(row));
      expect(came).toEqual(wanted);
    },
  );

  test('lines that belong to no statement are no event', async () => {
    const events = await extract(...argumentsForSample(file));
    expect(events.filter((event) => !here.some((row) => eventsOn(row, [event]).length > 0)).map(brief)).toEqual([]);
  });

  test('every event has all keys, and its place is the start of the line', async () => {
    const lines = linesOf(file);
    for (const event of await extract(...argumentsForSample(file))) {
      expect(Object.keys(event).sort()).toEqual(KEYS);
      const { source } = event;
      expect(source.offset, brief(event)).toBe(lines.slice(0, source.line - 1).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0));
    }
  });

  test('no password and no payload comes out', async () => {
    const { stdout } = await extractRun(argumentsForSample(file));
    const rest = stdout.replaceAll('plant/7/secret', '').replaceAll('received_payload_not_json', '');
    const secrets = ['secret', 'c2VjcmV0', 'encrypted', 'payload', 'bye', '"y"', '115,101,99,114,101,116'];
    expect(secrets.filter((secret) => rest.includes(secret))).toEqual([]);
  });
});

test('the catalogue of the tests has no entry that no sample uses', () => {
  const used = new Set(rows.flatMap(({ id }) => [id, id.replace(/-V\d$/, '')]));
  expect(Object.keys(CATALOGUE).filter((id) => !used.has(id))).toEqual([]);
});

const CRASH = /crasher|Ranch listener/;

/** What an envelope cannot change. */
function gist(event: Event): unknown[] {
  return [event.event, event.client_id, event.reason];
}

describe('the same statements on 1.x standard output, without date, pid and module', () => {
  const stdout = [`${samples}/lager-1.x-stdout.log`, '--date', '2026-11-20', '--timezone', 'Europe/Berlin'];
  const file = argumentsForSample(`${samples}/lager-1.x.log`);

  test('name the same refused clients in the same order', async () => {
    const refused = (events: Event[]): unknown[] => events.filter(({ event }) => event === 'connack_refused').map(gist);
    expect(refused(await extract(...stdout))).toEqual(refused(await extract(...file)));
  });

  test('are the same events in the same order, though no pid ties two lines of one fault together', async () => {
    expect((await extract(...stdout)).map(gist)).toEqual((await extract(...file)).map(gist));
  });

  test('have the date and the zone that were given', async () => {
    const [first] = await extract(...stdout);
    expect(first?.time).toBe('2026-11-20T22:29:06.019Z');
  });

  test('have no time but everything else where no date is given', async () => {
    const events = await extract(`${samples}/lager-1.x-stdout.log`);
    expect(events.length).toBeGreaterThan(0);
    expect(new Set(events.map(({ time }) => time))).toEqual(new Set([null]));
    expect(events.map(gist)).toEqual((await extract(...stdout)).map(gist));
  });
});

describe.each([
  ['rfc3164', ['--year', '2026', '--timezone', 'Europe/Berlin']],
  ['rfc5424', []],
])('the same statements over syslog %s, from debug up', (format, more) => {
  const file = `${samples}/syslog-2.x-${format}.log`;

  /** OTP reports come line by line here: what becomes of those is not compared. */
  async function told(path: string, args: string[]): Promise<unknown[]> {
    const lines = linesOf(path);
    return (await extract(path, ...args)).filter(({ source }) => !CRASH.test(lines[source.line - 1] ?? '')).map(gist);
  }

  test('are the events of the debug log', async () => {
    expect(await told(file, more)).toEqual(await told(`${samples}/otp-2.x-text-debug.log`, []));
  });

  test('have exact times', async () => {
    const [first] = await extract(file, ...more);
    expect(first?.time).toBe(format === 'rfc3164' ? '2026-11-20T22:26:46Z' : '2026-11-20T22:27:56.298666Z');
  });
});

test('1.x over syslog has peer, code and a year that was given', async () => {
  const events = await extract(`${samples}/syslog-1.x.log`, '--year', '2026', '--timezone', 'Europe/Berlin');
  expect(events).toMatchObject([
    {
      time: '2026-06-07T08:15:01Z',
      event: 'connack_refused',
      client_id: 'sensor-042',
      peer_address: '192.0.2.17',
      peer_port: 51234,
      mqtt_version: 3,
      reason: 'invalid_credentials',
      ...coded(4),
    },
    {
      time: '2026-06-07T08:15:02Z',
      event: 'publish_denied',
      client_id: 'sensor-042',
      username: 'alice',
      topic: 'plant/7',
      reason: 'not_authorized',
    },
    { time: '2026-06-07T08:15:03Z', event: 'cluster_fault', ...noClient },
  ]);
});

test('the wording before 1.7 breaks in the middle of the sentence, and is one event all the same', async () => {
  const events = await extract(...argumentsForSample(`${samples}/lager-1.0-1.6-wording.log`));
  const refused = { event: 'connack_refused', client_id: 'sensor-042', mountpoint: '', mqtt_version: 3, peer_address: null };
  expect(events).toMatchObject([
    { ...refused, reason: 'no_matching_hook_found', ...coded(5), time: '2018-10-06T01:32:07.208Z' },
    { ...refused, reason: 'invalid_credentials', ...coded(4) },
    { ...refused, reason: 'plugin_chain_exhausted', ...coded(5) },
    { ...refused, reason: 'not_allowed', ...coded(5) },
    { event: 'publish_denied', client_id: 'sensor-042', username: 'alice', topic: 'plant/7', reason: 'not_authorized', reason_code: null },
  ]);
});

test.each([
  // file                     line  time
  ['otp-2.x-text.log', 1, '2026-11-20T22:20:57.566168Z'],
  ['otp-2.x-text.log', 105, '2026-11-20T22:21:55.047755Z'],
  ['otp-2.x.jsonl', 1, '2026-11-20T22:20:57.566168Z'],
  ['otp-2.0.1-text.log', 84, '2026-11-20T22:22:52.419124Z'],
  ['otp-2.2.0-text.log', 92, '2026-11-20T22:20:41.295964Z'],
  ['otp-2.x-tls.jsonl', 1, '2026-11-20T22:18:28.513871Z'],
  ['lager-1.x.log', 1, '2026-11-20T22:23:15.831Z'],
  ['lager-1.x.log', 84, '2026-11-20T22:24:08.559Z'],
  ['lager-1.x-other.log', 1, '2026-11-20T22:31:51.617Z'],
])('the event on %s:%d happened at %s', async (name, line, time) => {
  const events = await extract(...argumentsForSample(`${samples}/${name}`));
  expect(events.filter(({ source }) => source.line === line).map((event) => event.time)).toEqual([time]);
});

test('an event of text and the same event of JSON differ in their place only', async () => {
  const lines = linesOf(`${samples}/otp-2.x-text.log`);
  // Whether a crash report is a connection that came to nothing is open (PEER-PROXY-LOCAL).
  const told = (events: Event[]): Event[] => events.filter(({ source }) => !CRASH.test(lines[source.line - 1] ?? ''));
  const text = told(await extract(`${samples}/otp-2.x-text.log`));
  const json = told(await extract(`${samples}/otp-2.x.jsonl`));
  const plain = (events: Event[]): unknown[] =>
    events.map(({ source, reason, ...event }) => ({ ...event, line: source.line, reason: unwrapped(reason) }));
  expect(plain(json)).toEqual(plain(text));
});

describe.each(['otp-2.x-text.log', 'lager-1.x.log'])('%s tells the same when somebody wraps each line:', (name) => {
  const lines = readFileSync(join(root, samples, name), 'utf8')
    .split('\n')
    .slice(0, -1);
  const WRAPPINGS: readonly [string, (line: string, index: number) => string][] = [
    ['docker compose', (line) => `vernemq-1  | ${line}`],
    ['docker logs --timestamps', (line, index) => `2026-11-20T22:20:57.${String(index).padStart(9, '0')}Z ${line}`],
    ['kubectl logs --prefix', (line) => `[pod/vernemq-0/vernemq] ${line}`],
    ['journalctl', (line) => `Nov 20 23:26:59 host vernemq[123]: ${line}`],
    ['CRLF', (line) => `${line}\r`],
  ];

  test.each(WRAPPINGS)('%s', async (wrapping, wrap) => {
    const path = scratch.write(`${wrapping.replaceAll(' ', '-')}-${name}`, lines.map((line, index) => `${wrap(line, index)}\n`).join(''));
    const zone = argumentsForSample(name).slice(1);
    const wrapped = await extract(path, ...zone);
    const bare = await extract(...argumentsForSample(`${samples}/${name}`));
    const told = (events: Event[]): unknown[] => events.map(({ source, ...event }) => ({ ...event, line: source.line }));
    expect(told(wrapped)).toEqual(told(bare));
  });
});
