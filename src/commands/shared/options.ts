/** Options that several commands share, and what their values mean. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { loadConfig, type Config } from '../../config/config.ts';
import type { LogInfo } from '../../core/extract/records.ts';
import { PROFILES, type EpochUs, type Profile, type ReasonNote } from '../../core/model.ts';
import { parseDuration } from '../../core/units.ts';
import { utc } from '../../core/utc.ts';
import type { Input } from '../../sources/source.ts';
import { nodeOf } from './node.ts';

export interface CommonOptions {
  readonly config?: string;
  readonly patterns?: string[];
  readonly timezone?: string;
  readonly profile?: Profile;
  readonly node?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
  readonly output?: string;
}

/** What a log does not say of itself. */
export interface LogOptions extends CommonOptions {
  readonly year?: number;
  readonly date?: number;
}

export interface ReadingOptions extends LogOptions {
  readonly since?: EpochUs;
  readonly until?: EpochUs;
  readonly jobs?: number;
}

/** Options of every command. */
export function withCommonOptions(command: Command): Command {
  return command
    .option('--config <file>', 'configuration (default: /etc/vernewatch/vernewatch.yaml where there is one)')
    .option('--patterns <dir>', 'pattern packs, added to the built-in ones; can be given again', collect, undefined)
    .addOption(new Option('--profile <name>', 'thresholds: what Netdata’s guides describe, or what it computes').choices(PROFILES))
    .option('-o, --output <file>', 'write the result to a file')
    .option('--quiet', 'no progress and no hints on stderr')
    .option('--no-color', 'no colour (also: NO_COLOR=1)');
}

/** Options of the commands that read archives. */
export function withReadingOptions(command: Command): Command {
  return withLogOptions(command)
    .option('--since <time>', 'events from this time on: RFC 3339, or "2h ago"', moment)
    .option('--until <time>', 'events before this time', moment)
    .option('--jobs <n>', 'how many threads read at once (default: one for each processor; the result is always the same)', jobs);
}

/** Options of the commands that read logs. */
export function withLogOptions(command: Command): Command {
  return withCommonOptions(command)
    .option('--timezone <zone>', 'zone of logs without an offset, e.g. Europe/Berlin (default: this machine’s)')
    .option('--year <year>', 'year of logs without one, such as syslog', year)
    .option('--date <day>', 'first day of logs without dates, such as 1.x standard output: YYYY-MM-DD', date)
    .option('--node <name>', 'name of the broker node')
    .hook('preAction', checkZone);
}

export function configOf(options: CommonOptions): Promise<Config> {
  return loadConfig(options);
}

/** What is known of a log besides its bytes. */
export function describeLog(
  options: ReadingOptions,
  config: Config,
): (log: { readonly name: string; readonly inputs: readonly Pick<Input, 'modified'>[] }) => LogInfo {
  return (log) => ({
    node: options.node ?? nodeOf(log.name, config.logs),
    calendar: {
      zone: config.zone,
      year: options.year ?? null,
      date: options.date ?? null,
      // The newest file of a log was written last; its lines cannot be later than that.
      reference: Math.max(...log.inputs.map(({ modified }) => modified)) * 1000,
    },
  });
}

export function notesOf({ knowledge }: Config): (reason: string) => ReasonNote | null {
  return (reason) => knowledge.reasons.get(reason) ?? null;
}

function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

/** No parser of the option's value: those cannot wait for the time zones, which are loaded only where one is named. */
async function checkZone(command: Command): Promise<void> {
  const { timezone } = command.opts<LogOptions>();
  if (timezone === undefined || (await import('../../config/zone.ts')).isZone(timezone)) return;
  const wrong = `error: option '--timezone <zone>' argument '${timezone}' is invalid.`;
  command.error(`${wrong} no such time zone; write a name such as Europe/Berlin, or UTC.`);
}

function jobs(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text)) throw new InvalidArgumentError('write a number of threads, such as 1 or 4.');
  return Number(text);
}

function year(text: string): number {
  if (!/^\d{4}$/.test(text)) throw new InvalidArgumentError('write a year as 2026.');
  return Number(text);
}

/** @returns local midnight in microseconds since 1970 on the wall. */
function date(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!match || Number.isNaN(Date.parse(text))) throw new InvalidArgumentError('write a day as 2026-11-20.');
  return utc(Number(match[1]), Number(match[2]), Number(match[3]));
}

function moment(text: string): EpochUs {
  const ago = /^(.*?)\s+ago$/.exec(text.trim());
  const length = ago ? parseDuration(ago[1]!) : null;
  if (length !== null) return Date.now() * 1000 - length;
  // Without an offset Date.parse would take the zone of this machine for a time and UTC for a day.
  const at = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('write a time as 2026-11-20T22:13:00Z, a day as 2026-11-20, or a span as "2h ago".');
  return at * 1000;
}
