/**
 * What a restart goes on from: how far each log was read and what was made of it, of one moment, in one file.
 *
 * A line of JSON for people and for positions, then the state of the engines as V8 writes structured data. Written to another name, synced,
 * renamed, and the directory synced: after a crash or a power cut there is the old file or the new one, never a mixture. The hash tells a
 * file that something else has spoiled.
 */
import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { EngineState } from './core/engine.ts';
import type { Change } from './core/model.ts';
import type { LogPosition } from './sources/position.ts';

export interface SavedLog {
  readonly path: string;
  readonly node: string | null;
  readonly position: LogPosition | null;
  /** Where the engine's last block ended, and the number of the line that begins there. */
  readonly offset: number;
  readonly line: number;
}

export interface SavedEngine {
  readonly node: string | null;
  /** Paths of its logs, in the order of the engine's log ids. */
  readonly logs: readonly string[];
  readonly state: EngineState;
}

export interface Saved {
  readonly logs: readonly SavedLog[];
  /** Null where they were written by a version with another idea of them. */
  readonly engines: readonly SavedEngine[] | null;
  /** Changes that nobody is known to have been told of. */
  readonly untold: readonly Change[];
}

/** What saving needs of the file system; another one in tests. */
export interface StateDisk {
  read(path: string): Promise<Uint8Array>;
  /** Creates or overwrites a file and brings it to the disk. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
}

export type Loaded =
  | { readonly saved: Saved | null }
  /** The file cannot be used; it was moved out of the way. */
  | { readonly aside: string; readonly why: string };

/** Of the file, and of the state within it: raised whenever an older program could not make sense of them. */
const VERSION = 1;
const ENGINE_VERSION = 3;
const MOST_HEADER = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

interface Header {
  readonly vernewatch: 'state';
  readonly version: number;
  readonly engine: number;
  readonly saved: string;
  readonly logs: readonly SavedLog[];
  /** Of the rest of the file. */
  readonly bytes: number;
  readonly sha256: string;
}

export class Checkpoint {
  readonly path: string;
  readonly #disk: StateDisk;

  /** @param directory has to exist. */
  constructor(directory: string, disk: StateDisk) {
    this.path = join(directory, 'state');
    this.#disk = disk;
  }

  /** @throws what the disk throws when a file that is of no use cannot be moved out of the way. */
  async load(): Promise<Loaded> {
    let bytes: Uint8Array;
    try {
      bytes = await this.#disk.read(this.path);
    } catch (error) {
      const { code = 'unknown', message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return { saved: null };
      return this.#setAside(code, `cannot be read (${message})`);
    }
    const read = parse(bytes);
    return typeof read === 'string' ? this.#setAside(hash(bytes).slice(0, 8), read) : { saved: read };
  }

  async #setAside(as: string, why: string): Promise<Loaded> {
    const aside = `${this.path}.aside-${as}`;
    await this.#disk.rename(this.path, aside);
    return { aside, why };
  }

  /** @param at for people. @throws what the disk throws; then the old file is still in force. */
  async save({ logs, engines, untold }: Saved, at: Date): Promise<void> {
    const body = serialize({ engines, untold });
    const header: Omit<Header, 'sha256'> = {
      vernewatch: 'state',
      version: VERSION,
      engine: ENGINE_VERSION,
      saved: at.toISOString(),
      logs,
      bytes: body.length,
    };
    const sha256 = seal(header, body);
    const temporary = `${this.path}.new`;
    await this.#disk.write(temporary, Buffer.concat([Buffer.from(`${JSON.stringify({ ...header, sha256 })}\n`), body]));
    await this.#disk.rename(temporary, this.path);
    await this.#disk.syncDirectory(dirname(this.path));
  }
}

/** @returns what was saved, or why it cannot be used. */
function parse(bytes: Uint8Array): Saved | string {
  const end = bytes.subarray(0, MOST_HEADER).indexOf(NEWLINE);
  if (end < 0) return bytes.length === 0 ? 'is empty' : 'is damaged';
  let header: Header;
  try {
    header = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString()) as Header;
    const { sha256, ...rest } = header;
    if (rest.version > VERSION) return 'was written by a newer version';
    if (seal(rest, bytes.subarray(end + 1)) !== sha256) return 'is damaged';
  } catch {
    return 'is damaged';
  }
  if (header.engine !== ENGINE_VERSION) return { logs: header.logs, engines: null, untold: [] };
  try {
    const { engines, untold } = deserialize(bytes.subarray(end + 1)) as Pick<Saved, 'engines' | 'untold'>;
    return { logs: header.logs, engines, untold };
  } catch {
    // Structured data of a newer V8.
    return { logs: header.logs, engines: null, untold: [] };
  }
}

function seal(header: Omit<Header, 'sha256'>, body: Uint8Array): string {
  return createHash('sha256').update(JSON.stringify(header)).update(body).digest('hex');
}

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The real one. */
export const stateDisk: StateDisk = {
  read: (path) => readFile(path),
  async write(path, bytes) {
    const file = await open(path, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  rename,
  async syncDirectory(path) {
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};
