/** What `analyze`, `extract` and `patterns explain` share: opening what the user names, reading it, telling how it goes. */
import type { SingleBar } from 'cli-progress';
import { availableParallelism } from 'node:os';
import type { Config } from '../../config/config.ts';
import { machineZone } from '../../config/machine-zone.ts';
import { Engine } from '../../core/engine.ts';
import { mask } from '../../core/mask.ts';
import type { Findings, Snapshot, SourceSummary } from '../../core/model.ts';
import { run } from '../../run.ts';
import { openArchives } from '../../sources/archive.ts';
import type { InputLog } from '../../sources/source.ts';
import { EXIT, UsageError } from './errors.ts';
import { describeLog, type ReadingOptions } from './options.ts';

/** Below this nobody waits long enough to look at a bar. */
const LONG_INPUT = 64 * 1024 * 1024;

export interface Reading {
  readonly snapshot: Snapshot;
  /** 3 where some input could not be read, else 0. */
  readonly exitCode: number;
}

/**
 * Reads everything the user named.
 * @param deliver takes events and changes as they come; without it no events are kept.
 * @param enough says that nobody reads the result any more.
 * @throws UsageError where nothing was named.
 */
export async function readAll(
  paths: readonly string[],
  options: ReadingOptions,
  config: Config,
  deliver?: (findings: Findings) => Promise<void> | undefined,
  enough: () => boolean = () => false,
): Promise<Reading> {
  const named = paths.length > 0 ? paths : process.stdin.isTTY ? [] : ['-'];
  if (named.length === 0) throw new UsageError('name a log, a directory or a glob, or pipe a log into it');
  const { logs, problems } = await openArchives(named, { stdin: process.stdin, now: Date.now });
  for (const problem of problems) if (problem.kind !== 'skipped' || !options.quiet) warn(problem.message);

  const engine = new Engine(config.knowledge, {
    since: options.since ?? null,
    until: options.until ?? null,
    events: deliver !== undefined,
  });
  const bar = await progressBar(logs, options);
  try {
    await run({
      engine,
      logs,
      describe: describeLog(options, config),
      deliver: deliver ?? (() => undefined),
      progress: (bytes) => bar?.update(bytes),
      enough,
      parallel: {
        jobs: options.jobs ?? availableParallelism(),
        setting: {
          packs: config.knowledge.sources,
          timezone: config.zone === machineZone ? null : config.zone.name,
          year: options.year ?? null,
          date: options.date ?? null,
          topics: deliver !== undefined,
        },
      },
    });
  } finally {
    bar?.stop();
  }
  const read = engine.snapshot();
  for (const { error } of read.sources) if (error !== null) warn(error);
  for (const input of logs.flatMap(({ inputs }) => inputs)) {
    const cut = input.overlong();
    if (cut > 0) warn(`${input.file}: ${cut} lines were longer than 8 MiB and were cut; what stood in the rest of them is not counted`);
  }
  const snapshot = { ...read, sources: [...read.sources, ...problems.filter(({ kind }) => kind !== 'skipped').map(unread)] };
  return { snapshot, exitCode: snapshot.sources.some(({ error }) => error !== null) ? EXIT.unreadable : EXIT.ok };
}

/** What could not even be opened stands in the report with the rest. */
function unread({ path, message }: { readonly path: string; readonly message: string }): SourceSummary {
  return { file: path, lines: 0, events: 0, unparsed: 0, from: null, to: null, error: message };
}

export function warn(message: string): void {
  process.stderr.write(`vernewatch: ${mask(message)}\n`);
}

async function progressBar(logs: readonly InputLog[], { quiet }: ReadingOptions): Promise<SingleBar | null> {
  const total = logs.flatMap(({ inputs }) => inputs).reduce((sum, { size }) => sum + (size ?? 0), 0);
  if (quiet || !process.stderr.isTTY || total < LONG_INPUT) return null;
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({
    format: ' {bar} {percentage} % of {megabytes} MB, {eta_formatted} left',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0, { megabytes: Math.round(total / 1e6) });
  return bar;
}
