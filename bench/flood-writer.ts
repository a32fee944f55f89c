/**
 * Writes a flood in real time. Arguments: log, lines a second, seconds. What it wrote is its last line of output, as JSON.
 *
 * Each line carries the time at which it is due, and nothing is made before: this takes a share of the machine that a broker would take, too.
 */
import * as fs from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { linesOf, Truth } from './corpus.ts';

const TICK_MS = 5;

const [path = '', perSecond, seconds] = process.argv.slice(2);
const linesPerSecond = Number(perSecond);
const truth = new Truth();
const start = Date.now();
const lines = linesOf(
  { envelope: 'otp-text', events: 0.13, nearMisses: 0.05, clients: 'random', steady: true, start, linesPerSecond },
  truth,
);
const fd = fs.openSync(path, 'a');
for (const all = linesPerSecond * Number(seconds); truth.lines < all; await setTimeout(TICK_MS)) {
  const due = Math.min(all, ((Date.now() - start) * linesPerSecond) / 1000);
  while (truth.lines < due) fs.writeSync(fd, lines.next().value, null, 'latin1');
}
fs.closeSync(fd);
console.log(JSON.stringify(truth));
