/** The log is set aside under another name and begun anew: lager, OTP without compression, logrotate with `create`. */
import { expect, test } from 'vitest';
import { followed, lines, text } from './followed.ts';

test('renamed and created anew between two looks: oldest first', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.write(text(4, 5));
  log.rotate();
  log.write(text(6, 7));
  expect(await log.ring()).toBe(true);
  expect(log.seen).toEqual(lines(1, 7));
  expect(log.said).toEqual(['rotated console.log.0']);
});

test('created late', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.rotate();
  await log.ring();
  await log.wait(1_000);
  log.write(text(4, 5));
  await log.ring();
  expect(log.seen).toEqual(lines(1, 5));
});

test('the writer stays in the renamed file while the new one is read', async () => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.rename('console.log', 'console.log.0');
  log.keepWriter('old');
  for (let n = 3; n < 13; n += 2) {
    log.write(text(n, n), 'old');
    log.write(text(n + 100, n + 100));
    await log.wait(400);
  }
  expect([...log.seen].sort()).toEqual([...lines(1, 3), ...[5, 7, 9, 11, 103, 105, 107, 109, 111].flatMap((n) => lines(n, n))].sort());
});

test('the old descriptor is kept until it has been quiet for 5 s, though its name is gone', async () => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.rename('console.log', 'gone');
  log.keepWriter('old');
  log.write(text(101, 101));
  await log.ring();
  await log.wait(4_000);
  log.write(text(3, 3), 'old');
  await log.wait(4_900);
  log.write(text(4, 4), 'old');
  await log.ring();
  expect(log.seen).toEqual([...lines(1, 2), ...lines(101, 101), ...lines(3, 4)]);
  await log.wait(5_000);
  expect(log.disk.descriptors).toBe(1);
  expect(log.said).toEqual(['removed console.log']);
});

test('a file that was let go of is picked up again if it grows', async () => {
  // A clock ahead of the disk: the directory seems to hold still, and only the look every 10 s finds what does not touch it.
  const log = await followed({ ahead: 3_600_000 });
  log.write(text(1, 2));
  await log.ring();
  log.rename('console.log', 'console.log.0');
  log.keepWriter('old');
  log.write(text(101, 101));
  await log.ring();
  await log.wait(5_000);
  expect(log.disk.descriptors).toBe(1);
  await log.ring();
  log.write(text(3, 4), 'old');
  await log.ring();
  expect(log.seen).not.toContain(lines(3, 3)[0]);
  await log.wait(10_000);
  expect(log.seen).toEqual([...lines(1, 2), ...lines(101, 101), ...lines(3, 4)]);
});

test.each([2, 3, 5])('%i rotations between two looks', async (rotations) => {
  const log = await followed();
  log.write(text(1, 10));
  await log.ring();
  for (let n = 1; n <= rotations; n += 1) {
    log.write(text(10 * n + 1, 10 * n + 5));
    log.rotate(8);
    log.write(text(10 * n + 6, 10 * n + 10));
  }
  await log.ring();
  expect(log.seen).toEqual(lines(1, 10 * rotations + 10));
});

test('more generations than are kept between two looks: what was open is read all the same, the gap is said', async () => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.write(text(3, 3));
  for (let n = 1; n <= 20; n += 1) {
    log.rotate(5);
    log.write(text(10 * n, 10 * n));
  }
  await log.ring();
  expect(log.seen).toEqual([...lines(1, 3), ...[150, 160, 170, 180, 190, 200].flatMap((n) => lines(n, n))]);
  expect(log.said).toEqual(['removed console.log']);
});

test('by date and by size in the same second: an empty generation', async () => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.rotate();
  log.write('');
  log.rotate();
  log.write(text(3, 4));
  await log.ring();
  await log.wait(6_000);
  await log.ring();
  expect(log.seen).toEqual(lines(1, 4));
});

test('names with dates; compressed a day later', async () => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.write(text(3, 3));
  log.rename('console.log', 'console.log-20261120');
  log.reopen();
  log.write(text(4, 4));
  await log.ring();
  log.gzip('console.log-20261120');
  log.rename('console.log', 'console.log-20261121');
  log.reopen();
  log.write(text(5, 5));
  await log.ring();
  await log.wait(6_000);
  expect(log.seen).toEqual(lines(1, 5));
  expect(log.said).toEqual(['rotated console.log-20261120', 'rotated console.log-20261121']);
});

test.each([1, 2, 3, 4, 6])('a writer goes over to the new file while both are read, %d calls later: in its order', async (gap) => {
  for (let moment = 1; ; moment += 1) {
    const log = await followed();
    log.write(text(1, 3));
    await log.ring();
    log.rename('console.log', 'console.log.0');
    log.keepWriter('console.log.0');
    log.write('');
    await log.ring();
    let calls = 0;
    log.disk.seam = () => {
      calls += 1;
      if (calls === moment) log.write(text(4, 5), 'console.log.0');
      if (calls === moment + gap) log.write(text(6, 9));
    };
    await log.ring();
    const came = calls >= moment + gap;
    log.disk.seam = () => undefined;
    await log.ring();
    expect(log.seen, `call ${moment}`).toEqual(came ? lines(1, 9) : calls >= moment ? lines(1, 5) : lines(1, 3));
    if (!came) return;
  }
});
