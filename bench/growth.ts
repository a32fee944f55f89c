/** How the cost of `analyze` grows with the log, and with patterns of one's own. */
import { BUSY, MOST_RSS } from './archive.ts';
import { faultsOf, median, medianOf, peakMiB, race, ratios, type Result } from './race.ts';
import { figure, section, spread, type Bound, type Options, type Row, type Section } from './section.ts';
import { sitePack } from './site-pack.ts';
import { plainLog } from './store.ts';
import { ours, vernewatchWith } from './tools.ts';

const SIZES = [1e7, 1e8, 1e9];
const LARGEST = 1e10;
/** Of what is longer a round is long enough. */
const LONG_BYTES = 1e9;
/** For ten times the log; 10 is a straight line. */
const MOST_GROWTH = 11;
/** A few percent. */
const MOST_WITH_PATTERNS = 1.05;
const SHORT_BYTES = 1e4;

export function growth({ scale, rounds, full }: Options): Section[] {
  const sizes = full ? [...SIZES, LARGEST] : SIZES;
  const logs = sizes.map((bytes) => plainLog(BUSY, bytes * scale));
  const contestants = logs.map((log, index) => ({
    ...ours(log),
    name: `${figure(log.truth.bytes / 1e6)} MB`,
    ...(sizes[index]! > LONG_BYTES && { rounds: 1 }),
  }));
  const results = race(
    contestants,
    logs.flatMap(({ files }) => files),
    rounds,
  );
  const bytes = logs.map(({ truth }) => truth.bytes);
  return [bySize(results, bytes), patterns(scale, rounds)];
}

function bySize(results: readonly Result[], bytes: readonly number[]): Section {
  const rows = results.map((result, index): Row => {
    const before = results[index - 1];
    const grown = before && ratios(result, before);
    const perGB = (medianOf(result, 'wallS') / bytes[index]!) * 1e9;
    return {
      cells: [result.name, figure(medianOf(result, 'wallS')), figure(perGB), grown ? spread(grown) : '', figure(peakMiB(result))],
      bounds: [
        ...(grown ? [{ name: 'time', is: median(grown), most: MOST_GROWTH, unit: ' ×' }] : []),
        { ...MOST_RSS, is: peakMiB(result) },
      ],
    };
  });
  return section('growth', ['log', 'wall, s', 's per GB', 'time, × the row above', 'peak, MiB'], rows, faultsOf(results));
}

/** A short log shows what it costs to load them, a long one, less that, what they cost with each line. */
function patterns(scale: number, rounds: number): Section {
  const built = vernewatchWith('the built-in patterns');
  const more = vernewatchWith('500 more', '--patterns', sitePack());
  const [long, short] = [plainLog(BUSY, LONG_BYTES * scale), plainLog(BUSY, SHORT_BYTES)];
  const results = race([built(long), more(long), built(short), more(short)], [...long.files, ...short.files], rounds);
  const [without, withMore, start, startWithMore] = results as [Result, Result, Result, Result];
  const [reading, readingWithMore] = [apart(without, start), apart(withMore, startWithMore)];
  const times = readingWithMore.map((wallS, round) => wallS / reading[round]!);
  const row = (all: Result, short: Result, reading: readonly number[], time: string, bounds: readonly Bound[]): Row => ({
    cells: [all.name, figure(medianOf(short, 'wallS')), figure(median(reading)), time, figure(peakMiB(all))],
    bounds: [...bounds, { ...MOST_RSS, is: peakMiB(all) }],
  });
  return section(
    'patterns',
    ['patterns', 'to start, s', 'to read, s', 'to read, ×', 'peak, MiB'],
    [
      row(without, start, reading, '', []),
      row(withMore, startWithMore, readingWithMore, spread(times), [
        { name: 'to read', is: median(times), most: MOST_WITH_PATTERNS, unit: ' ×' },
      ]),
    ],
    faultsOf(results),
  );
}

/** What of the wall time the start does not take, round by round. */
function apart(result: Result, start: Result): number[] {
  return result.costs.map(({ wallS }, round) => wallS - start.costs[round]!.wallS);
}
