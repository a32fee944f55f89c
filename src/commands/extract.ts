/** `vernewatch extract`: archives in, events out, one JSON object a line. */
import { Option, type Command } from 'commander';
import { eventLine } from '../outlets/views/event.ts';
import { configOf, withReadingOptions, type ReadingOptions } from './shared/options.ts';
import { readAll } from './shared/reading.ts';
import { openResult } from './shared/result.ts';

const EXAMPLES = `
Examples:
  $ vernewatch extract console.log | jq -r 'select(.event == "connack_refused") | .client_id'
  $ vernewatch extract /var/log/vernemq --since 2026-11-20T22:00:00Z -o events.ndjson`;

export function addExtract(program: Command): void {
  withReadingOptions(program.command('extract'))
    .summary('write every event as a line of JSON')
    .description('Reads logs as analyze does and writes every event as one line of JSON (NDJSON), nothing aggregated.')
    .argument('[path...]', 'logs to read')
    .addOption(new Option('--format <format>', 'how to write the result').choices(['ndjson', 'json']).default('ndjson'))
    .addHelpText('after', EXAMPLES)
    .action(extract);
}

async function extract(paths: string[], options: ReadingOptions): Promise<void> {
  const config = await configOf(options);
  const result = await openResult(options.output);
  const { exitCode } = await readAll(
    paths,
    options,
    config,
    ({ events }) => {
      if (events.length === 0) return undefined;
      let text = '';
      for (const event of events) text += `${eventLine(event)}\n`;
      return result.write(text);
    },
    () => result.closed,
  );
  await result.close();
  process.exitCode = exitCode;
}
