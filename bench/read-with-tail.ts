/** Follows a log with the npm package tail and prints what it is handed. Arguments: the log, and `polling` for polling. */
import { writeSync } from 'node:fs';
import { Tail } from 'tail';

const [path = '', mode] = process.argv.slice(2);
const tail = new Tail(path, mode === 'polling' ? { useWatchFile: true, fsWatchOptions: { interval: 100 } } : {});
let lines: string[] = [];
tail.on('line', (line: string) => {
  // One write for many lines: what is measured should not be how fast we print.
  if (lines.length === 0) setImmediate(print);
  lines.push(`${line}\n`);
});
tail.on('error', (error) => console.error(error));

function print(): void {
  writeSync(1, lines.join(''));
  lines = [];
}
