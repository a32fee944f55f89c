/** The log, or its directory, is taken away. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { followed, lines, text } from './followed.ts';

test('deleted and created anew: the deleted one is read to its end', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.write(text(4, 5));
  fs.unlinkSync(log.path);
  log.reopen();
  log.write(text(6, 7));
  await log.ring();
  expect(log.seen).toEqual(lines(1, 7));
  expect(log.said).toEqual(['removed console.log']);
});

test('deleted and created anew while stopped, with the same inode number: a loss that is said', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.save();
  log.kill();
  log.write(text(4, 5));
  fs.unlinkSync(log.path);
  log.reopen();
  log.write(text(6, 20));
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual([...lines(1, 3), ...lines(6, 20)]);
  expect(log.notices.of('lost')).toHaveLength(1);
});

test('what was read to its end and set aside long ago may go without a word', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.rotate();
  log.write(text(4, 5));
  await log.wait(6_000);
  await log.wait(6_000);
  log.save();
  log.kill();
  fs.unlinkSync(log.at('console.log.0'));
  await log.ring();
  await log.wait(11_000);
  expect(log.seen).toEqual(lines(1, 5));
  expect(log.said).toEqual(['rotated console.log.0']);
});

test('the directory goes and comes back', async () => {
  const log = await followed({ name: 'logs/console.log' });
  fs.mkdirSync(log.directory);
  log.write(text(1, 2));
  await log.ring();
  log.write(text(3, 3));
  fs.rmSync(log.directory, { recursive: true });
  log.reopen();
  await log.ring();
  await log.wait(11_000);
  fs.mkdirSync(log.directory);
  log.write(text(4, 5));
  await log.ring();
  expect(log.seen).toEqual(lines(1, 5));
  expect(log.said).toEqual(['removed console.log', 'missing console.log', 'appeared console.log']);
});
