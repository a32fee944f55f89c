/**
 * Commands in turns, A B C A B C …: whatever else the machine does meanwhile hits all of them, and figures of one round can be compared.
 *
 * Whoever is fast because he counts wrongly has not won: each must find what the generator put in.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Truth } from './corpus.ts';
import { measure, type Cost } from './measure.ts';
import { place } from './store.ts';

/** What a command says it found, as far as it says. */
export type Counts = Partial<Record<'events' | 'events by minute' | 'events by client' | 'minutes' | 'clients', number>>;

export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
  readonly count: (output: string) => Counts;
  readonly truth: Counts;
  /** At most so many rounds. */
  readonly rounds?: number;
}

export interface Result {
  readonly name: string;
  /** One a round. */
  readonly costs: readonly Cost[];
  readonly faults: readonly string[];
}

/** @param files are read once before, so that all find them in memory. */
export function race(contestants: readonly Contestant[], files: readonly string[], rounds: number): Result[] {
  for (const file of files) execFileSync('cat', [file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const output = join(place('home'), 'output');
  const results = contestants.map(({ name }) => ({ name, costs: [] as Cost[], faults: [] as string[] }));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, { name, command, count, truth, rounds: most = rounds }] of contestants.entries()) {
      if (round >= most) continue;
      console.error(`round ${round + 1} of ${most}: ${name}`);
      const { costs, faults } = results[index]!;
      costs.push(measure(command, output));
      if (round === 0) faults.push(...differences(name, count(readFileSync(output, 'utf8')), truth));
    }
  }
  return results;
}

/** What was to be found. */
export function expected({ events, minutes, clients }: Truth): Counts {
  return { events, 'events by minute': events, 'events by client': events, minutes, clients };
}

export function differences(name: string, counts: Counts, truth: Counts): string[] {
  return Object.entries(counts)
    .filter(([what, counted]) => counted !== truth[what as keyof Counts])
    .map(([what, counted]) => `${name} counted ${counted} ${what}, there are ${truth[what as keyof Counts]}`);
}

/** Of the wall times, round by round. */
export function ratios({ costs }: Result, yardstick: Result): number[] {
  return costs.map(({ wallS }, round) => wallS / yardstick.costs[round]!.wallS);
}

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

export function medianOf(result: Result, figure: keyof Cost): number {
  return median(result.costs.map((cost) => cost[figure]));
}

/** The worst of all rounds. */
export function peakMiB({ costs }: Result): number {
  return Math.max(...costs.map(({ rssMiB }) => rssMiB));
}

export function faultsOf(results: readonly Result[]): string[] {
  return results.flatMap(({ faults }) => faults);
}
