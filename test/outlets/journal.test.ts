/** A line for each change and each notice: valid, flat, and one line whatever a client calls itself. */
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Change } from '../../src/core/model.ts';
import type { Notice } from '../../src/notices.ts';
import { Journal, type JournalOptions } from '../../src/outlets/journal.ts';
import { Lines } from '../../src/outlets/lines.ts';
import { outcomeOf } from '../helpers/engine.ts';
import { clock, otp, refused } from '../helpers/lines.ts';

const [raised] = outcomeOf([[0, 1, 2, 3, 4, 5].map((at) => otp(clock(at), refused('pump-7'))).join('')]).changes;
const HOSTILE = [
  '\n{"change":"cleared"}',
  '\r\n<0>',
  '\x1b[2J',
  '\u2028',
  '\u2029',
  '\u202e',
  '\0',
  '\ud800',
  '\udc00',
  '\x7f\x9b31m',
  '\u0085',
  '"\\',
];
const notice: Notice = { level: 'warn', notice: 'lost', message: 'gone', about: 'console.log', amount: 7, times: 1 };

function called(clientId: string): Change {
  const { alert } = raised!;
  return {
    ...raised!,
    alert: { ...alert, node: clientId, offenders: alert.offenders.map((offender) => ({ ...offender, clientId, usernames: [clientId] })) },
  };
}

async function written(act: (journal: Journal) => void, options: Partial<JournalOptions> = {}): Promise<string> {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const lines = new Lines(stream, { left: () => undefined, dropped: () => undefined });
  const text = { width: 1_000, color: false, notes: () => null };
  act(new Journal({ lines, remarks: lines, quiet: false, format: 'json', priorities: false, text, ...options }));
  await lines.flush(10_000);
  return Buffer.concat(chunks).toString();
}

test('a change: the alert of the contract, flat in the line', async () => {
  const line = JSON.parse(await written((journal) => journal.change(raised!, () => undefined))) as Record<string, unknown>;
  expect(Object.keys(line).sort()).toEqual(
    [
      ...['level', 'time', 'msg', 'change', 'alert', 'node', 'severity', 'raised_at', 'cleared_at', 'events', 'unattributed'],
      ...['lower_bound', 'clients', 'peak', 'verdict', 'offenders'],
    ].sort(),
  );
  expect(line).toMatchObject({ level: 'warn', change: 'raised', raised_at: '2026-11-20T22:00:05.000Z', cleared_at: null, events: 6 });
});

test('a notice has no change', async () => {
  const out = await written((journal) => {
    journal.notice(notice);
    journal.notice({ ...notice, times: 3 });
  });
  const [first, second] = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(first).toEqual({ level: 'warn', time: first!['time'], notice: 'lost', about: 'console.log', amount: 7, msg: 'gone' });
  expect(second).toMatchObject({ times: 3 });
});

test.each(HOSTILE)('a client called %j makes no second line and breaks nothing', async (name) => {
  const out = await written((journal) => {
    journal.change(called(name), () => undefined);
    journal.notice({ ...notice, message: name, about: name });
  });
  const lines = out.split('\n');
  expect(lines).toHaveLength(3);
  expect(out).toMatch(/^[^\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]*$/);
  const { offenders } = JSON.parse(lines[0]!) as { offenders: { client_id: string }[] };
  expect(offenders[0]!.client_id).toBe(name);
  expect(JSON.parse(lines[1]!)).toMatchObject({ msg: Buffer.from(name).toString() });
});

test.each(HOSTILE)('as text, with priorities, a client called %j begins no line of its own', async (name) => {
  const plain = await written((journal) => journal.change(called(name), () => undefined), { format: 'text' });
  const out = await written((journal) => journal.change(called(name), () => undefined), { format: 'text', priorities: true });
  expect(out.split(/[\n\r\u2028\u2029\u0085]/).filter((line) => line !== '' && !line.startsWith('<4>'))).toEqual([]);
  expect(out.replaceAll(/^<4>/gm, '')).toBe(plain);
  expect(out).toMatch(/^[^\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e]*$/);
  expect(plain.split('\n').length).toBe(
    (await written((journal) => journal.change(called('pump-7'), () => undefined), { format: 'text' })).split('\n').length,
  );
});

test.each([
  ['info', 6],
  ['notice', 5],
  ['warn', 4],
  ['error', 3],
] as const)('%s has the priority %i', async (level, priority) => {
  expect(await written((journal) => journal.notice({ ...notice, level }), { priorities: true })).toMatch(
    new RegExp(`^<${priority}>\\{.*\\}\n$`),
  );
});

test('critical alerts have the priority 2', async () => {
  const { alert } = raised!;
  const critical: Change = { ...raised!, alert: { ...alert, definition: { ...alert.definition, severity: 'critical' } } };
  expect(await written((journal) => journal.change(critical, () => undefined), { priorities: true })).toMatch(/^<2>/);
});

test('quiet: what is only good to know is left out', async () => {
  const out = await written(
    (journal) => {
      for (const level of ['info', 'notice', 'warn', 'error'] as const) journal.notice({ ...notice, level });
    },
    { quiet: true },
  );
  expect(
    out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { level: string }).level),
  ).toEqual(['warn', 'error']);
});

test('each change is done by itself', async () => {
  const done: number[] = [];
  await written((journal) => {
    journal.change(raised!, () => done.push(1));
    journal.notice(notice);
    journal.change(raised!, () => done.push(2));
  });
  expect(done).toEqual([1, 2]);
});
