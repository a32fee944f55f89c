/**
 * How long the built program takes for next to nothing, as a multiple of what Node takes for nothing at all.
 *
 * All are started in turn in each round, and a ratio is that of one round: what else the machine does falls on all of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';

export interface StartupRow {
  readonly name: string;
  /** Median of the rounds; at most `bound` is wanted. */
  readonly ratio: number;
  readonly bound: number;
  /** Median wall time. */
  readonly ms: number;
  /** The middle half of the ratios. */
  readonly spread: string;
}

interface Contestant {
  readonly name: string;
  readonly bound: number;
  readonly args: readonly string[];
}

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');
const LOG = join(ROOT, 'fixtures/logs/credential-burst.log');
const LOG_BYTES = 10 * 1024;
const ROUNDS = 21;
/** The first rounds bring everything into the page cache. */
const WARMUP = 2;

/** Needs the built program. */
export async function startup(): Promise<StartupRow[]> {
  const directory = mkdtempSync(join(tmpdir(), 'vernewatch-startup-'));
  try {
    const log = join(directory, 'console.log');
    writeFileSync(log, readFileSync(LOG).subarray(0, LOG_BYTES));
    return await race([
      { name: '`vernewatch --version`', bound: 1.5, args: [CLI, '--version'] },
      { name: '`vernewatch analyze` of 10 KB', bound: 3, args: [CLI, 'analyze', '--exit-zero', log] },
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function race(contestants: readonly Contestant[]): Promise<StartupRow[]> {
  const lanes = contestants.map((contestant) => ({ ...contestant, times: [] as number[], ratios: [] as number[] }));
  for (let round = 0; round < WARMUP + ROUNDS; round += 1) {
    const nothing = await timeOf(['-e', '0']);
    for (const { args, times, ratios } of lanes) {
      const ms = await timeOf(args);
      if (round < WARMUP) continue;
      times.push(ms);
      ratios.push(ms / nothing);
    }
  }
  return lanes.map(({ name, bound, times, ratios }) => ({
    name,
    ratio: quantile(ratios, 0.5),
    bound,
    ms: quantile(times, 0.5),
    spread: `${quantile(ratios, 0.25).toFixed(2)}–${quantile(ratios, 0.75).toFixed(2)}`,
  }));
}

/** Milliseconds from the start of a Node program to its end. */
async function timeOf(args: readonly string[]): Promise<number> {
  const start = performance.now();
  const [status] = (await once(spawn(process.execPath, args, { stdio: 'ignore' }), 'exit')) as [number | null];
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}; was it built?`);
  return ms;
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))]!;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = await startup();
  for (const { name, ratio, bound, ms, spread } of rows)
    console.log(`${name}: ${ratio.toFixed(2)} × node -e 0 (${spread}), at most ${bound} wanted; ${ms.toFixed(0)} ms`);
  process.exitCode = rows.every(({ ratio, bound }) => ratio <= bound) ? 0 : 1;
}
