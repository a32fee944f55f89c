/** The program ends between any two calls and goes on from what was saved. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { followed, lines, text, type Followed } from './followed.ts';

const misfortunes: [string, (log: Followed) => void][] = [
  ['nothing', () => undefined],
  ['a rename', (log) => log.rotate()],
  [
    'a rename and compression',
    (log) => {
      log.rotate();
      log.gzip('console.log.0');
    },
  ],
  [
    'three renames',
    (log) => {
      for (const n of [6, 7, 8]) {
        log.rotate();
        log.write(text(n, n));
      }
    },
  ],
  [
    'copytruncate',
    (log) => {
      fs.copyFileSync(log.path, log.at('console.log.0'));
      fs.truncateSync(log.path);
    },
  ],
];
test.each(misfortunes)('killed before any call after %s', async (_, happen) => {
  for (let call = 0; ; call += 1) {
    const log = await followed();
    log.write(text(1, 3));
    await log.ring();
    log.save();
    log.write(text(4, 5));
    happen(log);
    log.write(text(9, 10));
    const killed = await log.killedAt(call);
    await log.ring();
    await log.ring();
    expect(log.seen, `call ${call}`).toEqual(lines(1, 10).filter((line) => fileHolds(log, line)));
    if (!killed) return;
  }
});

function fileHolds(log: Followed, line: string): boolean {
  return !/ [678]$/.test(line) || fs.existsSync(log.at('console.log.2'));
}

test.each([1, 3, 5])('stopped while %i rotations pass', async (rotations) => {
  const log = await followed();
  log.write(text(1, 5));
  await log.ring();
  log.save();
  log.kill();
  for (let n = 1; n <= rotations; n += 1) {
    log.write(text(10 * n - 4, 10 * n));
    log.rotate(8);
    log.write(text(10 * n + 1, 10 * n + 5));
  }
  await log.ring();
  expect(log.seen).toEqual(lines(1, 10 * rotations + 5));
});

test('stopped for longer than the archives reach: what is there is read, the rest said to be lost', async () => {
  const log = await followed();
  log.write(text(1, 5));
  await log.ring();
  log.save();
  log.kill();
  for (let n = 1; n <= 6; n += 1) {
    log.rotate(3);
    log.write(text(10 * n, 10 * n));
  }
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual([...lines(1, 5), ...[30, 40, 50, 60].flatMap((n) => lines(n, n))]);
  expect(log.said).toEqual(['lost console.log 0']);
});

test('a position remembers no more generations than it must', async () => {
  const log = await followed();
  for (let n = 1; n <= 100; n += 1) {
    log.write(text(n, n));
    await log.ring();
    log.rotate(3);
    await log.wait(6_000);
  }
  expect(log.save().generations.length).toBeLessThanOrEqual(64);
  expect(log.seen).toEqual(lines(1, 100));
});

test('descriptors are bounded, however many generations there are to read', async () => {
  const log = await followed();
  log.write(text(1, 1));
  await log.ring();
  log.save();
  log.kill();
  for (let n = 2; n <= 60; n += 1) {
    log.rotate(70);
    log.write(text(n, n));
  }
  let most = 0;
  log.disk.seam = () => void (most = Math.max(most, log.disk.descriptors));
  for (let pass = 0; pass < 10; pass += 1) await log.ring();
  expect(log.seen).toEqual(lines(1, 60));
  expect(most).toBeLessThanOrEqual(17);
});
