/** OTP with compress_on_rotate: renamed, compressed, removed, and a new log with the inode number of the old one. */
import * as fs from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { packedBy } from '../sources/material.ts';
import { followed, lines, text } from './followed.ts';

test('compressed away between two looks', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.write(text(4, 5));
  log.rotate();
  log.gzip('console.log.0');
  log.write(text(6, 7));
  await log.ring();
  await log.wait(6_000);
  expect(log.seen).toEqual(lines(1, 7));
  expect(log.said).toEqual(['rotated console.log.0.gz']);
});

test('compressed away amid a look: it is not said to be removed', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.write(text(4, 5));
  let looks = 0;
  log.disk.seam = (operation, path) => {
    // The names are known by now, the live file is about to be met.
    if (operation !== 'stat' || path !== log.path || (looks += 1) !== 2) return;
    log.rotate();
    log.gzip('console.log.0');
    log.write(text(6, 7));
  };
  await log.ring();
  await log.wait(6_000);
  expect(log.seen).toEqual(lines(1, 7));
  expect(log.said).toEqual(['rotated console.log.0.gz']);
});

test.each([1, 3, 5])('compressed away %i times while the program is stopped, the same inode number again', async (rotations) => {
  const log = await followed();
  log.write(text(1, 5));
  await log.ring();
  log.save();
  log.kill();
  for (let n = 1; n <= rotations; n += 1) {
    log.write(text(10 * n - 4, 10 * n));
    log.rotate(8);
    log.gzip('console.log.0');
    log.write(text(10 * n + 1, 10 * n + 5));
  }
  await log.ring();
  expect(log.seen).toEqual(lines(1, 10 * rotations + 5));
});

test.each([0, 10, 200])('an archive of which %i bytes are written is waited for', async (written) => {
  const log = await followed();
  log.write(text(1, 500));
  await log.ring(1_000);
  log.save();
  log.kill();
  const packed = gzipSync(fs.readFileSync(log.path));
  fs.unlinkSync(log.path);
  log.reopen();
  fs.writeFileSync(log.at('console.log.0.gz'), packed.subarray(0, written));
  log.write(text(501, 502));
  for (let look = 0; look < 4; look += 1) expect(await log.ring()).toBe(true);
  fs.writeFileSync(log.at('console.log.0.gz'), packed);
  await log.ring();
  expect([...log.seen].sort()).toEqual(lines(1, 502).sort());
  expect(log.said).toEqual([]);
});

test('an archive that never becomes whole: after 10 s what it should hold is said to be lost', async () => {
  const log = await followed();
  log.write(text(1, 500));
  await log.ring(1_000);
  log.save();
  log.kill();
  fs.writeFileSync(log.at('console.log.0.gz'), gzipSync(fs.readFileSync(log.path)).subarray(0, 100));
  fs.unlinkSync(log.path);
  log.reopen();
  await log.ring();
  await log.wait(9_000);
  expect(log.notices.of('lost')).toEqual([]);
  await log.wait(2_000);
  expect(log.notices.of('lost')).toHaveLength(1);
});

test('the plain file is read while its archive stands beside it', async () => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.save();
  log.kill();
  log.write(text(3, 4));
  log.rotate();
  fs.writeFileSync(log.at('console.log.0.gz'), 'not yet an archive');
  log.write(text(5, 6));
  const opened: string[] = [];
  log.disk.seam = (operation, path) => {
    if (operation === 'open') opened.push(path);
  };
  await log.ring();
  expect(log.seen).toEqual(lines(1, 6));
  expect(opened).not.toContain(log.at('console.log.0.gz'));
});

test('all archives are packed, or unpacked, at once: nothing is read again', async () => {
  const log = await followed();
  for (let n = 1; n < 30; n += 10) {
    log.write(text(n, n + 9));
    await log.ring();
    log.rotate();
  }
  log.write(text(31, 40));
  await log.wait(6_000);
  await log.wait(6_000);
  for (const age of [0, 1, 2]) log.gzip(`console.log.${age}`);
  await log.wait(11_000);
  for (const age of [0, 1, 2]) {
    fs.writeFileSync(log.at(`console.log.${age}`), text(10 * (2 - age) + 1, 10 * (2 - age) + 10));
    fs.unlinkSync(log.at(`console.log.${age}.gz`));
  }
  await log.wait(11_000);
  log.save();
  log.kill();
  await log.ring();
  expect(log.seen).toEqual(lines(1, 40));
});

test('a large archive is read in turns, from the middle of it', async () => {
  const log = await followed();
  log.write(text(1, 40_000));
  await log.ring(100_000);
  log.save();
  log.kill();
  log.rotate();
  log.gzip('console.log.0');
  log.write(text(40_001, 40_002));
  let turns = 0;
  while (!(await log.ring(100_000))) expect((turns += 1)).toBeLessThan(60);
  expect(turns).toBeGreaterThan(5);
  expect(log.seen).toEqual(lines(1, 40_002));
});

test('zstd', async (context) => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.save();
  log.kill();
  log.write(text(4, 5));
  const packed = packedBy('zstd', fs.readFileSync(log.path));
  if (packed === null) return context.skip();
  fs.writeFileSync(log.at('console.log.0.zst'), packed);
  fs.unlinkSync(log.path);
  log.reopen();
  await log.ring();
  expect(log.seen).toEqual(lines(1, 5));
});
