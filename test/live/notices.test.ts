/** The same of the same once a minute, and no loss uncounted. */
import { expect, test } from 'vitest';
import { Notices, type Notice } from '../../src/notices.ts';

function setUp() {
  const said: Notice[] = [];
  const time = { now: 1_000_000 };
  const notices = new Notices(
    (notice) => said.push(notice),
    () => time.now,
  );
  return { said, time, notices, sum: () => said.reduce((all, { amount = 0 }) => all + amount, 0) };
}

test('once a minute, what was held back is added up', () => {
  const { said, time, notices } = setUp();
  for (let n = 0; n < 10; n += 1) notices.lost('console.log.0', 100);
  expect(said.map(({ amount, times }) => [amount, times])).toEqual([[100, 1]]);
  time.now += 59_999;
  notices.tick();
  expect(said).toHaveLength(1);
  time.now += 1;
  notices.tick();
  expect(said.map(({ amount, times }) => [amount, times])).toEqual([
    [100, 1],
    [900, 9],
  ]);
  expect(said[1]!.message).toContain('900 bytes');
  notices.tick();
  expect(said).toHaveLength(2);
});

test('other files and other levels are other things', () => {
  const { said, notices } = setUp();
  notices.truncated('a', 0);
  notices.truncated('b', 0);
  notices.truncated('a', 5);
  expect(said.map(({ level, about }) => [level, about])).toEqual([
    ['info', 'a'],
    ['info', 'b'],
    ['warn', 'a'],
  ]);
});

test('a clock that is set back holds nothing back for ever', () => {
  const { said, time, notices } = setUp();
  notices.rotated('a');
  time.now -= 86_400_000;
  notices.rotated('a');
  expect(said).toHaveLength(2);
});

test('a flood of different things is bounded, and its sum is right', () => {
  const { notices, sum } = setUp();
  let all = 0;
  for (let n = 0; n < 20_000; n += 1) {
    notices.lost(`console.log.${Math.floor(n / 3)}`, n);
    all += n;
  }
  notices.close();
  expect(sum()).toBe(all);
});

test('closing says what was held back, once', () => {
  const { said, notices } = setUp();
  notices.linesDropped(1);
  notices.linesDropped(1);
  notices.linesDropped(1);
  notices.close();
  notices.close();
  expect(said.map(({ amount }) => amount)).toEqual([1, 2]);
});
