/** `vernewatch analyze`: archives in, incident report out. */
import { Option, type Command } from 'commander';
import { incident } from '../outlets/views/incident.ts';
import { jsonText } from '../outlets/views/json.ts';
import { reportText } from '../outlets/views/text.ts';
import { EXIT } from './shared/errors.ts';
import { configOf, notesOf, withReadingOptions, type ReadingOptions } from './shared/options.ts';
import { readAll } from './shared/reading.ts';
import { openResult } from './shared/result.ts';
import { colorFor, widthOf } from './shared/terminal.ts';

interface AnalyzeOptions extends ReadingOptions {
  readonly format: 'text' | 'json';
  readonly exitZero?: boolean;
}

const EXAMPLES = `
Examples:
  $ vernewatch analyze /var/log/vernemq
  $ vernewatch analyze console.log.1 console.log.0 console.log --since "2h ago"
  $ vernewatch analyze --timezone Europe/Berlin 'nodes/*/console.log*'
  $ docker compose logs vernemq | vernewatch analyze --format json -

Exit codes: 0 no alert, 1 an alert was raised, 2 wrong usage, 3 some input unreadable.`;

export function addAnalyze(program: Command): void {
  withReadingOptions(program.command('analyze'))
    .summary('say who is behind an incident, from archived logs')
    .description(
      'Reads logs (files, directories, globs, - for standard input; plain or compressed), raises the alerts and names the clients behind them.',
    )
    .argument('[path...]', 'logs to read')
    .addOption(new Option('--format <format>', 'how to write the result').choices(['text', 'json']).default('text'))
    .option('--exit-zero', 'exit with 0 even if an alert was raised')
    .addHelpText('after', EXAMPLES)
    .action(analyze);
}

async function analyze(paths: string[], options: AnalyzeOptions): Promise<void> {
  const config = await configOf(options);
  const result = await openResult(options.output);
  const { snapshot, exitCode } = await readAll(paths, options, config);
  const notes = notesOf(config);
  const text =
    options.format === 'json'
      ? `${jsonText(incident(snapshot, notes), 2)}\n`
      : reportText(snapshot, {
          width: widthOf(options),
          color: colorFor(options),
          timezone: (at) => config.zone.offsetText(at),
          notes,
        });
  await result.write(text);
  await result.close();
  process.exitCode = exitCode !== EXIT.ok ? exitCode : snapshot.alerts.length > 0 && !options.exitZero ? EXIT.alert : EXIT.ok;
}
