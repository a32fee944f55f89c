/** logrotate with `copytruncate`: the log is copied, then emptied in place. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { followed, lines, text, type Followed } from './followed.ts';

function copyAndTruncate(log: Followed, copy = 'console.log.1'): void {
  fs.copyFileSync(log.path, log.at(copy));
  fs.truncateSync(log.path);
}

test.each(['smaller', 'larger'])('what was not read yet is in the copy; the log is %s when it is looked at again', async (size) => {
  const log = await followed();
  log.write(text(1, 5));
  await log.ring();
  log.write(text(6, 9));
  copyAndTruncate(log);
  log.write(size === 'larger' ? text(10, 40) : text(10, 12));
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual(lines(1, size === 'larger' ? 40 : 12));
  expect(log.said).toEqual(['truncated console.log 0']);
});

test('emptied and filled again between the reading and the check: nothing is taken for a continuation', async () => {
  const log = await followed();
  log.write(text(1, 5));
  await log.ring();
  log.write(text(6, 9));
  let reads = 0;
  log.disk.seam = (operation, path) => {
    if (operation !== 'read' || path !== log.path || (reads += 1) !== 1) return;
    copyAndTruncate(log);
    log.write(text(10, 40));
  };
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual(lines(1, 40));
});

test('between any two calls', async () => {
  for (let moment = 0; ; moment += 1) {
    const log = await followed();
    log.write(text(1, 5));
    await log.ring();
    log.write(text(6, 9));
    let calls = 0;
    log.disk.seam = () => {
      calls += 1;
      if (calls !== moment) return;
      copyAndTruncate(log);
      log.write(text(10, 15));
    };
    await log.ring();
    const came = moment > 0 && calls >= moment;
    log.disk.seam = () => undefined;
    await log.wait(6_000);
    await log.wait(6_000);
    expect([...log.seen].sort(), `call ${moment}`).toEqual(lines(1, came ? 15 : 9));
    if (moment > 0 && !came) return;
  }
});

test('a copy of what was read before is not read again, also after a restart', async () => {
  const log = await followed();
  log.write(text(1, 9));
  await log.ring();
  copyAndTruncate(log);
  log.write(text(10, 12));
  await log.ring();
  log.save();
  log.kill();
  await log.ring();
  expect(log.seen).toEqual(lines(1, 12));
});

test('written after the copy, then emptied: what was seen and is nowhere is counted', async () => {
  const log = await followed();
  log.write(text(1, 5));
  await log.ring();
  fs.copyFileSync(log.path, log.at('console.log.1'));
  log.write(text(6, 7));
  await log.ring(1);
  log.write(text(8, 9));
  fs.truncateSync(log.path);
  log.write(text(10, 12));
  await log.ring();
  await log.ring();
  expect(log.seen.filter((line) => !lines(1, 7).includes(line))).toEqual(lines(10, 12));
  expect(log.notices.of('truncated')).toHaveLength(1);
});

test('the next copy overwrites the last one in place', async () => {
  const log = await followed();
  for (let n = 1; n < 60; n += 10) {
    log.write(text(n, n + 4));
    await log.ring();
    log.write(text(n + 5, n + 9));
    copyAndTruncate(log);
    await log.ring();
    await log.ring();
  }
  expect(log.seen).toEqual(lines(1, 60));
});

test('a writer that does not append leaves a hole where the old lines were', async () => {
  const log = await followed();
  log.write(text(1, 5));
  const size = fs.statSync(log.path).size;
  await log.ring();
  copyAndTruncate(log);
  const fd = fs.openSync(log.path, 'r+');
  fs.writeSync(fd, text(6, 8), size);
  fs.closeSync(fd);
  await log.ring();
  await log.ring();
  expect(log.seen).toEqual(lines(1, 8));
  expect(log.notices.of('nulHole')).toEqual([['nulHole', log.path, size]]);
});
