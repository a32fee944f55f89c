/** `vernewatch follow`: the service. Live logs in, a line for each change of an alert out, until somebody stops it. */
import * as disk from 'node:fs/promises';
import { setFlagsFromString } from 'node:v8';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { Checkpoint, stateDisk, type Saved } from '../checkpoint.ts';
import { DEFAULT_LOG } from '../config/config.ts';
import { parseDuration } from '../core/units.ts';
import { Live } from '../live.ts';
import { Notices } from '../notices.ts';
import { Reload, serve } from '../service.ts';
import { Doorbell } from '../sources/doorbell.ts';
import { ServiceManager } from '../systemd.ts';
import { complain, EXIT, isMistake, tellMistake, UsageError } from './shared/errors.ts';
import { withLogOptions, type LogOptions } from './shared/options.ts';
import { openOutput } from './shared/journal.ts';
import { DEFAULT_STATE, stateDirectory } from './shared/state-directory.ts';
import { Watching, type From } from './shared/watching.ts';

interface FollowOptions extends LogOptions {
  readonly state?: string;
  readonly from?: From;
  readonly format?: 'text' | 'json';
}

const EXAMPLES = `
Examples:
  $ vernewatch follow
  $ vernewatch follow --state ~/.vernewatch --from 1h ./console.log
  $ vernewatch follow '/srv/brokers/*/console.log'
  $ vernewatch follow --format json | jq 'select(.change == "raised") | .offenders[0].client_id'

Lines of JSON with "change" are alerts, the others are notices. SIGHUP reads the configuration anew, SIGTERM saves and stops.
Exit codes: 0 stopped by SIGTERM or SIGINT, 2 wrong usage, 74 output full, 78 wrong configuration.`;

export function addFollow(program: Command): void {
  withLogOptions(program.command('follow'))
    .summary('tail live logs and raise alerts as lines arrive')
    .description('The service: follows logs through rotations and restarts, raises and clears alerts, and names the clients behind them.')
    .argument('[file...]', `logs or globs to follow (default: those of the configuration, else ${DEFAULT_LOG})`)
    .option('--state <dir>', `where to remember what was read (default: $STATE_DIRECTORY, else ${DEFAULT_STATE})`)
    .option('--from <start|end|duration>', 'where to begin with a log that was never read (default: the current minute)', from)
    .addOption(new Option('--format <format>', 'default: text on a terminal, else json').choices(['text', 'json']))
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: FollowOptions) => {
      try {
        await follow(files, options);
      } catch (error) {
        if (!tellMistake(error)) throw error;
        process.exitCode = EXIT.config;
      }
    });
}

async function follow(files: readonly string[], options: FollowOptions): Promise<void> {
  // Under load V8 lets its nursery grow by some 40 MB, which a service would keep for ever.
  setFlagsFromString('--semi-space-growth-factor=1');
  const watching = await Watching.open(files, options);
  const state = await stateDirectory(options.state ?? process.env['STATE_DIRECTORY'] ?? watching.config.state);
  const stop = stopSignal();
  let failure: NodeJS.ErrnoException | null = null;
  const output = await openOutput(options, watching.notes, {
    left(error) {
      failure = error;
      stop.abort();
    },
    dropped: () => notices.linesDropped(1),
  });
  const notices: Notices = new Notices((notice) => output.journal.notice(notice), Date.now);
  const bell = new Doorbell({ refused: (error, directory) => notices.watchRefused(directory, error) });
  const reload = new Reload();
  process.on('SIGHUP', () => {
    reload.asked = true;
    bell.ring();
  });

  if (state.error !== null) notices.noState(state.directory, state.error);
  const checkpoint = state.error === null ? new Checkpoint(state.directory, stateDisk) : null;
  const saved = checkpoint && (await load(checkpoint, notices));
  watching.remember((saved?.logs ?? []).map(({ path }) => path));
  const watch = await watching.scan();
  notices.started(`following ${watch.logs.map(({ path }) => path).join(', ') || 'nothing yet: no file fits'}`);
  const live = await Live.start(watch, saved, {
    disk,
    now: Date.now,
    notices,
    checkpoint,
    begin: (log) => watching.begin(log, Date.now()),
    tell: (change, done) => output.journal.change(change, done),
  });
  const manager = new ServiceManager({ env: process.env, failed: (error) => notices.serviceManager(error) });
  await serve(
    {
      live,
      bell,
      notices,
      manager,
      now: Date.now,
      scan: () => watching.scan(),
      reload: () => watching.reload(),
      isMistake,
      stop: stop.signal,
    },
    reload,
  );

  void manager.stopping();
  notices.close();
  notices.stopped();
  await output.flush();
  await live.close();
  await bell.close();
  state.release();
  tellFailure(failure);
  output.leave();
}

/** That a reader leaves (`| head`) is no failure. What it was not told is told at the next start. */
function tellFailure(error: NodeJS.ErrnoException | null): void {
  if (error === null || error.code === 'EPIPE') return;
  complain(
    `vernewatch: cannot write the output: ${error.message}; everything read is saved, what could not be told is told at the next start`,
  );
  process.exitCode = EXIT.output;
}

/** SIGTERM and SIGINT stop the service; a second one ends it at once. */
function stopSignal(): AbortController {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  return stop;
}

/** @throws UsageError where the file is there and cannot be read or moved. */
async function load(checkpoint: Checkpoint, notices: Notices): Promise<Saved | null> {
  const loaded = await checkpoint.load().catch((error: unknown) => {
    throw new UsageError(`cannot go on from ${checkpoint.path}: ${(error as Error).message}`);
  });
  if ('aside' in loaded) {
    notices.stateSetAside(checkpoint.path, loaded.aside, loaded.why);
    return null;
  }
  if (loaded.saved?.engines === null) notices.alertsForgotten(checkpoint.path);
  return loaded.saved;
}

function from(text: string): From {
  if (text === 'start' || text === 'end') return text;
  const length = parseDuration(text);
  if (length === null) throw new InvalidArgumentError('write start, end or a length of time as 10m.');
  return length;
}
