/**
 * The service around the loop: it waits for the bell, tells the service manager that all is well, looks for new logs, and reads the
 * configuration anew when asked. Alive means that a pass over all logs was made and the event loop had time for this.
 */
import { dirname } from 'node:path';
import type { Live, Watch } from './live.ts';
import type { Notices } from './notices.ts';
import type { Doorbell } from './sources/doorbell.ts';
import type { ServiceManager } from './systemd.ts';

export interface Service {
  readonly live: Live;
  readonly bell: Doorbell;
  readonly notices: Notices;
  readonly manager: ServiceManager;
  /** Milliseconds; may jump. */
  readonly now: () => number;
  /** What is to be watched, found anew on the disk. */
  readonly scan: () => Promise<Watch>;
  /** Reads the configuration anew. @returns a sentence about it. @throws what `isMistake` knows if it is wrong; then the old one stays. */
  readonly reload: () => Promise<string>;
  readonly isMistake: (error: unknown) => error is Error;
  readonly stop: AbortSignal;
}

/** New files of a glob are looked for, and notices that were held back are said. */
const SCAN_MS = 10_000;

export class Reload {
  asked = false;
}

/** Returns when it is stopped. @param reload asked for from outside, by a signal. */
export async function serve(service: Service, reload: Reload): Promise<void> {
  const { live, bell, notices, manager, now, stop } = service;
  listen(bell, await service.scan());
  let scannedAt = now();
  let aliveAt: number | null = null;
  while (!stop.aborted) {
    const more = await live.turn();
    if (aliveAt === null) void manager.ready(statusOf(live));
    if (aliveAt === null || (manager.aliveEveryMs !== null && Math.abs(now() - aliveAt) >= manager.aliveEveryMs)) {
      aliveAt = now();
      void manager.alive(statusOf(live));
    }
    if (reload.asked) {
      reload.asked = false;
      await readAnew(service);
    }
    if (Math.abs(now() - scannedAt) >= SCAN_MS) {
      scannedAt = now();
      const watch = await service.scan();
      listen(bell, watch);
      await live.follow(watch.logs);
      notices.tick();
    }
    // Signals and timers have their turn between two looks at a long backlog.
    if (more) await new Promise(setImmediate);
    else await bell.next(stop);
  }
}

async function readAnew({ live, bell, notices, manager, scan, reload, isMistake }: Service): Promise<void> {
  await manager.reloading();
  try {
    const message = await reload();
    const watch = await scan();
    await live.reload(watch);
    listen(bell, watch);
    notices.reloaded(message);
  } catch (error) {
    if (!isMistake(error)) throw error;
    notices.notReloaded(error.message);
  }
  await manager.ready(statusOf(live));
}

function listen(bell: Doorbell, { logs }: Watch): void {
  for (const { path } of logs) bell.listen(dirname(path));
}

function statusOf(live: Live): string {
  const { logs, caughtUp, raised } = live.status();
  return `${caughtUp} of ${logs} logs read to the end, ${raised === 0 ? 'no alert' : `${raised} alert${raised === 1 ? '' : 's'} raised`}`;
}
