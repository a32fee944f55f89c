/**
 * Logs of real brokers against what their clients did.
 *
 * `fixtures/real` holds what VerneMQ 1.13.0 and 2.2.0 wrote while real clients connected, and a truth file for each log with every packet that
 * each client sent and got. Every event must be somebody's action, and every action that the broker logs must be exactly one event.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { argumentsFor, denials, faults, recording, refusals, type Recording } from './actions.ts';
import { brief, compare, extract, extractRun, KEYS, linesOf, prefetch, root } from './truth.ts';

const recordings = (['1.13.0', '2.2.0'] as const).flatMap((version) =>
  readdirSync(join(root, 'fixtures/real', version))
    .filter((name) => name.endsWith('.log'))
    .sort()
    .map((name) => recording(version, name.slice(0, -'.log'.length))),
);
const cases = recordings.map((log): [string, Recording] => [log.path, log]);

beforeAll(() => prefetch(recordings.map(argumentsFor)), 300_000);

const DENIALS = ['publish_denied', 'subscribe_denied'];

describe('each refused CONNECT that the broker logs is one connack_refused with the code that the client got', () => {
  test.each(cases)('%s', async (_, log) => {
    const events = await extract(...argumentsFor(log));
    const { came, wanted } = compare(
      events.filter(({ event }) => event === 'connack_refused'),
      refusals(log),
    );
    expect(came).toEqual(wanted);
  });
});

describe('each denied PUBLISH and SUBSCRIBE that the broker logs is one event, and a refused last will is none', () => {
  test.each(cases)('%s', async (_, log) => {
    const events = await extract(...argumentsFor(log));
    const { came, wanted } = compare(
      events.filter(({ event }) => DENIALS.includes(event)),
      denials(log),
    );
    expect(came).toEqual(wanted);
  });
});

describe('each other fault is one event, whatever the number of its lines', () => {
  test.each(cases)('%s', async (_, log) => {
    const events = await extract(...argumentsFor(log));
    const { came, wanted } = compare(
      events.filter(({ event }) => event !== 'connack_refused' && !DENIALS.includes(event)),
      faults(log),
    );
    expect(came).toEqual(wanted);
  });
});

describe('nobody who behaved is named', () => {
  test.each(cases)('%s', async (_, log) => {
    const wanted = [...refusals(log), ...denials(log), ...faults(log)];
    const guilty = (id: string): boolean =>
      wanted.some((want) => (want.isClient === undefined ? want.client_id === id : want.isClient(id)));
    const events = await extract(...argumentsFor(log));
    expect(events.filter(({ client_id }) => client_id !== null && !guilty(client_id)).map(brief)).toEqual([]);
  });
});

describe('each line of extract has every key of the contract, and points to the line it came from', () => {
  test.each(cases)('%s', async (_, log) => {
    const bytes = readFileSync(join(root, log.path));
    const lines = linesOf(log.path);
    for (const event of await extract(...argumentsFor(log))) {
      expect(Object.keys(event).sort()).toEqual(KEYS);
      expect(event.v).toBe(1);
      expect(event.node).toBeNull();
      expect(event.pattern).toMatch(/^[^/\s]+\/[^/\s]+$/);
      const { file, line, offset } = event.source;
      expect(file).toBe(log.path);
      expect(offset).toBe(Buffer.byteLength(lines.slice(0, line - 1).join('\n')) + (line > 1 ? 1 : 0));
      expect(offset === 0 || bytes[offset - 1] === 0x0a).toBe(true);
      const text = lines[line - 1] ?? '';
      expect({ at: brief(event), time: event.time }).toEqual({ at: brief(event), time: timeOn(text) });
      expect(event.level).toBe(levelOn(text));
    }
  });
});

describe('the reason is a word of the log', () => {
  test.each(cases)('%s', async (_, log) => {
    const lines = linesOf(log.path);
    for (const event of await extract(...argumentsFor(log))) {
      if (event.reason === null) continue;
      // In 1.x the record goes on in the next line; in JSON quotes are escaped.
      const text = lines
        .slice(event.source.line - 1, event.source.line + 1)
        .join('\n')
        .replaceAll('\\"', '"');
      expect(text, brief(event)).toContain(event.reason);
    }
  });
});

describe('passwords and payloads of the log are in no output', () => {
  test.each(cases)('%s', async (_, log) => {
    const { stdout, stderr } = await extractRun(argumentsFor(log));
    // A will's payload, what 2.x leaves of a password, frames, raw packets.
    for (const secret of [
      '"dead"',
      '<<"dead',
      '<<"gone',
      '"gone"',
      'encrypted',
      '<<"x">>',
      '<<"y">>',
      ',60,<<',
      'GET /',
      'SSH-2.0',
      '<<48,',
    ]) {
      const spelled = [secret, JSON.stringify(secret).slice(1, -1)];
      expect(spelled.filter((text) => stdout.includes(text) || stderr.includes(text))).toEqual([]);
    }
  });

  test.each(cases.filter(([path]) => path.includes('unexpected-packets')))(
    'the second CONNECT of %s stays out, even its client id',
    async (_, log) => {
      expect((await extractRun(argumentsFor(log))).stdout).not.toContain('again');
    },
  );
});

test('a log of clients that behave has no events', async () => {
  for (const log of recordings.filter(({ name }) => name === 'healthy')) expect(await extract(...argumentsFor(log))).toEqual([]);
});

test('the recordings hold as many refusals as their truth files count', () => {
  // A check of these tests rather than of the program: a wrong rule in `actions.ts` must not pass as agreement.
  const unlogged = new Map([
    ['client-id-empty', 3],
    ['mountpoint', 1],
  ]);
  for (const log of recordings) {
    const counted = Object.values(log.truth.summary.unsuccessfulConnacksPerUtcMinute).reduce((sum, { total }) => sum + total, 0);
    const byHand = log.name === 'malformed' ? 1 : 0;
    const expected = counted - (unlogged.get(log.name) ?? 0) + byHand;
    expect({ log: log.path, refused: refusals(log).length }).toEqual({ log: log.path, refused: expected });
  }
});

/** The time printed on a line, in UTC and as precise; these brokers ran in UTC. */
function timeOn(line: string): string | null {
  const lager = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) /.exec(line);
  if (lager !== null) return `${lager[1] ?? ''}T${lager[2] ?? ''}Z`;
  const otp = /^(\S+)\+00:00 /.exec(line);
  if (otp !== null) return `${otp[1] ?? ''}Z`;
  const us = BigInt((JSON.parse(line) as { time: number }).time);
  const seconds = new Date(Number(us / 1_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(us % 1_000_000n).padStart(6, '0')}Z`;
}

function levelOn(line: string): string | undefined {
  return line.startsWith('{') ? (JSON.parse(line) as { level: string }).level : /\[(\w+)\]/.exec(line)?.[1];
}
