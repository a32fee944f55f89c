/** A log in a directory of its own, and a follower of it: no sleeping, the clock is moved. */
import * as fs from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { Follower, type Beginning, type FollowedBlock } from '../../src/sources/follow.ts';
import type { LogPosition } from '../../src/sources/position.ts';
import { Killed, SeamedDisk } from './disk.ts';
import { linesOf } from './model.ts';
import { Notices } from './said.ts';

export const EVERYTHING = 64 * 1024 * 1024;

interface Settings {
  /** Of the log, below the directory. */
  readonly name?: string;
  readonly from?: Beginning;
  /** Milliseconds that the clock is ahead of the disk's: then what is on the disk is old. */
  readonly ahead?: number;
}

/** Its directory is empty at first. */
export async function followed({ name = 'console.log', from = 'start', ahead = -3_600_000 }: Settings = {}): Promise<Followed> {
  const directory = await mkdtemp(join(tmpdir(), 'vernewatch-'));
  const log = new Followed(join(directory, name), from, ahead);
  onTestFinished(async () => {
    await log.stop();
    await rm(directory, { recursive: true, force: true });
  });
  return log;
}

export class Followed {
  readonly path: string;
  readonly directory: string;
  readonly notices = new Notices();
  readonly blocks: FollowedBlock[] = [];
  disk = new SeamedDisk();
  now: number;
  readonly #from: Beginning;
  #follower: Follower | null = null;
  #saved: LogPosition | null = null;
  #savedBlocks = 0;
  readonly #writers = new Map<string, number>();

  constructor(path: string, from: Beginning, ahead: number) {
    this.path = path;
    this.directory = dirname(path);
    this.#from = from;
    this.now = Date.now() + ahead;
  }

  /** Text as it stands in the file, so that an example reads like a log. */
  get seen(): string[] {
    return this.blocks.flatMap(({ bytes }) => linesOf(Buffer.from(bytes).toString()).map((line) => line.slice(0, -1)));
  }

  get said(): string[] {
    return this.notices.said.map(([kind, ...rest]) =>
      [kind, ...rest.map((part) => (typeof part === 'string' ? part.replace(`${this.directory}/`, '') : String(part)))].join(' '),
    );
  }

  /** Through a descriptor that the writer keeps, wherever the file goes. */
  write(text: string | Uint8Array, writer = 'console.log'): void {
    let fd = this.#writers.get(writer);
    if (fd === undefined) this.#writers.set(writer, (fd = fs.openSync(this.at(writer), 'a')));
    fs.writeSync(fd, typeof text === 'string' ? Buffer.from(text) : text);
  }

  reopen(writer = 'console.log'): void {
    const fd = this.#writers.get(writer);
    if (fd !== undefined) fs.closeSync(fd);
    this.#writers.delete(writer);
  }

  /** The writer's descriptor goes by another name from now on. */
  keepWriter(as: string): void {
    this.#writers.set(as, this.#writers.get('console.log')!);
    this.#writers.delete('console.log');
  }

  at(name: string): string {
    return join(this.directory, name);
  }

  rename(from: string, to: string): void {
    fs.renameSync(this.at(from), this.at(to));
  }

  /** Each generation one step older, as the broker and logrotate do it. */
  rotate(keep = 5): void {
    for (const packed of ['', '.gz']) {
      fs.rmSync(this.at(`console.log.${keep - 1}${packed}`), { force: true });
      for (let age = keep - 2; age >= 0; age -= 1) {
        if (fs.existsSync(this.at(`console.log.${age}${packed}`))) {
          this.rename(`console.log.${age}${packed}`, `console.log.${age + 1}${packed}`);
        }
      }
    }
    this.rename('console.log', 'console.log.0');
    this.reopen();
  }

  gzip(name: string): void {
    fs.writeFileSync(this.at(`${name}.gz`), gzipSync(fs.readFileSync(this.at(name))));
    fs.unlinkSync(this.at(name));
  }

  /** What the bell does. */
  async ring(limit = EVERYTHING): Promise<boolean> {
    this.#follower ??= new Follower({
      path: this.path,
      disk: this.disk,
      now: () => this.now,
      notices: this.notices,
      from: this.#from,
      resume: this.#saved,
    });
    const { blocks, caughtUp } = await this.#follower.pass(limit);
    this.blocks.push(...blocks);
    return caughtUp;
  }

  async wait(ms: number): Promise<void> {
    this.now += ms;
    await this.ring();
  }

  save(): LogPosition {
    this.#saved = JSON.parse(JSON.stringify(this.#follower!.position())) as LogPosition;
    this.#savedBlocks = this.blocks.length;
    return this.#saved;
  }

  /** What was handed over since the last save is forgotten with the position, as the consumer's state is. */
  kill(): void {
    this.disk.die();
    this.disk = new SeamedDisk();
    this.#follower = null;
    this.blocks.length = this.#savedBlocks;
  }

  /** Rings, and is killed before the call of that number. @returns whether it came that far. */
  async killedAt(call: number): Promise<boolean> {
    let left = call;
    this.disk.seam = () => {
      if ((left -= 1) < 0) throw new Killed();
    };
    try {
      await this.ring();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    this.kill();
    return left < 0;
  }

  async stop(): Promise<void> {
    await this.#follower?.close();
    for (const fd of this.#writers.values()) fs.closeSync(fd);
  }
}

/** Lines of a log, each with the time that makes a first line what it is. */
export function lines(from: number, to: number): string[] {
  return Array.from(
    { length: to - from + 1 },
    (_, n) => `2026-11-20T23:20:57.${String(from + n).padStart(6, '0')}+01:00 [info] ${from + n}`,
  );
}

export function text(from: number, to: number): string {
  return lines(from, to)
    .map((line) => `${line}\n`)
    .join('');
}
