/**
 * The disk under a follower: real files, and a seam between any two calls, where the world may move, a call may fail, or the program end.
 *
 * The calls underneath are the synchronous ones: the same answers, and thousands of histories a minute.
 */
import * as fs from 'node:fs';
import type { FileStats, FollowDisk, OpenFile } from '../../src/sources/content.ts';

export type Operation = 'open' | 'stat' | 'readdir' | 'realpath' | 'read' | 'fstat' | 'close';

/** The program has ended here, as kill -9 ends it. */
export class Killed extends Error {}

export class SeamedDisk implements FollowDisk {
  /** Called before each call. What it throws, the call throws. */
  seam: (operation: Operation, path: string) => void = () => undefined;
  /** Told when a file that is open is closed, by its device and inode. */
  closing: (id: string) => void = () => undefined;
  calls = 0;
  readonly #open = new Map<number, string>();
  #dead = false;

  open(path: string): Promise<OpenFile> {
    return this.#call('open', path, () => {
      const fd = fs.openSync(path, 'r');
      const { dev, ino } = fs.fstatSync(fd, { bigint: true });
      this.#open.set(fd, `${dev}:${ino}`);
      return {
        read: (buffer, offset, length, position) =>
          this.#call('read', path, () => ({ bytesRead: fs.readSync(fd, buffer, offset, length, position) })),
        stat: () => this.#call('fstat', path, (): FileStats => fs.fstatSync(fd, { bigint: true })),
        close: () => this.#call('close', path, () => this.#close(fd)),
      };
    });
  }

  stat(path: string): Promise<FileStats> {
    return this.#call('stat', path, () => fs.statSync(path, { bigint: true }));
  }

  readdir(path: string): Promise<string[]> {
    return this.#call('readdir', path, () => fs.readdirSync(path));
  }

  realpath(path: string): Promise<string> {
    return this.#call('realpath', path, () => fs.realpathSync(path));
  }

  /** Device and inode of what is open. */
  get held(): ReadonlySet<string> {
    return new Set(this.#open.values());
  }

  get descriptors(): number {
    return this.#open.size;
  }

  /** What the system does for a program that ends. */
  die(): void {
    this.#dead = true;
    for (const fd of this.#open.keys()) fs.closeSync(fd);
    this.#open.clear();
  }

  #close(fd: number): void {
    this.closing(this.#open.get(fd)!);
    fs.closeSync(fd);
    this.#open.delete(fd);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what goes wrong is a rejection, as it is with node:fs/promises
  async #call<T>(operation: Operation, path: string, act: () => T): Promise<T> {
    if (this.#dead) throw new Killed();
    this.calls += 1;
    this.seam(operation, path);
    return act();
  }
}

export function systemError(code: string, errno: number, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, errno, syscall });
}
