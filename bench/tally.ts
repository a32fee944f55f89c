/** What became of the lines that were written. */
import { readFileSync } from 'node:fs';
import { line, type Writer } from './writer.ts';

export interface Tally {
  readonly lost: number;
  /** Lost though they were not gone from the disk at once. */
  readonly missed: number;
  readonly doubled: number;
  /** Lines that nobody wrote: torn, or put together from two. What they were made of is lost besides. */
  readonly garbled: number;
}

export function tally(output: string, { written, gone, last }: Writer): Tally {
  const times = new Uint32Array(last + 1);
  let garbled = 0;
  for (const got of readFileSync(output, 'latin1').split('\n')) {
    if (got === '') continue;
    const n = Number(/ line (\d+) /.exec(got)?.[1] ?? NaN);
    if (n <= last && got === line(n)) times[n]! += 1;
    else garbled += 1;
  }
  const lost = written.filter((n) => times[n] === 0);
  const doubled = times.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  return { lost: lost.length, missed: lost.filter((n) => !gone.has(n)).length, doubled, garbled };
}
