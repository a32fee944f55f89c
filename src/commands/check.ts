/** `vernewatch check`: validates the whole configuration and says what would be watched. */
import type { Command } from 'commander';
import { existsSync } from 'node:fs';
import type { WatchedLog } from '../config/config.ts';
import { mask } from '../core/mask.ts';
import { nodeOfLive } from './shared/node.ts';
import { configOf, withCommonOptions, type CommonOptions } from './shared/options.ts';
import { isGlob, liveLogs } from '../sources/live-logs.ts';
import { openResult } from './shared/result.ts';
import { DEFAULT_STATE } from './shared/state-directory.ts';

export function addCheck(program: Command): void {
  withCommonOptions(program.command('check'))
    .summary('validate the configuration')
    .description('Validates configuration and packs as a whole and says what would be watched. Exit code 2 if anything is wrong.')
    .addHelpText('after', '\nExample:\n  $ vernewatch check --config vernewatch.yaml')
    .action(check);
}

async function check(options: CommonOptions): Promise<void> {
  const config = await configOf(options);
  const result = await openResult(options.output);
  const { alerts, patterns, envelopes } = config.knowledge;
  const lines = [
    `configuration  ${config.file ?? 'none, defaults'}`,
    ...(await Promise.all(config.logs.map(watched))).flat().map((log) => `log            ${log}`),
    `state          ${config.state ?? DEFAULT_STATE}, unless the service manager or --state says otherwise`,
    `time zone      ${config.zone.name}, for logs without an offset`,
    ...config.packs.map((pack) => `pack           ${pack}`),
    `patterns       ${patterns.length} in ${envelopes.length} envelopes`,
    `alerts         ${alerts.length}, ${alerts.filter(({ witness }) => witness.includes('log')).length} of them fed by a log, profile ${config.profile}`,
  ];
  await result.write(`${lines.map((line) => mask(line)).join('\n')}\n`);
  await result.close();
}

/** What a path or a glob of the configuration stands for now. */
async function watched(log: WatchedLog): Promise<string[]> {
  const files = await liveLogs(log.path);
  const shown = files.map((file) => {
    const node = nodeOfLive(log, file);
    return `${file}${node === null ? '' : ` as node ${node}`}${existsSync(file) ? '' : ' (not there yet)'}`;
  });
  return isGlob(log.path) ? [`${log.path}: ${files.length} files now, new ones are picked up`, ...shown] : shown;
}
