/** Several logs: nodes stand alone, logs of one node add up. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { nodeOfLive } from '../../src/commands/shared/node.ts';
import { loadConfig } from '../../src/config/config.ts';
import { liveLogs } from '../../src/sources/live-logs.ts';
import { clock, otp, refused } from '../helpers/lines.ts';
import { lived, range, refusals, type Lived } from './lived.ts';

test('two nodes: three and three raise nothing', async () => {
  const life = lived([
    { path: 'a/console.log', node: 'a' },
    { path: 'b/console.log', node: 'b' },
  ]);
  life.refuse([0, 1, 2], { name: 'a/console.log' });
  life.refuse([3, 4, 5], { name: 'b/console.log' });
  await life.turn();
  await life.wait(3);
  expect(life.changes).toEqual([]);
  life.refuse([6, 7, 8], { name: 'b/console.log' });
  await life.turn();
  expect(life.changes).toEqual(['raised 8 b']);
});

test('two nodes: each clears by itself, and one that is away says nothing of the other', async () => {
  const life = lived([
    { path: 'a/console.log', node: 'a' },
    { path: 'b/console.log', node: 'b' },
  ]);
  for (const name of ['a/console.log', 'b/console.log']) life.refuse(range(0, 5), { name });
  await life.turn();
  fs.unlinkSync(life.log('a/console.log').path);
  await life.waitInSteps(70);
  expect(life.changes).toEqual(['raised 5 a', 'raised 5 b', 'lost_sight 5 a', 'cleared 65 b']);
});

test('two logs of one node add up', async () => {
  const life = twoLogs();
  life.refuse([0, 1, 2]);
  life.refuse([3, 4, 5], { name: 'error.log' });
  await life.turn();
  // Nothing older can come from the other one after so long.
  await life.wait(8);
  expect(life.changes).toEqual(['raised 5 broker']);
});

test('the same line in both is counted once, and one that stands twice in each, twice', async () => {
  const life = twoLogs();
  const line = otp(clock(0), refused('pump-7'), { level: 'error' });
  for (const name of ['console.log', 'error.log']) life.write(line.repeat(2) + refusals([1, 2, 3, 4]), name);
  await life.turn();
  await life.wait(3);
  expect(life.told.map(({ change, alert }) => [change, alert.events])).toEqual([['raised', 6]]);
});

test('the same line in both, a restart between the two', async () => {
  const life = twoLogs();
  life.refuse([0, 1, 2, 3, 4]);
  life.write('', 'error.log');
  await life.turn();
  await life.wait(1);
  life.kill();
  life.refuse([0, 1, 2, 3, 4], { name: 'error.log' });
  await life.turn();
  await life.wait(3);
  await life.wait(3);
  expect(life.changes).toEqual([]);
  life.refuse([7]);
  await life.turn();
  await life.wait(3);
  expect(life.changes).toEqual(['raised 7 broker']);
});

test('one that never was there holds up nobody', async () => {
  const life = twoLogs();
  life.refuse(range(0, 5));
  await life.turn();
  expect(life.changes).toEqual(['raised 5 broker']);
  await life.wait(63);
  expect(life.changes).toEqual(['raised 5 broker', 'cleared 65 broker']);
});

test('one that went away holds up the other for no longer than a minute, and then nothing clears', async () => {
  const life = twoLogs();
  life.write(otp(clock(0), 'hello', { level: 'info' }), 'error.log');
  await life.turn();
  fs.unlinkSync(life.log('error.log').path);
  life.refuse(range(1, 6));
  await life.waitInSteps(50);
  expect(life.changes).toEqual([]);
  await life.waitInSteps(20);
  expect(life.changes).toEqual(['raised 6 broker']);
  await life.waitInSteps(300);
  expect(life.changes).toEqual(['raised 6 broker']);
});

test('a log that appears is read from its beginning, and what is known already is left alone', async () => {
  const life = lived([{ path: 'a/console.log', node: 'a' }]);
  life.refuse([0, 1, 2], { name: 'a/console.log' });
  await life.turn();
  life.refuse(range(0, 5), { name: 'b/console.log' });
  const { logs } = life.watching([
    { path: 'a/console.log', node: 'a' },
    { path: 'b/console.log', node: 'b' },
  ]);
  await life.live.follow(logs);
  await life.live.follow(logs);
  await life.turn();
  life.refuse([3, 4, 5], { name: 'a/console.log' });
  await life.turn();
  expect(life.changes).toEqual(['raised 5 b', 'raised 5 a']);
});

test('a glob stands for live files, each named by what the wildcards stand for', async () => {
  const life = lived();
  for (const name of ['a/console.log', 'b/console.log', 'b/console.log.0', 'b/console.log.1.gz', 'c/other.log']) life.write('', name);
  const glob = join(life.directory, '*/console.log');
  const found = await liveLogs(glob);
  expect(found).toEqual([life.log('a/console.log').path, life.log('b/console.log').path]);
  expect(found.map((path) => nodeOfLive({ path: glob, node: null }, path))).toEqual(['a', 'b']);
  expect(found.map((path) => nodeOfLive({ path: glob, node: 'all' }, path))).toEqual(['all', 'all']);
});

test('a path without a glob has the name that it was given, or none', async () => {
  const { logs } = await loadConfig({});
  expect(logs.map((log) => nodeOfLive(log, log.path))).toEqual([null]);
});

function twoLogs(): Lived {
  return lived([
    { path: 'console.log', node: 'broker' },
    { path: 'error.log', node: 'broker' },
  ]);
}
