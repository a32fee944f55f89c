/** The loop of the service over real files, without a bell: turns are made and the clock is moved by hand, and it can be killed. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { Checkpoint, type Saved } from '../../src/checkpoint.ts';
import { Engine } from '../../src/core/engine.ts';
import type { Alert, Change } from '../../src/core/model.ts';
import { Live, type Watch, type WatchedFile } from '../../src/live.ts';
import { Notices, type Notice } from '../../src/notices.ts';
import { alertEntry, type IncidentAlert } from '../../src/outlets/views/incident.ts';
import { beginningSince } from '../../src/sources/beginning.ts';
import type { Beginning } from '../../src/sources/follow.ts';
import { Killed, SeamedDisk } from '../follow/disk.ts';
import { Followed } from '../follow/followed.ts';
import { knowledge, UTC } from '../helpers/engine.ts';
import { clock, otp, refused } from '../helpers/lines.ts';
import { SeamedStateDisk } from './state-disk.ts';

const CALENDAR = { zone: UTC, year: 2026, date: null, reference: 0 };
const HOUR = 3_600_000;

/** A service of one log that is not there yet, gone after the test. */
export function lived(logs: readonly Partial<WatchedFile>[] = [{}]): Lived {
  const life = new Lived(logs);
  onTestFinished(() => life.end());
  return life;
}

export class Lived {
  readonly directory = fs.mkdtempSync(join(tmpdir(), 'vernewatch-'));
  readonly state = join(this.directory, 'state-directory');
  /** Writers of the logs, by name. */
  readonly logs = new Map<string, Followed>();
  /** All that were ever handed over, also before a kill: whoever reads has them. */
  readonly told: Change[] = [];
  readonly said: Notice[] = [];
  now = Date.now() - HOUR;
  disk = new SeamedDisk();
  stateDisk = new SeamedStateDisk();
  watch: Watch;
  /** Where to begin with a log that was never read: with all that there is of it. */
  begin = ({ path }: WatchedFile): Promise<Beginning> => beginningSince(path, 0, () => null, this.disk);
  /** Whoever reads the output takes what comes. */
  reads = true;
  isDoomed = false;
  #live: Live | null = null;
  #waiting: (() => void)[] = [];

  /** @param logs paths relative to the directory. */
  constructor(logs: readonly Partial<WatchedFile>[] = [{}]) {
    fs.mkdirSync(this.state);
    this.watch = this.watching(logs);
  }

  watching(logs: readonly Partial<WatchedFile>[], known = knowledge): Watch {
    return {
      knowledge: known,
      logs: logs.map(({ path = 'console.log', node = null }) => ({ path: join(this.directory, path), node })),
      describe: ({ node }) => ({ node, calendar: CALENDAR }),
    };
  }

  log(name = 'console.log'): Followed {
    let log = this.logs.get(name);
    if (log === undefined) {
      log = new Followed(join(this.directory, name), 'start', 0);
      fs.mkdirSync(log.directory, { recursive: true });
      this.logs.set(name, log);
    }
    return log;
  }

  /** At the time of the service's clock, as the broker on the same machine does it. */
  write(text: string | Uint8Array, name = 'console.log'): void {
    const log = this.log(name);
    log.write(text, basename(name));
    this.touch(name);
  }

  touch(name = 'console.log'): void {
    fs.utimesSync(this.log(name).path, this.now / 1_000, this.now / 1_000);
  }

  /** Refused connections of one client at these seconds of the evening. */
  refuse(seconds: readonly number[], { client = 'pump-7', name = 'console.log' } = {}): void {
    this.write(refusals(seconds, client), name);
  }

  get live(): Live {
    return this.#live!;
  }

  /** Whoever reads the output takes what has come. */
  takeAll(): void {
    for (const take of this.#waiting.splice(0)) take();
  }

  /** With the state file as it is. */
  async start(): Promise<void> {
    const checkpoint = new Checkpoint(this.state, this.stateDisk);
    const loaded = await checkpoint.load();
    if ('saved' in loaded) return this.startFrom(loaded.saved);
    await this.startFrom(null, (notices) => notices.stateSetAside(checkpoint.path, loaded.aside, loaded.why));
  }

  async startFrom(saved: Saved | null, say: (notices: Notices) => void = () => undefined): Promise<void> {
    const checkpoint = new Checkpoint(this.state, this.stateDisk);
    const notices = new Notices(
      (notice) => this.said.push(notice),
      () => this.now,
    );
    say(notices);
    this.#live = await Live.start(this.watch, saved, {
      disk: this.disk,
      now: () => this.now,
      notices,
      checkpoint,
      begin: (log) => this.begin(log),
      tell: (change, done) => {
        const take = () => {
          this.told.push(change);
          done();
        };
        if (this.reads && !this.isDoomed) take();
        else this.#waiting.push(take);
      },
    });
  }

  /** Turns until there is nothing more to read, and what there is to save is saved. */
  async turn(): Promise<void> {
    if (this.#live === null) await this.start();
    while (await this.live.turn());
    await setImmediate();
  }

  /** Time goes by; looked at the way the timer does it. */
  async wait(seconds: number): Promise<void> {
    this.now += seconds * 1_000;
    await this.turn();
  }

  /** Of ten seconds. */
  async waitInSteps(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= 10) await this.wait(Math.min(10, left));
  }

  /** From now on no call returns, as after kill -9. */
  doom(): never {
    this.isDoomed = true;
    this.disk.die();
    this.stateDisk.die();
    throw new Killed();
  }

  kill(): void {
    this.isDoomed = false;
    this.#waiting = [];
    this.disk.die();
    this.stateDisk.die();
    this.disk = new SeamedDisk();
    this.stateDisk = new SeamedStateDisk();
    this.#live = null;
  }

  async stop(): Promise<void> {
    await this.#live?.close();
    this.#live = null;
  }

  async end(): Promise<void> {
    await this.stop();
    for (const log of this.logs.values()) await log.stop();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }

  /** `raised 50`, by the second of the evening. */
  get changes(): string[] {
    return this.told.map(({ change, at, alert }) => [change, second(at), ...(alert.node === null ? [] : [alert.node])].join(' '));
  }

  get notices(): string[] {
    return this.said.map(({ notice }) => notice);
  }

  async saved(): Promise<Saved | null> {
    const loaded = await new Checkpoint(this.state, new SeamedStateDisk()).load();
    return 'saved' in loaded ? loaded.saved : null;
  }

  /** Ends it, and gives the alerts that were cleared, each once, and those that are raised, in the words of the contract. */
  async alerts(): Promise<IncidentAlert[]> {
    // What became of mere silence is in no file: a restart would come to it again.
    await this.live.reload(this.watch);
    await this.stop();
    const engines = (await this.saved())?.engines ?? [];
    const raised = engines.flatMap(({ node, logs, state }) => {
      const engine = new Engine(this.watch.knowledge);
      logs.forEach(() => engine.open({ node, calendar: CALENDAR }));
      engine.restore(state);
      return engine.raised();
    });
    const cleared = this.told.filter(({ change }) => change === 'cleared').map(({ alert }) => alert);
    const entries = entriesOf([...cleared, ...raised]);
    return [...new Map(entries.map((entry) => [JSON.stringify(entry), entry])).values()];
  }
}

/** Comparable: in one order, with as many offenders as a change tells. */
export function entriesOf(alerts: readonly Alert[]): IncidentAlert[] {
  return alerts
    .toSorted((a, b) => a.raisedAt - b.raisedAt || (keyOf(a) < keyOf(b) ? -1 : 1))
    .map((alert) => alertEntry({ ...alert, offenders: alert.offenders.slice(0, 10) }, (reason) => knowledge.reasons.get(reason) ?? null));
}

function keyOf({ definition, node }: Alert): string {
  return `${definition.alert} ${node}`;
}

export function refusals(seconds: readonly number[], client = 'pump-7'): string {
  return seconds.map((at) => otp(clock(at), refused(client))).join('');
}

/** From one to the other, with a refusal each second. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

/** Of the evening. */
export function second(at: number): number {
  return (at / 1_000 - Date.parse('2026-11-20T22:00:00Z')) / 1_000;
}
