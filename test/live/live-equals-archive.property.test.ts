/**
 * The same bytes give the same alerts at the same times, read from an archive or followed while they are written: with half lines, rotations,
 * kills and restarts at any place. Time goes by as the lines say.
 */
import * as fs from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineTimes } from '../../src/core/extract/line-time.ts';
import { MILLISECOND } from '../../src/core/units.ts';
import { fixtureLogs, knowledge, outcomeOf, UTC } from '../helpers/engine.ts';
import { entriesOf, Lived } from './lived.ts';

const logs = [...fixtureLogs('logs'), ...fixtureLogs('samples')].filter(({ text }) => text !== '');
const KEEP = 100;

const act = fc.constantFrom('turn', 'turn', 'turn', 'create', 'gzip', 'copytruncate', 'kill', 'stop', 'reload');
const history = fc.array(
  fc.record({
    /** What is written, in permille of what a log holds. */
    share: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 120 })),
    /** Up to the end of a line. */
    whole: fc.boolean(),
    /** Look when the time has come, before the lines have. */
    early: fc.boolean(),
    acts: fc.array(act, { maxLength: 3 }),
  }),
  { minLength: 4, maxLength: 30, size: 'max' },
);
type History = typeof history extends fc.Arbitrary<infer Steps> ? Steps : never;

test.each(logs)('$name', async ({ text }) => {
  const whole = text.endsWith('\n') ? text : `${text}\n`;
  const wanted = entriesOf(outcomeOf([whole]).snapshot.alerts);
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      const life = new Lived();
      try {
        await play(life, whole, steps);
        expect(await life.alerts()).toEqual(wanted);
      } finally {
        await life.end();
      }
    }),
    { numRuns: Number(process.env['VERNEWATCH_SEEDS'] ?? 5), seed: Number(process.env['VERNEWATCH_SEED'] ?? 1), endOnFailure: true },
  );
});

async function play(life: Lived, text: string, steps: History): Promise<void> {
  const times = timesOf(text);
  const began = life.now;
  let at = 0;
  const pass = (to: number): void => {
    life.now = Math.max(life.now, began + (times.findLast(({ from }) => from < to)?.at ?? 0));
  };
  const write = async (to: number, early: boolean): Promise<void> => {
    // A broker writes a line when its time has come, or a little later.
    pass(at + 1);
    if (early) await life.turn();
    pass(to);
    if (to > at) life.write(Buffer.from(text.slice(at, to), 'latin1'));
    at = to;
  };
  for (const { share, whole, early, acts } of steps) {
    const about = Math.min(text.length, at + Math.ceil((text.length * share) / 1_000));
    await write(whole ? text.indexOf('\n', about - 1) + 1 || text.length : about, early);
    for (const one of acts) await perform(life, one, at === text.length || times.some(({ from }) => from === at));
  }
  await write(text.length, false);
  // Also where a rotation came last.
  life.write('');
  await life.turn();
  // What the last lines say about silence is believed when nothing can come any more.
  await life.wait(3);
}

/** Records of several lines are put together over any number of looks. */
test.each(logs.filter(({ name }) => /^(lager-1.x|refused-last-wills-1.x|denied-publishes-1.x)\.log$/.test(name)))(
  '$name, looked at after each line',
  async ({ text }) => {
    const life = new Lived();
    try {
      for (const line of text.match(/[^\n]*\n/g)!) {
        life.write(Buffer.from(line, 'latin1'));
        await life.turn();
      }
      await life.wait(3);
      expect(await life.alerts()).toEqual(entriesOf(outcomeOf([text]).snapshot.alerts));
    } finally {
      await life.end();
    }
  },
);

/** @param between records: a logger writes each into one file. */
async function perform(life: Lived, act: History[number]['acts'][number], between: boolean): Promise<void> {
  const log = life.log();
  switch (act) {
    case 'turn':
      return life.turn();
    case 'kill':
      return life.kill();
    case 'stop':
      return life.stop();
    case 'reload':
      await life.turn();
      return life.live.reload(life.watch);
    case 'create':
    case 'gzip':
      if (!between || !fs.existsSync(log.path)) return;
      log.rotate(KEEP);
      if (act === 'gzip') log.gzip('console.log.0');
      return;
    case 'copytruncate':
      if (!between || !fs.existsSync(log.path)) return;
      await life.turn();
      fs.copyFileSync(log.path, log.at('console.log.copy'));
      log.rotate(KEEP);
      // The file that is written to stays, and its copy is the older generation.
      log.rename('console.log.0', 'console.log');
      log.rename('console.log.copy', 'console.log.0');
      fs.truncateSync(log.path);
      life.touch();
      return;
  }
}

/** When each line is written, in milliseconds since the first one. A line without a time comes with the one before it. */
function timesOf(text: string): { from: number; at: number }[] {
  const timeOf = lineTimes(knowledge, { zone: UTC, year: 2026, date: null, reference: 0 });
  const times: { from: number; at: number }[] = [];
  let first: number | null = null;
  let from = 0;
  for (const line of text.split('\n')) {
    const time = timeOf(line);
    if (time !== null) {
      first ??= time.at;
      times.push({ from, at: (time.at - first) / MILLISECOND });
    }
    from += line.length + 1;
  }
  return times;
}
