/** Where a follower begins that has no position. */
import { expect, test } from 'vitest';
import { followed, lines, text } from './followed.ts';
import type { Beginning } from '../../src/sources/follow.ts';

test.each<[string, Beginning, string[]]>([
  ['at the end', 'end', lines(9, 12)],
  ['at the start of the live file', 'start', lines(7, 12)],
])('%s; what was set aside before stays unread', async (_, from, expected) => {
  const log = await followed({ from });
  log.write(text(1, 3));
  log.rotate();
  log.gzip('console.log.0');
  log.write(text(4, 6));
  log.rotate();
  log.write(text(7, 8));
  await log.ring();
  log.save();
  log.kill();
  log.write(text(9, 10));
  log.rotate();
  log.write(text(11, 12));
  await log.ring();
  await log.wait(11_000);
  expect(log.seen).toEqual(expected);
  expect(log.notices.of('lost', 'truncated')).toEqual([]);
});

test('at the end, in the middle of a line: with that line', async () => {
  const log = await followed({ from: 'end' });
  log.write(`${text(1, 3)}2026-11-20 ha`);
  await log.ring();
  log.write('lf\n');
  await log.ring();
  expect(log.seen).toEqual(['2026-11-20 half']);
  expect(log.blocks[0]!.line).toBe(4);
});

test('at a line of an older file, with all that came after', async () => {
  const log = await followed();
  log.write(text(1, 3));
  log.rotate();
  log.write(text(4, 6));
  log.rotate();
  log.write(text(7, 8));
  log.rotate();
  log.write(text(9, 10));
  const begun = await followed({ from: { file: log.at('console.log.1'), offset: Buffer.byteLength(text(4, 4)) } });
  Object.assign(begun, { path: log.path, directory: log.directory });
  await begun.ring();
  expect(begun.seen).toEqual(lines(5, 10));
  expect(begun.blocks[0]!.line).toBe(2);
});

test('a late line of the file that was set aside last is read', async () => {
  const log = await followed({ from: 'end' });
  log.write(text(1, 3));
  log.rename('console.log', 'console.log.0');
  log.keepWriter('old');
  log.write(text(5, 5));
  await log.ring();
  log.write(text(4, 4), 'old');
  await log.ring();
  expect(log.seen).toEqual(lines(4, 4));
});
