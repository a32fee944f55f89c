#!/usr/bin/env node
/** The program: its commands and its exit codes. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { complain, EXIT, tellMistake } from './commands/shared/errors.ts';

/** Each is loaded when it is asked for: the program starts several times as fast. */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  follow: async () => (await import('./commands/follow.ts')).addFollow,
  analyze: async () => (await import('./commands/analyze.ts')).addAnalyze,
  extract: async () => (await import('./commands/extract.ts')).addExtract,
  patterns: async () => (await import('./commands/patterns.ts')).addPatterns,
  alerts: async () => (await import('./commands/alerts.ts')).addAlerts,
  check: async () => (await import('./commands/check.ts')).addCheck,
};

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const program = new Command('vernewatch')
  .description('Names the MQTT clients behind VerneMQ’s refused connections and bad reason codes.')
  .version(version)
  .showSuggestionAfterError()
  .showHelpAfterError('(add --help for options and examples)')
  .configureHelp({ showGlobalOptions: true })
  .addHelpText(
    'after',
    '\nTry:\n  $ vernewatch analyze /var/log/vernemq\n  $ vernewatch follow\n  $ vernewatch patterns explain console.log',
  )
  .exitOverride();

for (const load of needed(process.argv[2])) (await load())(program);
inherit(program);

// Whoever reads the messages may leave before us.
process.stderr.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** For a mistyped command or the help all of them are needed, for the version none. */
function needed(first = '') {
  if (first === '--version' || first === '-V') return [];
  return Object.hasOwn(COMMANDS, first) ? [COMMANDS[first]!] : Object.values(COMMANDS);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (tellMistake(error)) return EXIT.usage;
  complain(
    `vernewatch: this is a bug of vernewatch; please report it with the lines below\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  return EXIT.bug;
}

/** Commander hands these settings to no command that was made before. */
function inherit(command: Command): void {
  for (const sub of command.commands) {
    sub.copyInheritedSettings(command).exitOverride();
    inherit(sub);
  }
}
