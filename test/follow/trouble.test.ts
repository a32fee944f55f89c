/** The system refuses something: said, tried again, nothing lost. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { systemError, type Operation } from './disk.ts';
import { followed, lines, text } from './followed.ts';

test('missing at the start, then there', async () => {
  const log = await followed({ from: 'end' });
  expect(await log.ring()).toBe(true);
  log.write(text(1, 2));
  await log.ring();
  expect(log.seen).toEqual(lines(1, 2));
  expect(log.said).toEqual(['missing console.log', 'appeared console.log']);
});

test('its directory is missing at the start', async () => {
  const log = await followed({ name: 'logs/console.log', from: 'end' });
  await log.ring();
  fs.mkdirSync(log.directory);
  log.write(text(1, 2));
  await log.ring();
  expect(log.seen).toEqual(lines(1, 2));
});

const refusals: [Operation, string, number][] = [
  ['open', 'EACCES', -13],
  ['open', 'EMFILE', -24],
  ['stat', 'EACCES', -13],
  ['readdir', 'EMFILE', -24],
  ['read', 'EIO', -5],
  ['fstat', 'EIO', -5],
];
test.each(refusals)('%s answers %s for a while', async (refused, code, errno) => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.write(text(3, 4));
  log.rotate();
  log.write(text(5, 6));
  log.disk.seam = (operation) => {
    if (operation === refused) throw systemError(code, errno, operation);
  };
  expect(await log.ring()).toBe(false);
  expect(await log.ring()).toBe(false);
  log.disk.seam = () => undefined;
  await log.ring();
  expect(log.seen).toEqual(lines(1, 6));
  expect(log.notices.of('unreadable').every(([, , told]) => told === code)).toBe(true);
  expect(log.notices.of('recovered').length).toBeGreaterThan(0);
  expect(log.notices.of('lost', 'truncated')).toEqual([]);
});

test('an error at any single call', async () => {
  for (let moment = 0; ; moment += 1) {
    const log = await followed();
    log.write(text(1, 2));
    await log.ring();
    log.write(text(3, 4));
    log.rotate();
    log.gzip('console.log.0');
    log.write(text(5, 6));
    let calls = 0;
    log.disk.seam = (operation) => {
      calls += 1;
      if (calls === moment && operation !== 'close') throw systemError('EIO', -5, operation);
    };
    await log.ring();
    const came = calls >= moment;
    log.disk.seam = () => undefined;
    await log.ring();
    await log.wait(6_000);
    expect([...log.seen].sort(), `call ${moment}`).toEqual(lines(1, 6));
    if (!came) return;
  }
});

test('no permission at the start: begun where the log ends when it can be looked at', async () => {
  const log = await followed({ from: 'end' });
  log.write(text(1, 2));
  log.disk.seam = (operation) => {
    if (operation === 'open') throw systemError('EACCES', -13, operation);
  };
  await log.ring();
  log.disk.seam = () => undefined;
  await log.ring();
  log.write(text(3, 4));
  await log.ring();
  expect(log.seen).toEqual(lines(3, 4));
});
