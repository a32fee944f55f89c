/**
 * Which files a user means by a path, a directory or a glob.
 *
 * A file that was named is read, whatever it is. In a directory we choose: what is certainly no broker log is left out, and said. A file
 * that can be reached twice, through a link or because it was also named, is read once, and a directory that contains itself ends.
 * A path that does not work is a problem of its own and stops no other.
 */
import * as nodeDisk from 'node:fs/promises';
import { missing, skipped, unreadable, isSystemError, type Problem } from './problem.ts';
import { isPacked } from './unpack.ts';

/** What is needed of the file system. */
export type Disk = Pick<typeof nodeDisk, 'access' | 'lstat' | 'open' | 'readdir' | 'stat'>;

export interface Found {
  readonly file: string;
  /** Null for a pipe. */
  readonly size: number | null;
  /** Milliseconds since the epoch. */
  readonly modified: number;
}

const HEAD = 4096;
/** What makes a path a pattern. */
const WILD = /[*?[{(\\]/;
const NAME_IT = 'name the file if you want it read';

/** Names that stand beside the broker's log in its directory but hold something else (vernemq-logs 2.6). */
const NO_LOGS: readonly (readonly [RegExp, string])[] = [
  [/^crash\.log/, 'crash reports, which console.log sums up'],
  [/^sasl\.log/, 'progress and crash reports of Erlang'],
  [/^erlang\.log\./, 'what the broker printed on its console'],
  [/^run_erl\.log$/, 'messages of the program that started the broker'],
  [/\.prom$/, 'metrics'],
  [/\.truth\.json$/, 'the answers of a test'],
];

export async function find(
  paths: readonly string[],
  disk: Disk = nodeDisk,
): Promise<{ found: readonly Found[]; problems: readonly Problem[] }> {
  const search = new Search(disk);
  for (const path of paths) await search.given(path);
  return search;
}

class Search {
  readonly found: Found[] = [];
  readonly problems: Problem[] = [];
  readonly #disk: Disk;
  /** Device and inode of what was visited. */
  readonly #seen = new Set<string>();
  /** How many files were met, also those that were known already. */
  #met = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** A file that exists is meant as it is, even if its name could be a pattern. */
  async given(path: string): Promise<void> {
    if (await this.#exists(path)) return this.#visit(path, true);
    if (!WILD.test(path)) return this.#problem(missing(path, 'check the name, or quote a pattern'));
    const matches = await matching(path);
    if (matches.length === 0) this.#problem({ path, kind: 'missing', message: `${path} matches nothing; check the pattern` });
    for (const match of matches) await this.#visit(match, true);
  }

  /** A broken link exists; so does what we may not look at. */
  async #exists(path: string): Promise<boolean> {
    try {
      await this.#disk.lstat(path);
      return true;
    } catch (error) {
      return !(isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR'));
    }
  }

  async #visit(path: string, named: boolean): Promise<void> {
    try {
      const stats = await this.#disk.stat(path, { bigint: true });
      const identity = `${stats.dev}:${stats.ino}`;
      if (this.#seen.has(identity)) {
        this.#met += 1;
      } else if (stats.isDirectory()) {
        this.#seen.add(identity);
        await this.#walk(path, named);
      } else if (named ? await this.#mayRead(path, stats.isFile()) : await this.#wanted(path, stats.isFile())) {
        this.#seen.add(identity);
        this.#met += 1;
        this.found.push({ file: path, size: stats.isFile() ? Number(stats.size) : null, modified: Number(stats.mtimeMs) });
      }
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT')
        this.#problem(missing(path, 'it is a link that leads nowhere, or was removed just now'));
      else this.#problem(unreadable(path, error));
    }
  }

  async #walk(directory: string, named: boolean): Promise<void> {
    const met = this.#met;
    const problems = this.problems.length;
    const entries = await this.#disk.readdir(directory, { withFileTypes: true });
    // Links last: a file is then known by its own name rather than by that of a link beside it.
    const names = entries
      .filter(({ name }) => !name.startsWith('.'))
      .map((entry) => ({ name: entry.name, link: entry.isSymbolicLink() }))
      .sort((a, b) => Number(a.link) - Number(b.link) || (a.name < b.name ? -1 : 1));
    for (const { name } of names) {
      const path = directory.endsWith('/') ? directory + name : `${directory}/${name}`;
      const [, holds] = NO_LOGS.find(([pattern]) => pattern.test(name)) ?? [];
      if (holds === undefined) await this.#visit(path, false);
      else this.#problem(skipped(path, `holds ${holds}`, NAME_IT));
    }
    if (named && this.#met === met && this.problems.slice(problems).every(({ kind }) => kind === 'skipped')) {
      this.#problem({ path: directory, kind: 'missing', message: `no logs in ${directory}; give the directory that holds console.log` });
    }
  }

  /** A pipe is only asked for permission: opening it would wait for its writer. */
  async #mayRead(path: string, isFile: boolean): Promise<boolean> {
    if (isFile) await (await this.#disk.open(path)).close();
    else await this.#disk.access(path, nodeDisk.constants.R_OK);
    return true;
  }

  async #wanted(path: string, isFile: boolean): Promise<boolean> {
    if (!isFile) {
      this.#problem(skipped(path, 'is a pipe, socket or device', NAME_IT));
      return false;
    }
    const head = await this.#head(path);
    if (isPacked(head) || !isBinary(head)) return true;
    this.#problem(skipped(path, 'is neither text nor an archive that can be unpacked (gzip, zstd, bzip2, xz)', NAME_IT));
    return false;
  }

  async #head(path: string): Promise<Uint8Array> {
    const handle = await this.#disk.open(path);
    try {
      const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD), 0, HEAD, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  }

  #problem(problem: Problem): void {
    this.problems.push(problem);
  }
}

/** One run of zeros is a hole that a truncation or a power cut left in a text; more than one are no text. */
function isBinary(head: Uint8Array): boolean {
  return /\0[^\0]+\0/.test(Buffer.from(head).toString('latin1'));
}

/** The pattern is applied below its fixed beginning, so that names come out as the user wrote them: relative, absolute, with `../`. */
async function matching(path: string): Promise<string[]> {
  const segments = path.split('/');
  const fixed = segments.findIndex((segment) => WILD.test(segment));
  const base = segments
    .slice(0, fixed)
    .map((segment) => `${segment}/`)
    .join('');
  const { glob } = await import('tinyglobby');
  const matches = await glob(segments.slice(fixed).join('/'), { cwd: base || '.', onlyFiles: false, expandDirectories: false });
  // The shortest name first: through links that lead in a circle a file has many, and it is known by the first.
  const depth = (match: string): number => match.split('/').length;
  return matches.map((match) => base + match.replace(/\/$/, '')).sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}
