/** What a command costs, with all the processes it starts. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { place } from './store.ts';

export interface Cost {
  readonly wallS: number;
  /** User and system time. */
  readonly cpuS: number;
  /** The most that one of its processes had resident: of a pipeline the largest one, not the sum. */
  readonly rssMiB: number;
}

/** Of GNU time: what it starts does not inherit our own peak, as a child of ours would. */
const TIME = '/usr/bin/time';
/** Bytes, UTC and no settings of whoever runs this. */
const ENVIRONMENT = { ...process.env, LC_ALL: 'C', TZ: 'UTC', HOME: place('home') };

/** @param output where what it prints is left. */
export function measure(command: readonly string[], output: string): Cost {
  const report = join(place('home'), 'cost');
  const [stdout, stderr] = [output, `${output}.err`].map((path) => fs.openSync(path, 'w'));
  const began = performance.now();
  const { status, error } = spawnSync(TIME, ['-f', '%U %S %M', '-o', report, ...command], {
    stdio: ['ignore', stdout, stderr],
    env: ENVIRONMENT,
  });
  const wallS = (performance.now() - began) / 1000;
  for (const fd of [stdout!, stderr!]) fs.closeSync(fd);
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${fs.readFileSync(`${output}.err`, 'utf8').slice(-1000)}`);
  const [user, system, kB] = fs.readFileSync(report, 'utf8').trim().split(' ').map(Number);
  return { wallS, cpuS: user! + system!, rssMiB: kB! / 1024 };
}
