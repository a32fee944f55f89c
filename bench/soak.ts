/**
 * The service through a long incident: 2,000 lines/s, a rotation with compression every 5 s, kill -9 every 20 s. Nothing may be lost,
 * doubled, or grow.
 *
 * At this rate both alerts stay raised throughout, so what they count when they clear, a minute after the last line, is all that was written,
 * by whichever life of the service it was read. What is told on the way is known beforehand too: who comes to lead, and at which count.
 *
 * The figures go into docs/following.md. Ends with 1 if something was lost or doubled. `--minutes 1` is a short one, and only printed.
 */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Child, script, vernewatch, type Usage } from './child.ts';
import { expected } from './incident.ts';
import { put } from './report.ts';
import { figures, type Soak } from './soak-figures.ts';
import { judge, type Told } from './soak-verdict.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/following.md', import.meta.url));
const MINUTES = '10';
const LINES_PER_SECOND = 2_000;
const KILL_MS = 20_000;
/** The moments of the kills wander through the 5 s between two rotations. */
const WANDER_MS = 5_000;
const SAMPLE_MS = 250;
/** The alerts clear a minute after the last line. */
const CLEARED_MS = 75_000;

const { minutes } = parseArgs({ options: { minutes: { type: 'string', default: MINUTES } } }).values;
const directory = fs.mkdtempSync(join(tmpdir(), 'soak-'));
const logs = join(directory, 'logs');
fs.mkdirSync(logs);
const told: Told[] = [];
const usages: Usage[] = [];
let [kills, cpuMs, torn, last] = [0, 0, 0, 0];
let killAt = nextKill();

const began = Date.now();
let service = serve();
const writer = new Child(script('soak-writer.ts', logs, String(LINES_PER_SECOND), String(Number(minutes) * 60)), (line) => {
  last = Number(line);
});
while (!writer.hasEnded) {
  await setTimeout(SAMPLE_MS);
  if (service.hasEnded) throw new Error(`the service has ended by itself, see ${directory}`);
  sample();
  if (Date.now() < killAt) continue;
  await end('SIGKILL');
  kills += 1;
  killAt = nextKill();
  service = serve();
}
await writer.ended;
const wroteMs = Date.now() - began;
const bound = Date.now() + CLEARED_MS;
while (told.filter(({ change }) => change === 'cleared').length < 2 && Date.now() < bound) await setTimeout(SAMPLE_MS);
await end('SIGTERM');

const soak: Soak = {
  minutes: Number(minutes),
  lines: last,
  rotations: Math.ceil((Number(minutes) * 60) / 5) - 1,
  kills,
  cpuShare: cpuMs / (Date.now() - began),
  rss: usages.slice(0, Math.floor((usages.length * wroteMs) / (Date.now() - began))).map(({ rssMiB }) => rssMiB),
  verdict: judge(told, expected(last)),
  expected: expected(last),
};
const text = figures(soak);
console.log(text);
for (const fault of soak.verdict.faults) console.error(fault);
if (torn > 0) console.error(`${torn} lines were torn by a kill`);
if (soak.verdict.faults.length > 0) {
  process.exitCode = 1;
  console.error(`all of it is in ${directory}`);
} else {
  fs.rmSync(directory, { recursive: true });
  if (minutes === MINUTES) await put(text, 'soak', DOCUMENT);
}

function serve(): Child {
  const command = vernewatch(
    'follow',
    '--format',
    'json',
    '--from',
    'start',
    '--state',
    join(directory, 'state'),
    join(logs, 'console.log'),
  );
  return new Child(command, take, () => (torn += 1));
}

function take(line: string): void {
  fs.appendFileSync(join(directory, 'told'), `${line}\n`);
  const said = JSON.parse(line) as Told | { change: undefined; level: string };
  if (said.change !== undefined) told.push(said);
  else if (said.level !== 'info') console.error(line);
}

function sample(): Usage | null {
  const usage = service.usage();
  if (usage !== null) usages.push(usage);
  return usage;
}

async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  cpuMs += sample()?.cpuMs ?? 0;
  await service.stop(signal);
}

function nextKill(): number {
  return Date.now() + KILL_MS + (Math.random() - 0.5) * WANDER_MS;
}
