/**
 * Our follower, the npm package tail and GNU tail -F side by side on the same writer: who loses, doubles or garbles how many lines?
 *
 * The table goes into docs/following.md. Ends with 1 if ours loses a line that was to be had, or doubles or garbles one.
 * Words in the arguments choose scenarios that have one of them in their names; then the table is only printed.
 */
import { fileURLToPath } from 'node:url';
import { VERNEWATCH } from './readers.ts';
import { put, table, type Row } from './report.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { Trial } from './trial.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/following.md', import.meta.url));
/** The next scenario begins when all are quiet for so long … */
const NEXT_MS = 3_000;
/** … and meanwhile each is given the time to find more: ours looks at what it let go of every 10 s. */
const LATE_MS = 12_000;

const wanted = process.argv.slice(2);
const chosen = SCENARIOS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word)));
const ending: Promise<Row>[] = [];
for (const scenario of chosen) {
  const trial = new Trial();
  await scenario.play(trial);
  await trial.quiet(NEXT_MS);
  ending.push(end(scenario, trial));
}
const rows = await Promise.all(ending);
const text = table(rows);
console.log(text);
if (wanted.length === 0) await put(text, 'followers', DOCUMENT);
process.exitCode = rows.every(isRight) ? 0 : 1;

async function end({ name }: Scenario, trial: Trial): Promise<Row> {
  await trial.quiet(LATE_MS);
  const { written, gone } = trial.writer;
  return { scenario: name, written: written.length, gone: gone.size, outcomes: await trial.end() };
}

function isRight({ outcomes }: Row): boolean {
  const { missed, doubled, garbled } = outcomes.get(VERNEWATCH)!;
  return missed === 0 && doubled === 0 && garbled === 0;
}
