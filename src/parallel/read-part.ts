/**
 * What the records of one part of a file say, in batches.
 *
 * Parts are cut at records: one begins with the first line from its beginning on that is in an envelope of its own, and goes on up to the line
 * that begins the next. So both sides of a cut agree without knowing each other.
 */
import type { Batch, BatchWriter } from '../core/extract/batch.ts';
import { Framer } from '../core/extract/envelope.ts';
import { Records, type FirstSecond, type LogInfo, type RecordsTally } from '../core/extract/records.ts';
import { Clockwork, type Calendar, type Timestamp } from '../core/extract/timestamp.ts';
import type { Knowledge } from '../core/pack/compile.ts';
import type { Block } from '../sources/source.ts';
import type { Part } from '../sources/part.ts';

export interface PartReading {
  readonly knowledge: Knowledge;
  readonly writer: BatchWriter;
  readonly calendar: Calendar;
  readonly topics: boolean;
  /** About so many bytes of the log become one batch. */
  readonly batch: number;
}

const NEWLINE = 10;
const NO_CALENDAR: Calendar = { zone: { offsetsAt: () => [0] }, year: null, date: null, reference: 0 };

/** @param blocks of the file, from no later than a byte before the part. */
export async function* readPart(
  blocks: AsyncIterable<Block>,
  part: Pick<Part, 'file' | 'from' | 'to'>,
  { knowledge, writer, calendar, topics, batch: length }: PartReading,
): AsyncGenerator<Batch, void> {
  const log: LogInfo = { node: null, calendar, topics };
  const records = new Records(knowledge, log, writer);
  // Only the first line of a file can be known to continue none.
  const skipped = part.from === 0 ? 0 : 1;
  const tally: RecordsTally = { lines: 0, unparsed: 0, from: null };
  records.begin(part.file, skipped, tally);
  writer.begin(skipped);
  let done = { ...tally };
  let first: FirstSecond | null = null;
  let reached: Timestamp | null = null;
  let offset = part.from === 0 ? 0 : -1;
  let end = 0;
  const batch = (): Batch => {
    const { independent, firstEnvelope: envelope } = records;
    const sum = { lines: tally.lines - done.lines, unparsed: tally.unparsed - done.unparsed, from: tally.from };
    const batch = writer.batch({ offset, end, tally: sum, reached, first, independent, envelope, state: records.state() });
    writer.begin(tally.lines + skipped);
    [done, offset, first] = [{ ...tally }, end, null];
    // Counted anew, and put together by who takes the batches.
    records.second = { text: '', lines: 0 };
    return batch;
  };
  for await (const block of blocks) {
    let bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length);
    let at = block.offset;
    if (offset < 0) {
      const start = firstRecord(knowledge, bytes, Math.max(0, part.from - at));
      if (start < 0) continue;
      bytes = bytes.subarray(start);
      at += start;
      offset = at;
      if (at >= part.to) return;
    }
    const stop = at + bytes.length > part.to ? firstRecord(knowledge, bytes, Math.max(0, part.to - at)) : -1;
    if (stop >= 0) bytes = bytes.subarray(0, stop);
    if (bytes.length > 0) reached = records.push(bytes, at) ?? reached;
    if (bytes.length > 0) first = records.firstSecond(bytes, first);
    end = at + bytes.length;
    if (stop >= 0) break;
    if (end - offset >= length) yield batch();
  }
  // What is still open may go on in the next part.
  if (offset >= 0 && end > offset) yield batch();
}

/** Where in a block the first line begins, from a place on, that is in an envelope; -1 for none. */
function firstRecord(knowledge: Knowledge, bytes: Buffer, from: number): number {
  let start = from === 0 || bytes[from - 1] === NEWLINE ? from : after(bytes, from);
  for (; start >= 0 && start < bytes.length; start = after(bytes, start)) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = bytes.toString('latin1', start, end < 0 ? bytes.length : end);
    const framer = new Framer(knowledge, new Clockwork(NO_CALENDAR));
    if ('envelope' in framer.read(line.endsWith('\r') ? line.slice(0, -1) : line)) return start;
  }
  return -1;
}

/** Behind the next newline. */
function after(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 ? -1 : newline + 1;
}
