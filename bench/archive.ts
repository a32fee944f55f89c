/** `analyze` beside other tools over the same archive. */
import type { Corpus } from './corpus.ts';
import { faultsOf, median, medianOf, peakMiB, race, ratios, type Result } from './race.ts';
import { figure, section, spread, type Bound, type Options, type Row, type Section } from './section.ts';
import { gzipLogs, plainLog, type Stored } from './store.ts';
import { ALONE, GZIP_OTHERS, mawk, OTHERS, OURS, ours, oursAlone, zcatMawk, type Tool } from './tools.ts';

/** A busy broker in trouble: 8 % of the lines are refusals, 5 % warnings and errors that are none. */
export const BUSY: Corpus = { envelope: 'otp-text', events: 0.08, nearMisses: 0.05, clients: 2_000 };
const LAGER: Corpus = { ...BUSY, envelope: 'lager-file' };
const EVENTS: Corpus = { ...BUSY, events: 1, steady: true };
const PLAIN_BYTES = 1e9;
const GZIP = { generations: 8, bytes: 128e6 };
const EVENTS_BYTES = 256e6;
const LAGER_BYTES = 256e6;

const LEAST_EVENTS_PER_SECOND = 1e6;
export const MOST_RSS = { name: 'peak', most: 200, unit: ' MiB' };

export function archive({ scale, rounds }: Options): Section[] {
  const compare = (log: Stored, ...tools: readonly Tool[]) =>
    race(
      tools.map((tool) => tool(log)),
      log.files,
      rounds,
    );
  const plain = plainLog(BUSY, PLAIN_BYTES * scale);
  const gzip = gzipLogs(BUSY, GZIP.bytes * scale, GZIP.generations);
  const lager = plainLog(LAGER, LAGER_BYTES * scale);
  const events = plainLog(EVENTS, EVENTS_BYTES * scale);
  return [
    comparison('plain', compare(plain, mawk, ...OTHERS, oursAlone, ours), { [ALONE]: 0.55, [OURS]: 0.35 }),
    comparison('gzip', compare(gzip, zcatMawk, ...GZIP_OTHERS, oursAlone, ours), { [ALONE]: null, [OURS]: 0.45 }),
    comparison('lager', compare(lager, mawk, oursAlone, ours), { [ALONE]: null, [OURS]: null }),
    throughput(compare(events, mawk, oursAlone, ours), events.truth.events),
  ];
}

/** @param most of those that are ours: how many times the wall time of the first it may take. */
function comparison(mark: string, results: readonly Result[], most: Readonly<Record<string, number | null>>): Section {
  const rows = results.map((result): Row => {
    const wall = ratios(result, results[0]!);
    const own = most[result.name];
    const bounds: Bound[] = own == null ? [] : [{ name: 'time', is: median(wall), most: own }];
    if (own !== undefined) bounds.push({ ...MOST_RSS, is: peakMiB(result) });
    return { cells: [result.name, spread(wall), ...costs(result)], bounds };
  });
  return section(mark, ['', `time, × ${results[0]!.name}`, ...COSTS], rows, faultsOf(results));
}

function throughput(results: readonly Result[], events: number): Section {
  const rows = results.map((result, index): Row => {
    const perSecond = result.costs.map(({ wallS }) => events / wallS);
    const bounds: Bound[] = result.name === ALONE ? [{ name: 'events/s', is: median(perSecond), least: LEAST_EVENTS_PER_SECOND }] : [];
    if (index > 0) bounds.push({ ...MOST_RSS, is: peakMiB(result) });
    return { cells: [result.name, spread(perSecond), ...costs(result)], bounds };
  });
  return section('events', ['', 'events/s', ...COSTS], rows, faultsOf(results));
}

const COSTS = ['wall, s', 'CPU, s', 'peak, MiB'];

function costs(result: Result): string[] {
  return [medianOf(result, 'wallS'), medianOf(result, 'cpuS'), peakMiB(result)].map(figure);
}
