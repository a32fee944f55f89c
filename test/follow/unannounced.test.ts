/** The kernel's queue of events overflows without a sign, or its events are of something else: the timer wakes, and looking finds it all. */
import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { Doorbell, type Watching } from '../../src/sources/doorbell.ts';
import { followed, lines, text } from './followed.ts';

class Watch extends EventEmitter implements Watching {
  close(): Promise<void> {
    return Promise.resolve();
  }
}

test.each([
  ['nothing is announced', 1, () => undefined],
  ['only other files are announced', 3_600_000, (watch: Watch) => watch.emit('raw', 'change', 'error.log')],
])('%s: appended, rotated and appended lines are found at the next look', async (_, everyMs, announce) => {
  const log = await followed();
  const watch = new Watch();
  const bell = new Doorbell({ refused: () => undefined, everyMs, watch: () => watch });
  onTestFinished(() => bell.close());
  bell.listen(log.directory);
  log.write(text(1, 3));
  await bell.next();
  await log.ring();
  log.write(text(4, 5));
  log.rotate();
  log.write(text(6, 7));
  announce(watch);
  await bell.next();
  await log.ring();
  expect(log.seen).toEqual(lines(1, 7));
});
