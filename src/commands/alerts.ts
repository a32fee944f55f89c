/** `vernewatch alerts list`: the rules in force. */
import { Option, type Command } from 'commander';
import type { AlertDefinition } from '../core/model.ts';
import { SECOND } from '../core/units.ts';
import { jsonText } from '../outlets/views/json.ts';
import { rulesText } from '../outlets/views/rules.ts';
import { configOf, withCommonOptions, type CommonOptions } from './shared/options.ts';
import { openResult } from './shared/result.ts';
import { colorFor, widthOf } from './shared/terminal.ts';

export function addAlerts(program: Command): void {
  const alerts = program.command('alerts').summary('the alert rules').description('The alert rules in force.');
  withCommonOptions(alerts.command('list'))
    .description('Lists the alert rules in force: what they count, when they raise and clear, and which witness can feed them.')
    .addOption(new Option('--format <format>', 'how to write the result').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  $ vernewatch alerts list --profile netdata-rate')
    .action(list);
}

async function list(options: CommonOptions & { format: 'text' | 'json' }): Promise<void> {
  const { knowledge } = await configOf(options);
  const result = await openResult(options.output);
  const { alerts } = knowledge;
  await result.write(
    options.format === 'json'
      ? `${jsonText(alerts.map(rule), 2)}\n`
      : rulesText(alerts, { width: widthOf(options), color: colorFor(options) }),
  );
  await result.close();
}

function rule({ alert, severity, window, raiseAbove, clearAbove, witness, counts, select }: AlertDefinition) {
  return { alert, severity, window_seconds: window / SECOND, raise_above: raiseAbove, clear_above: clearAbove, witness, counts, select };
}
