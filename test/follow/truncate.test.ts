/** The log is emptied in place and there is no copy. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { followed, lines, text } from './followed.ts';

test.each([
  ['smaller', 7],
  ['as large', 9],
  ['larger again', 30],
])('everything had been read; %s at the next look', async (_, last) => {
  const log = await followed();
  log.write(text(1, 4));
  await log.ring();
  fs.truncateSync(log.path);
  log.write(text(5, last === 9 ? 8 : last));
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual(lines(1, last === 9 ? 8 : last));
  expect(log.said).toEqual(['truncated console.log 0']);
});

test('what was seen to be there but was not read is counted', async () => {
  const log = await followed();
  log.write(text(1, 10_000));
  const { size } = fs.statSync(log.path);
  await log.ring(70_000);
  const read = Buffer.byteLength(text(1, log.seen.length));
  fs.truncateSync(log.path);
  log.write(text(20_001, 20_002));
  await log.ring();
  await log.ring();
  expect(log.seen.slice(-2)).toEqual(lines(20_001, 20_002));
  expect(log.said).toEqual([`truncated console.log ${size - read}`]);
});

test('half a line pending: the half is gone, nothing is garbled', async () => {
  const log = await followed();
  log.write(`${text(1, 3)}2026-11-20 half of a li`);
  await log.ring();
  fs.truncateSync(log.path);
  log.write(text(4, 6));
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual(lines(1, 6));
  expect(log.notices.of('truncated')).toHaveLength(1);
});

test('emptied while the program is stopped: said', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.save();
  log.kill();
  log.write(text(4, 5));
  fs.truncateSync(log.path);
  log.write(text(6, 7));
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual([...lines(1, 3), ...lines(6, 7)]);
  expect(log.notices.of('lost')).toHaveLength(1);
});

test('filled again with the same first line, and longer: told by the bytes before the position', async () => {
  const log = await followed();
  log.write(`started\n${text(1, 3)}`);
  await log.ring();
  fs.truncateSync(log.path);
  log.write(`started\n${text(4, 9)}`);
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual(['started', ...lines(1, 3), 'started', ...lines(4, 9)]);
});
