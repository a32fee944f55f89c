/** The clock jumps, and changes nothing about what is read. */
import { expect, test } from 'vitest';
import { followed, lines, text } from './followed.ts';

test.each([3_600_000, -3_600_000, 86_400_000 * 365, -86_400_000 * 365])('by %i ms', async (jump) => {
  const log = await followed();
  for (let n = 1; n <= 20; n += 1) {
    log.write(text(n, n));
    await log.wait(n % 5 === 0 ? jump : 100);
    if (n % 4 === 0) log.rotate();
  }
  await log.ring();
  await log.wait(11_000);
  expect(log.seen).toEqual(lines(1, 20));
  expect(log.notices.of('lost', 'truncated')).toEqual([]);
});
