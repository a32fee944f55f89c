/** The bell wakes; the timer wakes when the bell cannot. */
import { EventEmitter, once } from 'node:events';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { watch as chokidar } from 'chokidar';
import { expect, onTestFinished, test } from 'vitest';
import { Doorbell, type Watching } from '../../src/sources/doorbell.ts';

const NEVER = 3_600_000;

class Watch extends EventEmitter implements Watching {
  closed = false;
  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

test('an append is announced by the real thing, long before the timer', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'vernewatch-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const log = join(directory, 'console.log');
  await appendFile(log, 'one\n');
  const watching = chokidar(directory, { depth: 0, ignoreInitial: true });
  const bell = new Doorbell({ refused: () => undefined, everyMs: NEVER, watch: () => watching });
  bell.listen(directory);
  onTestFinished(() => bell.close());
  await once(watching, 'ready');
  await bell.next();
  await appendFile(log, 'two\n');
  await bell.next();
});

test('rings that come while nobody waits are one ring, not lost', async () => {
  const watch = new Watch();
  const bell = new Doorbell({ refused: () => undefined, everyMs: NEVER, watch: () => watch });
  bell.listen('/log');
  await bell.next();
  watch.emit('raw');
  watch.emit('raw');
  await bell.next();
  const waiting = bell.next().then(() => 'rung');
  expect(await Promise.race([waiting, Promise.resolve('waiting')])).toBe('waiting');
  watch.emit('raw');
  expect(await waiting).toBe('rung');
});

test.each([
  [
    'at once',
    () => {
      throw new Error('ENOSPC');
    },
  ],
  [
    'later',
    () => {
      const watch = new Watch();
      setImmediate(() => watch.emit('error', new Error('ENOSPC')));
      return watch;
    },
  ],
])('the kernel refuses to watch, %s: said, and the timer serves', async (_, watch) => {
  const refused: unknown[] = [];
  const bell = new Doorbell({ refused: (error) => refused.push(error), everyMs: 1, watch });
  bell.listen('/log');
  await bell.next();
  while (refused.length === 0) await bell.next();
  await bell.next();
  expect(refused).toEqual([new Error('ENOSPC')]);
});

test('a signal ends the wait', async () => {
  const bell = new Doorbell({ refused: () => undefined, everyMs: NEVER, watch: () => new Watch() });
  bell.listen('/log');
  const stop = new AbortController();
  await bell.next(stop.signal);
  const waiting = bell.next(stop.signal);
  stop.abort();
  await waiting;
  await bell.next(stop.signal);
});

test('closing ends the wait and the watching', async () => {
  const watch = new Watch();
  const bell = new Doorbell({ refused: () => undefined, everyMs: NEVER, watch: () => watch });
  bell.listen('/log');
  await bell.next();
  const waiting = bell.next();
  await bell.close();
  await waiting;
  expect(watch.closed).toBe(true);
});
