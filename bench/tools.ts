/**
 * Who is compared, and how each does the job: refusals of each minute and of each client, or as much of it as it can.
 *
 * Scripts as somebody would write them who has an incident to look into: the wordings of refusals that the broker has, counted by minute, by
 * client, and by client and reason where the tool can. What vernewatch does is more: every wording of every release, alerts, faults.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vernewatch } from './child.ts';
import { expected, type Contestant, type Counts } from './race.ts';
import { place, type Stored } from './store.ts';

export type Tool = (log: Stored) => Contestant;

/** The wordings that a person would look for, of those the broker has for it. */
const REFUSAL = [
  "can't authenticate",
  "can't register client",
  'invalid client id',
  'empty client id',
  'invalid protocol version',
  "can't continue enhanced auth",
  "can't auth publish",
  "can't authorize SUBSCRIBE",
  'keepalive expired',
  'stopped abnormally',
  'unexpected frame type',
  'multiple sessions not allowed',
].join('|');
const job = (name: string) => fileURLToPath(new URL(`jobs/${name}`, import.meta.url));
const AWK = `mawk -f '${job('count.awk')}'`;

/** What vernewatch is measured by. */
export const mawk = tool('`mawk`', (files) => ['mawk', '-f', job('count.awk'), ...files], tallies);
export const zcatMawk = pipeline('`zcat \\| mawk`', `zcat "$@" | ${AWK}`, tallies);

/** Others that are installed here. */
export const OTHERS: readonly Tool[] = [
  tool('`grep -cE`', (files) => ['grep', '-cE', REFUSAL, ...files], total),
  pipeline('`grep -E \\| mawk`', `grep -E "${REFUSAL}" "$@" | ${AWK}`, tallies),
  ...ifInstalled('rg', [
    tool('`rg -c`', (files) => ['rg', '--no-config', '-c', REFUSAL, ...files], total),
    pipeline('`rg \\| mawk`', `rg --no-config "${REFUSAL}" "$@" | ${AWK}`, tallies),
  ]),
  tool('Node readline', (files) => [process.execPath, job('readline.js'), ...files], tallies),
  ...ifInstalled('lnav', [tool('`lnav -n`', lnav, csv)]),
  ...ifInstalled('mtail', [once(tool('`mtail -one_shot`', mtail, metrics))]),
];
export const GZIP_OTHERS: readonly Tool[] = [
  pipeline('`zcat \\| grep -cE`', `zcat "$@" | grep -cE "${REFUSAL}"`, total),
  ...ifInstalled('rg', [tool('`rg -zc`', (files) => ['rg', '--no-config', '-zcI', REFUSAL, ...files], total)]),
];

export const OURS = 'vernewatch';
export const ALONE = 'vernewatch `--jobs 1`';
export const ours = vernewatchWith(OURS);
export const oursAlone = vernewatchWith(ALONE, '--jobs', '1');

export function vernewatchWith(name: string, ...options: string[]): Tool {
  return tool(name, (files) => vernewatch('analyze', '--exit-zero', '--quiet', '--format', 'json', ...options, ...files), incident);
}

/** The tools and their versions, as far as they say. */
export function versions(): string[] {
  return [
    ['mawk', '-W', 'version'],
    ['grep', '--version'],
    ['gzip', '--version'],
    ['rg', '--version'],
    ['lnav', '-V'],
    ['mtail', '--version'],
  ].map((command) => {
    const { stdout, error } = spawnSync(...split(command), { encoding: 'utf8' });
    const version = error === undefined ? /\d+(?:\.\d+)+[^\s,]*/.exec(stdout)?.[0] : 'not installed';
    return `${command[0]!} ${version ?? ''}`.trim();
  });
}

function tool(name: string, command: (files: readonly string[]) => readonly string[], count: Contestant['count']): Tool {
  return ({ files, truth }) => ({ name, command: command(files), count, truth: expected(truth) });
}

function pipeline(name: string, commands: string, count: Contestant['count']): Tool {
  return tool(name, (files) => ['sh', '-c', commands, 'sh', ...files], count);
}

/** Too slow to be run again and again. */
function once(slow: Tool): Tool {
  return (log) => ({ ...slow(log), rounds: 1 });
}

function ifInstalled(program: string, tools: readonly Tool[]): readonly Tool[] {
  if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined) return tools;
  console.error(`${program} is not installed: left out`);
  return [];
}

function lnav(files: readonly string[]): string[] {
  const minutes = `SELECT strftime('%Y-%m-%dT%H:%M', log_time) AS minute, count(*) FROM all_logs GROUP BY minute`;
  const clients = `SELECT regexp_match('<<"([^"]*)">>', log_body) AS client, count(*) FROM all_logs GROUP BY client`;
  const queries = [minutes, clients].flatMap((query) => ['-c', `;${query}`, '-c', ':write-csv-to -']);
  return ['lnav', '-n', '-c', `:filter-in ${REFUSAL}`, ...queries, ...files];
}

function mtail(files: readonly string[]): string[] {
  return ['mtail', '-one_shot', '-log_dir', place('home'), '-progs', job('count.mtail'), ...files.flatMap((file) => ['-logs', file])];
}

// What they print

/** One number a file. */
function total(output: string): Counts {
  return { events: sum(output.trim().split('\n').map(Number)) };
}

/** `minute 2026-11-20T00:00 17`, and the same for each client. */
function tallies(output: string): Counts {
  const rows = output.trimEnd().split('\n');
  const counts = (of: string) => rows.filter((row) => row.startsWith(of)).map((row) => Number(row.split(' ').at(-1)));
  return tables(counts('minute '), counts('client '));
}

/** Two tables, each with a header. */
function csv(output: string): Counts {
  const [minutes = '', clients = ''] = output.split('client,count(*)\n');
  const counts = (rows: string) =>
    rows
      .split('\n')
      .map((row) => Number(row.split(',')[1]))
      .filter((count) => !Number.isNaN(count));
  return tables(counts(minutes), counts(clients));
}

function metrics(output: string): Counts {
  const found = JSON.parse(output) as Record<string, readonly { LabelValues: readonly { Value: { Value: number } }[] }[]>;
  const counts = (name: string) => found[name]![0]!.LabelValues.map(({ Value }) => Value.Value);
  return tables(counts('minutes'), counts('clients'));
}

function incident(output: string): Counts {
  const { sources, minutes } = JSON.parse(output) as {
    sources: readonly { events: number }[];
    minutes: readonly { events: Record<string, number> }[];
  };
  return {
    events: sum(sources.map(({ events }) => events)),
    'events by minute': sum(minutes.flatMap(({ events }) => Object.values(events))),
    minutes: minutes.length,
  };
}

function tables(minutes: readonly number[], clients: readonly number[]): Counts {
  return { 'events by minute': sum(minutes), 'events by client': sum(clients), minutes: minutes.length, clients: clients.length };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all + number, 0);
}

function split([program = '', ...args]: readonly string[]): [string, string[]] {
  return [program, args];
}
