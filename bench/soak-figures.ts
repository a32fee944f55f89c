/** The figures of a soak as a table. */
import type { Expected } from './incident.ts';
import type { Verdict } from './soak-verdict.ts';

export interface Soak {
  readonly minutes: number;
  readonly lines: number;
  readonly rotations: number;
  readonly kills: number;
  /** Of one core. */
  readonly cpuShare: number;
  /** Samples in MiB while the log was written to, in their order. */
  readonly rss: readonly number[];
  readonly verdict: Verdict;
  readonly expected: Expected;
}

export function figures({ minutes, lines, rotations, kills, cpuShare, rss, verdict, expected }: Soak): string {
  const third = Math.floor(rss.length / 3);
  const most = (samples: readonly number[]) => `${Math.max(...samples).toFixed(0)} MB`;
  const rows = [
    ['lines written', `${count(lines)} in ${minutes} min`],
    ['rotations with compression', count(rotations)],
    ['`kill -9` and new start', count(kills)],
    ['refused connections', count(expected.refused)],
    ['– lost', count(verdict.lost)],
    ['– doubled', count(verdict.doubled)],
    ['changes of alerts told', count(verdict.changes)],
    ['– told once more after a kill', count(verdict.repeated)],
    ['resident memory, most in the first third', most(rss.slice(0, third))],
    ['– most in the last third', most(rss.slice(-third))],
    ['CPU, all starts included', `${(cpuShare * 100).toFixed(1)} % of a core`],
  ];
  return ['| | |', '| --- | --: |', ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n');
}

function count(n: number): string {
  return n.toLocaleString('en');
}
