/** Logs of the generator on disk, made once: a second run finds them. VERNEWATCH_BENCH_DIR says where. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linesOf, Truth, write, type Corpus } from './corpus.ts';

export interface Stored {
  /** Oldest first. */
  readonly files: readonly string[];
  readonly truth: Truth;
}

const ROOT = process.env['VERNEWATCH_BENCH_DIR'] ?? join(tmpdir(), 'vernewatch-bench');
/** What is on disk of another generator is of no use. */
const GENERATOR = fs.readFileSync(new URL('corpus.ts', import.meta.url));
const DONE = 'truth.json';

/** A directory to write to, of this name. */
export function place(name: string): string {
  const directory = join(ROOT, name);
  fs.mkdirSync(directory, { recursive: true });
  return directory;
}

/** One plain file. */
export function plainLog(corpus: Corpus, bytes: number): Stored {
  return stored(corpus, bytes, ['console.log'], () => undefined);
}

/** Set aside and compressed by logrotate, one going on where the one before ends. @param bytes of each, uncompressed. */
export function gzipLogs(corpus: Corpus, bytes: number, generations: number): Stored {
  const names = Array.from({ length: generations }, (_, n) => `console.log.${generations - 1 - n}`);
  const { files, truth } = stored(corpus, bytes, names, (path) => execFileSync('gzip', [path]));
  return { files: files.map((path) => `${path}.gz`), truth };
}

function stored(corpus: Corpus, bytes: number, names: readonly string[], pack: (path: string) => void): Stored {
  const spec = JSON.stringify([corpus, bytes, names]);
  const directory = join(ROOT, createHash('sha256').update(GENERATOR).update(spec).digest('hex').slice(0, 12));
  const files = names.map((name) => join(directory, name));
  const done = join(directory, DONE);
  if (fs.existsSync(done)) return { files, truth: JSON.parse(fs.readFileSync(done, 'utf8')) as Truth };
  console.error(`writing ${(bytes / 1e6).toFixed(0)} MB × ${names.length} to ${directory}`);
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true });
  const truth = new Truth();
  const lines = linesOf(corpus, truth);
  for (const path of files) {
    write(path, lines, bytes);
    pack(path);
  }
  fs.writeFileSync(done, JSON.stringify(truth));
  return { files, truth };
}
