/**
 * Writes the log of an incident as a broker on OTP with compress_on_rotate does. Arguments: directory, lines a second, seconds in all.
 * At its end it prints the number of the last line.
 */
import { text } from './incident.ts';
import { Writer } from './writer.ts';

const ROTATE_S = 5;

const [directory = '', perSecond, seconds] = process.argv.slice(2);
const writer = new Writer(directory, text);
for (let left = Number(seconds); left > 0; left -= ROTATE_S) {
  if (writer.last > 0) await writer.renameAndCompress();
  await writer.pace(Math.min(left, ROTATE_S) * Number(perSecond), Number(perSecond));
}
writer.close();
console.log(writer.last);
