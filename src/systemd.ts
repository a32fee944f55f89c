/**
 * What the service manager is told: ready, reloading, stopping, alive.
 *
 * Its socket takes datagrams, which Node cannot send to a unix socket [nodejs/node#29339], so a short-lived child does it: systemd-notify, a
 * part of systemd. It returns only when the manager has read the message, else the manager could no longer see which service it came from.
 * So a message is told late rather than never, one at a time and in the order of the calls. Nothing is told where nobody listens.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface ServiceManagerOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Called once: what failed once will mostly fail each time, and the manager notices the silence itself. */
  readonly failed: (error: unknown) => void;
  /** Tells these assignments; something else in tests. */
  readonly run?: (args: readonly string[]) => Promise<void>;
}

/** systemd-notify gives up after 5 s by itself; this is for one that hangs. */
const CHILD_TIMEOUT_MS = 10_000;

export class ServiceManager {
  readonly present: boolean;
  /** Milliseconds between signs of life; null where none are wanted. */
  readonly aliveEveryMs: number | null;
  readonly #run: (args: readonly string[]) => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #last: Promise<void> = Promise.resolve();
  #hasFailed = false;
  /** A sign of life that is not yet being told, and its status. */
  #nextAlive: Promise<void> | null = null;
  #nextStatus: string | undefined;

  constructor({ env, failed, run = systemdNotify(env) }: ServiceManagerOptions) {
    this.present = Boolean(env['NOTIFY_SOCKET']);
    this.aliveEveryMs = this.present ? aliveEveryMs(env) : null;
    this.#run = run;
    this.#failed = failed;
  }

  /** At the start and at the end of each reload. */
  ready(status: string): Promise<void> {
    return this.#tell(() => ['READY=1', statusOf(status)]);
  }

  reloading(): Promise<void> {
    // From systemd 253 on the manager must know whether this was said before or after its own request. It measures with CLOCK_MONOTONIC.
    const now = process.hrtime.bigint() / 1000n;
    return this.#tell(() => ['RELOADING=1', `MONOTONIC_USEC=${now.toString()}`]);
  }

  stopping(): Promise<void> {
    return this.#tell(() => ['STOPPING=1']);
  }

  /** Calls that come while the manager is slow are one sign, with the latest status. */
  alive(status?: string): Promise<void> {
    this.#nextStatus = status ?? this.#nextStatus;
    this.#nextAlive ??= this.#tell(() => {
      const said = this.#nextStatus;
      this.#nextAlive = null;
      this.#nextStatus = undefined;
      return said === undefined ? ['WATCHDOG=1'] : ['WATCHDOG=1', statusOf(said)];
    });
    return this.#nextAlive;
  }

  #tell(message: () => readonly string[]): Promise<void> {
    if (!this.present) return Promise.resolve();
    this.#last = this.#last.then(() => this.#run(message())).catch((error: unknown) => this.#failOnce(error));
    return this.#last;
  }

  #failOnce(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#failed(error);
  }
}

/** A third: two signs may be late before the manager acts. */
function aliveEveryMs({ WATCHDOG_USEC: usec, WATCHDOG_PID: pid }: NodeJS.ProcessEnv): number | null {
  // The variables are inherited; they are meant for the process that is named, or for whoever has them [sd_watchdog_enabled(3)].
  if (pid !== undefined && Number(pid) !== process.pid) return null;
  const everyMs = Math.floor(Number(usec) / 1000 / 3);
  return everyMs > 0 ? everyMs : null;
}

/** A line break would begin another assignment. */
function statusOf(text: string): string {
  return `STATUS=${text.replaceAll(/[\x00-\x1f\x7f]+/g, ' ')}`;
}

function systemdNotify(env: NodeJS.ProcessEnv): (args: readonly string[]) => Promise<void> {
  const start = promisify(execFile);
  return async (args) => {
    await start('systemd-notify', ['--', ...args], { env, timeout: CHILD_TIMEOUT_MS });
  };
}
