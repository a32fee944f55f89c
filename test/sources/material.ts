/** What the tests of the sources are made of: a log, its archives, a directory to put them in. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Block, Input } from '../../src/sources/source.ts';

/** A log of so many lines, each with its number, the same each time. */
export function log(lines: number, from = 0): Buffer {
  const text = Array.from({ length: lines }, (_, index) => {
    const n = from + index;
    const time = new Date(1_795_213_257_566 + 37 * n).toISOString().replace('Z', '168+00:00');
    return `${time} [warning] <0.${(n * 7919) % 9973}.0> vmq_mqtt_fsm:check_user/2:739: can't authenticate client {[],<<"sensor-${(n * 31) % 97}">>} from 10.0.0.${n % 251}:${1024 + ((n * 13) % 5000)} due to invalid_credentials\n`;
  });
  return Buffer.from(text.join(''));
}

/**
 * Archives of `log(1500)`, made by fixtures/archives/make.sh of the formats' own tools, so that the tests run where these are missing.
 * Each is made of two archives put together, as appending leaves them.
 */
export const ARCHIVES = ['gz', 'zst', 'bz2', 'xz'] as const;
export const ARCHIVED = log(1500);

export function archive(ending: (typeof ARCHIVES)[number]): Promise<Buffer> {
  return readFile(new URL(`../../fixtures/archives/two-halves.log.${ending}`, import.meta.url));
}

/** What a tool of the system makes of the bytes; null where it is missing. */
export function packedBy(command: string, bytes: Uint8Array): Buffer | null {
  const [tool = '', ...options] = command.split(' ');
  const { status, stdout } = spawnSync(tool, [...options, '-c'], { input: bytes, maxBuffer: 2 ** 30 });
  return status === 0 ? stdout : null;
}

export function namedPipe(path: string): boolean {
  return run('mkfifo', path).status === 0;
}

function run(tool: string, ...args: readonly string[]): ReturnType<typeof spawnSync> {
  return spawnSync(tool, args);
}

export async function directory(files: Record<string, string | Uint8Array> = {}): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'vernewatch-'));
  onTestFinished(() => rm(path, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  return path;
}

/** Pieces cut after every `size` bytes, all in one buffer that is used again, as a file's are. */
export async function* pieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.min(size, bytes.length));
  for (let at = 0; at < bytes.length; at += size) {
    const piece = bytes.subarray(at, at + size);
    buffer.fill(0xee);
    buffer.set(piece);
    yield await Promise.resolve(buffer.subarray(0, piece.length));
  }
}

/** Cuts bytes where a list of sizes says, going round the list. */
export async function* cut(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    yield await Promise.resolve(Uint8Array.from(bytes.subarray(at, at + size)));
    at += size;
  }
}

/** All that comes, and what is thrown at the end. */
export async function drained(source: AsyncIterable<Uint8Array>): Promise<{ bytes: Buffer; error: unknown }> {
  const parts: Uint8Array[] = [];
  try {
    for await (const part of source) parts.push(Uint8Array.from(part));
  } catch (error) {
    return { bytes: Buffer.concat(parts), error };
  }
  return { bytes: Buffer.concat(parts), error: null };
}

export interface Line {
  readonly offset: number;
  readonly text: string;
}

/** Lines with their offsets, and a check of what every block owes its reader. */
export async function linesOf(blocks: AsyncIterable<Block>): Promise<Line[]> {
  const lines: Line[] = [];
  let unended = false;
  for await (const { offset, bytes } of blocks) {
    if (bytes.length === 0 || unended) throw new Error(`an empty block, or one after an unended line, at ${offset}`);
    let at = 0;
    for (const text of Buffer.from(bytes)
      .toString('latin1')
      .split(/(?<=\n)/)) {
      lines.push({ offset: offset + at, text });
      at += text.length;
    }
    unended = bytes.at(-1) !== 0x0a;
  }
  return lines;
}

export async function textOf(input: Input): Promise<string> {
  return (await linesOf(input.blocks())).map(({ text }) => text).join('');
}
