/** The path is a link. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { followed, lines, text, type Followed } from './followed.ts';

async function linked(target: string): Promise<Followed> {
  const log = await followed({ name: 'here/console.log' });
  fs.mkdirSync(log.directory);
  fs.mkdirSync(log.at('../there'));
  fs.symlinkSync(target, log.path);
  return log;
}

for (const stopped of [false, true]) {
  const when = stopped ? ', while stopped' : '';
  const pause = (log: Followed): void => {
    if (!stopped) return;
    log.save();
    log.kill();
  };

  test(`its target is rotated${when}`, async () => {
    const log = await linked('../there/vernemq.log');
    log.write(text(1, 2), '../there/vernemq.log');
    await log.ring();
    pause(log);
    log.write(text(3, 4), '../there/vernemq.log');
    log.rename('../there/vernemq.log', '../there/vernemq.log.1');
    log.reopen('../there/vernemq.log');
    log.write(text(5, 6), '../there/vernemq.log');
    await log.ring();
    expect(log.seen).toEqual(lines(1, 6));
  });

  test(`it is led elsewhere${when}`, async () => {
    const log = await linked('../there/a.log');
    log.write(text(1, 2), '../there/a.log');
    await log.ring();
    pause(log);
    log.write(text(3, 4), '../there/a.log');
    log.write(text(5, 6), '../there/b.log');
    fs.unlinkSync(log.path);
    fs.symlinkSync('../there/b.log', log.path);
    log.write(text(7, 7), '../there/a.log');
    await log.ring();
    await log.ring();
    expect([...log.seen].sort()).toEqual(lines(1, 7));
    await log.wait(6_000);
    expect(log.notices.of('lost', 'truncated')).toEqual([]);
  });
}

test('links in a circle are a notice', async () => {
  const log = await followed();
  fs.symlinkSync('console.log', log.path);
  expect(await log.ring()).toBe(false);
  expect(log.notices.of('unreadable').length).toBeGreaterThan(0);
  fs.unlinkSync(log.path);
  log.write(text(1, 2));
  await log.ring();
  expect(log.seen).toEqual(lines(1, 2));
});
