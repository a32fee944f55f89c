/** `vernewatch patterns`: what the packs know, and what they make of a line. */
import { existsSync } from 'node:fs';
import { Option, type Command } from 'commander';
import { formatComplaint } from '../config/complaint.ts';
import { located } from '../config/locate.ts';
import { builtInPacks, readPacks } from '../config/packs.ts';
import { runExamples } from '../core/examples.ts';
import { explain } from '../core/explain.ts';
import { jsonText } from '../outlets/views/json.ts';
import { explanationText, fileExplanationText } from '../outlets/views/explanation.ts';
import { patternsText } from '../outlets/views/patterns.ts';
import { EXIT } from './shared/errors.ts';
import { configOf, describeLog, withCommonOptions, withReadingOptions, type CommonOptions, type ReadingOptions } from './shared/options.ts';
import { readAll } from './shared/reading.ts';
import { openResult } from './shared/result.ts';
import { colorFor, widthOf } from './shared/terminal.ts';

export function addPatterns(program: Command): void {
  const patterns = program
    .command('patterns')
    .summary('the pattern packs')
    .description('The pattern packs: what is loaded, whether it works, what it makes of a line.');
  withCommonOptions(patterns.command('list'))
    .description('Lists the patterns that are loaded.')
    .addOption(new Option('--format <format>', 'how to write the result').choices(['text', 'json']).default('text'))
    .action(list);
  withCommonOptions(patterns.command('test'))
    .description('Runs all examples and counterexamples of the packs. Exit code 1 if one fails.')
    .addHelpText('after', '\nExample:\n  $ vernewatch patterns test --patterns ./my-patterns')
    .action(test);
  withReadingOptions(patterns.command('explain'))
    .description(
      'Says which pattern takes a line and what it reads from it; of a file: hits of each pattern, and loud lines that none takes.',
    )
    .argument('<line|file>', 'a log line, a file, or - for standard input')
    .addHelpText(
      'after',
      `\nExamples:\n  $ vernewatch patterns explain '2026-11-20 23:23:15.831 [warning] <0.1.0>@vmq_mqtt_fsm:x:1 invalid client id <<"x">>'\n  $ vernewatch patterns explain console.log`,
    )
    .action(explainLine);
  withCommonOptions(patterns.command('check'))
    .description('Validates pack files (default: all that are loaded) and runs their examples. Exit code 2 if anything is wrong.')
    .argument('[path...]', 'pack files or directories')
    .addHelpText('after', '\nExample:\n  $ vernewatch patterns check my-pack.yaml')
    .action(check);
}

async function list(options: CommonOptions & { format: 'text' | 'json' }): Promise<void> {
  const { knowledge } = await configOf(options);
  const rows = knowledge.patterns.map(({ id, source }) => ({
    id,
    event: source.event,
    versions: source.versions ?? '',
    about: source.about ?? '',
  }));
  const result = await openResult(options.output);
  await result.write(
    options.format === 'json' ? `${jsonText(rows, 2)}\n` : patternsText(rows, { width: widthOf(options), color: colorFor(options) }),
  );
  await result.close();
}

async function test(options: CommonOptions): Promise<void> {
  const { knowledge } = await configOf(options);
  const { problems, checks } = runExamples(knowledge);
  const result = await openResult(options.output);
  for (const complaint of await located(problems)) await result.write(`${formatComplaint(complaint)}\n`);
  await result.write(`${checks - problems.length} passed, ${problems.length} failed\n`);
  await result.close();
  process.exitCode = problems.length > 0 ? 1 : EXIT.ok;
}

async function check(paths: string[], options: CommonOptions): Promise<void> {
  const places = paths.length > 0 ? paths : (options.patterns ?? []);
  const { knowledge, complaints } = await readPacks([...builtInPacks(), ...places]);
  const all = [...complaints, ...(complaints.length > 0 ? [] : await located(runExamples(knowledge).problems))];
  const result = await openResult(options.output);
  for (const complaint of all) await result.write(`${formatComplaint(complaint)}\n`);
  const { patterns, alerts, sources } = knowledge;
  await result.write(
    all.length > 0
      ? `${all.length} ${all.length === 1 ? 'problem' : 'problems'}\n`
      : `${sources.length} files, ${patterns.length} patterns and ${alerts.length} alerts are valid\n`,
  );
  await result.close();
  process.exitCode = all.length > 0 ? EXIT.usage : EXIT.ok;
}

async function explainLine(what: string, options: ReadingOptions): Promise<void> {
  const config = await configOf(options);
  const result = await openResult(options.output);
  const look = { width: widthOf(options), color: colorFor(options) };
  if (what !== '-' && !existsSync(what)) {
    const { calendar } = describeLog(options, config)({ name: '', inputs: [{ modified: Date.now() }] });
    await result.write(explanationText(explain(config.knowledge, Buffer.from(what).toString('latin1'), calendar), look));
    await result.close();
    return;
  }
  const hits = new Map<string, number>();
  const { snapshot, exitCode } = await readAll([what], options, config, ({ events }) => {
    for (const { pattern } of events) hits.set(pattern, (hits.get(pattern) ?? 0) + 1);
    return undefined;
  });
  await result.write(fileExplanationText(snapshot, hits, look));
  await result.close();
  process.exitCode = exitCode;
}
