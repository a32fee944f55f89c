/** When single lines were written, for who looks for a place in a log without reading it all. */
import type { Knowledge } from '../pack/compile.ts';
import { Framer } from './envelope.ts';
import { Clockwork, type Calendar, type Timestamp } from './timestamp.ts';

/** @returns what tells the time of a line (one character a byte, without its line break); null where it has none. */
export function lineTimes(knowledge: Knowledge, calendar: Calendar): (line: string) => Timestamp | null {
  const framer = new Framer(knowledge, new Clockwork(calendar));
  return (line) => {
    const frame = framer.read(line.endsWith('\r') ? line.slice(0, -1) : line);
    return 'envelope' in frame ? framer.time(frame) : null;
  };
}
