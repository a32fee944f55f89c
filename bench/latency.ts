/**
 * From the append to the alert, beside GNU tail -F on the same file, and what both take of the machine while nothing is written.
 *
 * With a threshold of 0 and a window of 10 ms each refused connection raises an alert of its own. Whoever writes also takes what both print,
 * so one clock does, and what it takes to pass through a pipe counts for both.
 *
 * The table goes into docs/following.md. Ends with 1 if ours misses what it is to reach.
 */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Child, vernewatch } from './child.ts';
import { refusal } from './incident.ts';
import { put } from './report.ts';
import { Writer } from './writer.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/following.md', import.meta.url));
const SAMPLES = 1_000;
/** More than the window, and not in step with any timer. */
const GAP_MS = { least: 20, most: 60 };
const BUSY_LINES_PER_SECOND = 2_000;
const SETTLE_MS = 10_000;
const QUIET_MS = 60_000;
const GOAL = { p99Ms: 50, cpuShare: 0.01, rssMiB: 100 };
const CONFIG = 'alerts: { vernemq_mqtt_connack_sent_reason_unsuccessful: { raise_above: 0, window: 10ms } }\n';

interface Contestant {
  readonly name: string;
  readonly child: Child;
  /** When the line of a sample was printed. */
  readonly printed: Map<string, number>;
}

const directory = fs.mkdtempSync(join(tmpdir(), 'latency-'));
const config = join(directory, 'vernewatch.yaml');
fs.writeFileSync(config, CONFIG);
const writer = new Writer(directory);
writer.open();
const service = vernewatch('follow', '--format', 'json', '--config', config, '--state', join(directory, 'state'), writer.path);
const contestants = [start('GNU `tail -F`', ['tail', '-n', '0', '-F', writer.path], ''), start('vernewatch', service, '"change":"raised"')];
const sent = new Map<string, number>();

await Promise.all(contestants.map(knock));
const idle = await measure('idle');
const writing = new AbortController();
const busy = (async () => {
  while (!writing.signal.aborted) await writer.pace(BUSY_LINES_PER_SECOND / 10, BUSY_LINES_PER_SECOND);
})();
const beside = await measure('busy');
writing.abort();
await busy;
await setTimeout(SETTLE_MS);
const quiet = await measureQuiet();
await Promise.all(contestants.map(({ child }) => child.stop('SIGTERM')));
fs.rmSync(directory, { recursive: true });

const text = [
  ['', ...contestants.map(({ name }) => name)],
  ['---', ...contestants.map(() => '--:')],
  ['from append to line, nothing else written: median, p99', ...idle.map(milliseconds)],
  [`the same beside ${BUSY_LINES_PER_SECOND.toLocaleString('en')} other lines a second`, ...beside.map(milliseconds)],
  ['CPU over a minute in which the log does not grow', ...quiet.map(({ cpuShare }) => `${(cpuShare * 100).toFixed(2)} %`)],
  ['resident memory then', ...quiet.map(({ rssMiB }) => `${rssMiB.toFixed(0)} MB`)],
]
  .map((cells) => `| ${cells.join(' | ')} |`)
  .join('\n');
console.log(text);
await put(text, 'latency', DOCUMENT);
const late = [idle, beside].some((all) => quantile(all.at(-1)!, 0.99) > GOAL.p99Ms);
const { cpuShare, rssMiB } = quiet.at(-1)!;
process.exitCode = late || cpuShare > GOAL.cpuShare || rssMiB > GOAL.rssMiB ? 1 : 0;

function start(name: string, command: readonly string[], marks: string): Contestant {
  const printed = new Map<string, number>();
  const child = new Child(command, (line) => {
    const now = performance.now();
    const sample = /sample-[a-z]+-\d+/.exec(line)?.[0];
    if (sample !== undefined && line.includes(marks)) printed.set(sample, now);
  });
  return { name, child, printed };
}

function append(sample: string): void {
  const time = new Date().toISOString().replace('Z', '000+00:00');
  sent.set(sample, performance.now());
  fs.appendFileSync(writer.path, `${refusal(time, sent.size, sample)}\n`);
}

/** Until it listens. */
async function knock({ printed }: Contestant): Promise<void> {
  while (printed.size === 0) {
    append(`sample-knock-${sent.size}`);
    await setTimeout(GAP_MS.most);
  }
}

/** @returns how long each sample took, for each contestant, in milliseconds, in ascending order. */
async function measure(name: string): Promise<number[][]> {
  const samples = Array.from({ length: SAMPLES }, (_, n) => `sample-${name}-${n}`);
  for (const sample of samples) {
    append(sample);
    await setTimeout(GAP_MS.least + Math.random() * (GAP_MS.most - GAP_MS.least));
  }
  while (!contestants.every(({ printed }) => printed.has(samples.at(-1)!))) await setTimeout(GAP_MS.most);
  return contestants.map(({ printed }) =>
    samples.map((sample) => (printed.get(sample) ?? Infinity) - sent.get(sample)!).sort((a, b) => a - b),
  );
}

async function measureQuiet(): Promise<{ cpuShare: number; rssMiB: number }[]> {
  const before = contestants.map(({ child }) => child.usage()!);
  await setTimeout(QUIET_MS);
  return contestants.map(({ child }, index) => {
    const { cpuMs, rssMiB } = child.usage()!;
    return { cpuShare: (cpuMs - before[index]!.cpuMs) / QUIET_MS, rssMiB };
  });
}

function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.ceil(ascending.length * share) - 1]!;
}

function milliseconds(ascending: readonly number[]): string {
  return `${quantile(ascending, 0.5).toFixed(1)} ms, ${quantile(ascending, 0.99).toFixed(1)} ms`;
}
