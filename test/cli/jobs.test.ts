/** The built program with threads: the result is that of one, byte for byte. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linesOf, Truth, write, type Corpus } from '../../bench/corpus.ts';
import { vernewatch } from '../helpers/cli.ts';

/** Enough for threads to be worth it. */
const BYTES = 26e6;
const BUSY: Corpus = { envelope: 'otp-text', events: 0.02, nearMisses: 0.02, clients: 300 };
const directory = mkdtempSync(join(tmpdir(), 'vernewatch-jobs-'));
const log = (name: string) => join(directory, name);

beforeAll(() => {
  const text = linesOf(BUSY, new Truth());
  write(log('console.log'), text, BYTES);
  for (const age of ['2', '1', '0']) {
    write(log(`packed.log.${age}`), text, BYTES / 2);
    execFileSync('gzip', ['-1', log(`packed.log.${age}`)]);
  }
  write(log('lager.log'), linesOf({ ...BUSY, envelope: 'lager-file' }, new Truth()), BYTES);
  // What only an earlier line explains, far behind in a log that looked simple.
  writeFileSync(log('mixed.log'), readFileSync(log('console.log')));
  for (let n = 0; n < 20; n += 1)
    appendFileSync(
      log('mixed.log'),
      `Nov 20 23:26:${10 + n} broker VerneMQ[2953] <0.297.0> - can't authenticate client {[],<<"late">>} from 10.0.0.1:50${n} due to invalid_credentials\n`,
    );
  mkdirSync(log('pair'));
  write(join(log('pair'), 'console.log'), linesOf(BUSY, new Truth()), BYTES);
  write(join(log('pair'), 'error.log'), linesOf({ ...BUSY, events: 0.01 }, new Truth()), BYTES);
});
afterAll(() => rmSync(directory, { recursive: true }));

test.each([
  ['one plain file', 'console.log', []],
  ['packed generations', 'packed.log*', []],
  ['local times', 'lager.log', ['--timezone', 'Europe/Berlin']],
  ['a log that changes its envelope', 'mixed.log', []],
  ['two logs of a directory', 'pair', []],
])('%s: the same with any number of threads', async (_, name, options) => {
  const run = (jobs: number) => vernewatch(['analyze', '--exit-zero', '--format', 'json', '--jobs', String(jobs), ...options, log(name)]);
  const alone = await run(1);
  expect(alone.code).toBe(0);
  expect(alone.stdout).toContain('"alert": "vernemq_mqtt_connack_sent_reason_unsuccessful"');
  for (const jobs of [2, 3]) expect((await run(jobs)).stdout === alone.stdout, `${jobs} threads`).toBe(true);
});

test('events come in the same order, too', async () => {
  const run = (jobs: number) => vernewatch(['extract', '--jobs', String(jobs), log('console.log')]);
  expect((await run(3)).stdout === (await run(1)).stdout).toBe(true);
});

test.each(['0', 'many', '-1', '1.5'])('--jobs %s is refused', async (jobs) => {
  const { code, stderr } = await vernewatch(['analyze', '--jobs', jobs, log('console.log')]);
  expect(code).toBe(2);
  expect(stderr).toContain('write a number of threads, such as 1 or 4.');
});
