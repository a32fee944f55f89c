/**
 * Where the generations of one log are: beside it, and if it is a link, beside what it leads to and led to before.
 *
 * A directory says when names in it change (its own time of change), so it need not be read each time. That time moves in steps of some
 * milliseconds; while it is young it proves nothing.
 */
import { basename, dirname, join } from 'node:path';
import { idOf, type FollowDisk } from './content.ts';
import { setAside, withoutTwins } from './generations.ts';
import { isSystemError } from './problem.ts';

export interface Place {
  readonly path: string;
  readonly live: boolean;
}

/** A view of the directories and of the live file; equal views mean that nothing has moved. */
export interface View {
  readonly text: string;
  /** Device and inode of the live file; null if there is none. */
  readonly live: string | null;
  /** Old enough to be trusted. */
  readonly settled: boolean;
}

/** More old files than anyone keeps who still reads them; those beyond are left alone. */
const MOST_FILES = 64;
const MOST_TARGETS = 4;
const SETTLED_MS = 2_000;

export class Surroundings {
  readonly path: string;
  readonly #disk: FollowDisk;
  readonly #now: () => number;
  #targets: string[];

  constructor(path: string, disk: FollowDisk, now: () => number, targets: readonly string[]) {
    this.path = path;
    this.#disk = disk;
    this.#now = now;
    this.#targets = [...targets];
  }

  get targets(): readonly string[] {
    return this.#targets;
  }

  async view(): Promise<View> {
    const parts: string[] = [];
    let youngest = -Infinity;
    for (const directory of new Set([this.path, ...this.#targets].map((path) => dirname(path)))) {
      const stats = await orNull(this.#disk.stat(directory, { bigint: true }));
      parts.push(stats === null ? 'none' : `${idOf(stats)}:${stats.mtimeNs}:${stats.ctimeNs}`);
      if (stats !== null) youngest = Math.max(youngest, Number(stats.mtimeNs) / 1e6, Number(stats.ctimeNs) / 1e6);
    }
    const stats = await orNull(this.#disk.stat(this.path, { bigint: true }));
    const live = stats === null ? null : idOf(stats);
    parts.push(String(live));
    return { text: parts.join(' '), live, settled: this.#now() - youngest > SETTLED_MS };
  }

  /** Oldest first, the live one last. A directory that is not there holds nothing. */
  async places(): Promise<Place[]> {
    const target = await this.#followLink();
    const paths = new Set<string>();
    for (const path of [...this.#targets, this.path]) {
      const directory = dirname(path);
      const names = (await orNull(this.#disk.readdir(directory))) ?? [];
      const aside = withoutTwins(setAside(basename(path), names));
      for (const name of aside.slice(-MOST_FILES)) paths.add(join(directory, name));
    }
    for (const target of this.#targets) paths.add(target);
    // The live one, by its own name.
    if (target !== null) paths.delete(target);
    paths.delete(this.path);
    return [...[...paths].map((path) => ({ path, live: false })), { path: this.path, live: true }];
  }

  /** What the link leads to now, if it is one. */
  async #followLink(): Promise<string | null> {
    const directory = await orNull(this.#disk.realpath(dirname(this.path)));
    const target = await orNull(this.#disk.realpath(this.path));
    if (target === null || directory === null || target === join(directory, basename(this.path))) return null;
    this.#targets = [...this.#targets.filter((known) => known !== target), target].slice(-MOST_TARGETS);
    return target;
  }
}

/** Null for what is not there; other troubles are thrown. */
export async function orNull<T>(promise: Promise<T>): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw error;
  }
}
