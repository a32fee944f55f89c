/** `vernewatch check`: validates the whole configuration and says what would be watched. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import { mask } from '../core/mask.ts';
import { configOf, withCommonOptions, type CommonOptions } from './shared/options.ts';
import { openResult } from './shared/result.ts';

export function addCheck(program: Command): void {
  withCommonOptions(program.command('check'))
    .summary('validate the configuration')
    .description('Validates configuration and packs as a whole and says what would be watched. Exit code 2 if anything is wrong.')
    .addHelpText('after', '\nExample:\n  $ vernewatch check --config vernewatch.yaml')
    .action(check);
}

async function check(options: CommonOptions): Promise<void> {
  const config = configOf(options);
  const result = await openResult(options.output);
  const { alerts, patterns, envelopes } = config.knowledge;
  const lines = [
    `configuration  ${config.file ?? 'none, defaults'}`,
    ...config.logs.map(
      ({ path, node }) => `log            ${path}${node === null ? '' : ` as node ${node}`}${existsSync(path) ? '' : ' (not there yet)'}`,
    ),
    `time zone      ${config.timezone}, for logs without an offset`,
    ...config.packs.map((pack) => `pack           ${pack}`),
    `patterns       ${patterns.length} in ${envelopes.length} envelopes`,
    `alerts         ${alerts.length}, ${alerts.filter(({ witness }) => witness.includes('log')).length} of them fed by a log, profile ${config.profile}`,
  ];
  await result.write(`${lines.map((line) => mask(line)).join('\n')}\n`);
  await result.close();
}
