/**
 * The examples of the packs, run: each must come out as it says, counterexamples must come out as nothing, and no example may be taken by a
 * second pattern. Also the tests of the alerts.
 */
import { Alerts } from './alert/alerts.ts';
import type { DataPath, Problem } from './errors.ts';
import { bytesOf } from './extract/bytes.ts';
import { Framer, type Frame } from './extract/envelope.ts';
import { fits } from './extract/event.ts';
import { Reader } from './extract/reader.ts';
import { Clockwork, type Calendar } from './extract/timestamp.ts';
import type { Event } from './model.ts';
import type { Knowledge, Pattern } from './pack/compile.ts';
import type { AlertSource, ExampleSource, PackFile } from './pack/pack.ts';
import { SECOND } from './units.ts';
import { isoTime } from './utc.ts';

export interface Tally {
  readonly problems: readonly Problem[];
  /** How many checks were made. */
  readonly checks: number;
}

/** Local times of examples are UTC, and years are not guessed. */
export const EXAMPLE_CALENDAR: Calendar = { zone: { offsetsAt: () => [0] }, year: 2026, date: null, reference: 0 };

/** Runs everything the packs bring with them. */
export function runExamples(knowledge: Knowledge): Tally {
  const problems: Problem[] = [];
  let checks = 0;
  const check = (file: string, path: DataPath, code: Problem['code'], message: string | null, hint?: string) => {
    checks += 1;
    if (message !== null) problems.push({ code, file, path, message, ...(hint === undefined ? {} : { hint }) });
  };
  for (const pattern of knowledge.patterns) {
    pattern.source.examples.forEach((example, index) => {
      const path = [...pattern.path, 'examples', index];
      check(pattern.file, path, 'failed-example', exampleFault(knowledge, pattern, example));
      const other = collision(knowledge, pattern, example);
      check(
        pattern.file,
        path,
        'collision',
        other && `this example of ${pattern.id} is also taken by ${other}`,
        'make one of the two more exact',
      );
    });
    pattern.source.counterexamples?.forEach((example, index) => {
      const taken = eventsOf(knowledge, example.line).some((event) => event.pattern === pattern.id);
      const why = example.why === undefined ? '' : ` (${example.why})`;
      check(
        pattern.file,
        [...pattern.path, 'counterexamples', index],
        'failed-counterexample',
        taken ? `${pattern.id} takes what it should not${why}` : null,
      );
    });
  }
  for (const file of knowledge.sources) {
    for (const key of ['envelopes', 'wrappers'] as const) {
      file[key]?.forEach((item, place) => {
        item.examples?.forEach((line, index) => {
          const fault =
            key === 'envelopes' ? envelopeFault(knowledge, `${file.pack}/${item.id}`, line) : wrapperFault(knowledge, item.id, line);
          check(file.file, [key, place, 'examples', index], 'failed-example', fault);
        });
      });
    }
    file.alerts?.forEach((alert, place) => {
      alert.tests?.forEach((test, index) =>
        check(file.file, ['alerts', place, 'tests', index], 'failed-alert-test', alertFault(knowledge, file, alert, test)),
      );
    });
  }
  return { problems, checks };
}

/** All events of a text of one or more lines. */
export function eventsOf(knowledge: Knowledge, text: string): Event[] {
  const events: Event[] = [];
  const reader = new Reader(
    knowledge,
    { node: null, calendar: EXAMPLE_CALENDAR },
    { event: (event) => events.push(event), twin: () => undefined, burst: () => undefined },
  );
  reader.begin('');
  reader.push(bytesOf(toBytes(text)), 0);
  reader.end();
  return events;
}

function exampleFault(knowledge: Knowledge, pattern: Pattern, example: ExampleSource): string | null {
  const events = eventsOf(knowledge, example.line);
  if (pattern.source.event === 'none') {
    const first = events[0];
    if (first) return `${pattern.id} is no event, but ${first.pattern} takes its example`;
    return takers(knowledge, example.line).flat().includes(pattern.id) ? null : `${pattern.id} does not take its own example`;
  }
  const event = events.find((one) => one.pattern === pattern.id);
  if (!event) {
    const others = [...new Set(events.map((one) => one.pattern))];
    return `${pattern.id} does not take its own example${others.length > 0 ? `; ${others.join(', ')} does` : ''}`;
  }
  const expected = Number(example.expect?.['events'] ?? 1);
  if (events.length !== expected) return `${events.length} events come of the example instead of ${expected}`;
  for (const [field, value] of Object.entries(example.expect ?? {})) {
    if (field === 'events') continue;
    if (!(field in FIELDS)) return `${field} is no field of an event`;
    const got = FIELDS[field]!(event);
    if (got !== value) return `${field} is ${JSON.stringify(got)} instead of ${JSON.stringify(value)}`;
  }
  return null;
}

/** No record of an example may be taken by two patterns, unless one says that only the next line tells them apart. */
function collision(knowledge: Knowledge, pattern: Pattern, example: ExampleSource): string | null {
  const alternatives = new Set(knowledge.patterns.flatMap(({ repeatedAs }) => repeatedAs?.pattern ?? []));
  const contested = takers(knowledge, example.line).find((ids) => ids.filter((id) => !alternatives.has(id)).length > 1);
  return contested?.find((id) => id !== pattern.id) ?? null;
}

/** For each record of a text, every pattern whose regex takes it. */
function takers(knowledge: Knowledge, text: string): string[][] {
  const framer = new Framer(knowledge, new Clockwork(EXAMPLE_CALENDAR));
  const records: { frame: Frame; body: string; ids: string[] }[] = [];
  for (const line of toBytes(text).split('\n')) {
    const read = framer.read(line);
    const last = records.at(-1);
    if ('envelope' in read) records.push({ frame: read, body: read.body, ids: [] });
    else if (last?.ids.length === 0) last.body = `${last.body.trimEnd()} ${read.rest.trim()}`;
    const record = records.at(-1);
    if (record?.ids.length === 0)
      record.ids = knowledge.patterns.filter((one) => fits(one, record.frame) && one.regex.test(record.body)).map(({ id }) => id);
  }
  return records.map(({ ids }) => ids);
}

function envelopeFault(knowledge: Knowledge, id: string, line: string): string | null {
  const read = new Framer(knowledge, new Clockwork(EXAMPLE_CALENDAR)).read(toBytes(line));
  if (!('envelope' in read)) return `no envelope takes the example of ${id}`;
  return read.envelope.id === id ? null : `${read.envelope.id} takes the example of ${id}`;
}

function wrapperFault(knowledge: Knowledge, id: string, text: string): string | null {
  const wrapper = knowledge.wrappers.find((one) => one.regex.test(text));
  if (wrapper?.id !== id) return `${wrapper?.id ?? 'no wrapper'} takes the example of ${id}`;
  return wrapper.regex.exec(text)![0] === text ? null : `${id} takes only a part of its example`;
}

function alertFault(
  knowledge: Knowledge,
  file: PackFile,
  source: AlertSource,
  test: NonNullable<AlertSource['tests']>[number],
): string | null {
  const definition = knowledge.alerts.find(({ alert, pack }) => alert === source.alert && pack === file.pack);
  // Under another profile, or switched off, the test says nothing.
  if (definition?.raiseAbove !== source.raise_above) return null;
  const got: string[] = [];
  const alerts = new Alerts([{ ...definition, select: { events: ['test'], patterns: null, packet: null, direction: null, codes: null } }]);
  const tell = ({ change, at }: { change: string; at: number }) => {
    if (change !== 'leading_offender') got.push(`${change} ${at / SECOND}`);
  };
  for (const second of test.events) alerts.take(testEvent(second * SECOND), tell);
  alerts.advance(null, true, ((test.events.at(-1) ?? 0) + 86_400) * SECOND, tell);
  return got.join(', ') === test.changes.join(', ') ? null : `changes are [${got.join(', ')}] instead of [${test.changes.join(', ')}]`;
}

function testEvent(at: number): Event {
  return {
    time: at,
    timeDigits: 0,
    at,
    kind: 'test',
    pattern: 'test/test',
    level: null,
    node: null,
    clientId: null,
    clientIdHex: null,
    mountpoint: null,
    username: null,
    peerAddress: null,
    peerPort: null,
    topic: null,
    mqttVersion: null,
    packet: null,
    direction: null,
    reason: null,
    reasonCode: null,
    reasonName: null,
    reasonCodeFrom: null,
    cause: null,
    count: 1,
    place: { file: '', line: 1, offset: 0 },
  };
}

/** The keys of an event as `extract` writes them; times as logged are compared in UTC. */
export const FIELDS: Readonly<Record<string, (event: Event) => string | number | null>> = {
  event: (event) => event.kind,
  pattern: (event) => event.pattern,
  time: (event) => (event.time === null ? null : isoTime(event.time, event.timeDigits)),
  level: (event) => event.level,
  client_id: (event) => event.clientId,
  client_id_hex: (event) => event.clientIdHex,
  mountpoint: (event) => event.mountpoint,
  username: (event) => event.username,
  peer_address: (event) => event.peerAddress,
  peer_port: (event) => event.peerPort,
  topic: (event) => event.topic,
  mqtt_version: (event) => event.mqttVersion,
  packet: (event) => event.packet,
  direction: (event) => event.direction,
  reason: (event) => event.reason,
  reason_code: (event) => event.reasonCode,
  reason_name: (event) => event.reasonName,
  reason_code_from: (event) => event.reasonCodeFrom,
  cause: (event) => event.cause,
  count: (event) => event.count,
};

/** Examples are YAML text; logs are bytes, one character each. */
function toBytes(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}
