#!/usr/bin/env node
/** The program: its commands and its exit codes. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAlerts } from './commands/alerts.ts';
import { addAnalyze } from './commands/analyze.ts';
import { addCheck } from './commands/check.ts';
import { addExtract } from './commands/extract.ts';
import { addFollow } from './commands/follow.ts';
import { addPatterns } from './commands/patterns.ts';
import { complain, EXIT, tellMistake } from './commands/shared/errors.ts';

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

addFollow(program);
addAnalyze(program);
addExtract(program);
addPatterns(program);
addAlerts(program);
addCheck(program);
inherit(program);

// Whoever reads the messages may leave before us.
process.stderr.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
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
