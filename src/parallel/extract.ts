/**
 * Reads parts of logs in a thread of its own: a part in, what its records say out.
 *
 * Parts of a file are cut at records: one begins with the first line from its beginning on that is in an envelope of its own, and goes on up to
 * the line that begins the next. So both sides of a cut agree without knowing each other.
 */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { zoneOf } from '../config/zone.ts';
import { BatchWriter, type FirstSecond } from '../core/extract/batch.ts';
import { Framer } from '../core/extract/envelope.ts';
import { Records, type LogInfo, type RecordsTally } from '../core/extract/records.ts';
import { Clockwork, type Timestamp } from '../core/extract/timestamp.ts';
import { compile } from '../core/pack/compile.ts';
import { openPart } from '../sources/index.ts';
import type { Answer, Order, Setting } from './orders.ts';

const MiB = 1024 * 1024;
/** About so much of a log becomes one batch. */
const BATCH = 4 * MiB;
/** Batches that may wait for whoever takes them. */
const MOST_WAITING = 4;
const NEWLINE = 10;

const port: MessagePort = parentPort!;
const { packs, timezone, year, date, withRecords } = workerData as Setting;
const { knowledge } = compile(packs);
const writer = new BatchWriter(knowledge.patterns, withRecords);

let waiting = 0;
let wake: () => void = () => undefined;

port.on('message', (order: Order | 'taken') => {
  if (order !== 'taken') return void read(order);
  waiting -= 1;
  wake();
});

function answer(what: Answer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(what, transfer);
}

async function read({ part, reference }: Order): Promise<void> {
  const log: LogInfo = { node: null, calendar: { zone: zoneOf(timezone), year, date, reference } };
  const input = openPart(part);
  const records = new Records(knowledge, log, writer);
  // Only the first line of a file can be known to continue none.
  const skipped = part.from === 0 ? 0 : 1;
  const tally: RecordsTally = { lines: 0, unparsed: 0, from: null };
  records.begin(part.file, skipped, tally);
  writer.begin(skipped);
  let begun = part.from === 0;
  let first: FirstSecond | null | undefined;
  let reached: Timestamp | null = null;
  let offset = 0;
  let end = 0;
  let done = { ...tally };
  let bytesRead = 0;
  const hand = async (): Promise<void> => {
    if (tally.lines === 0) return;
    const lines = { lines: tally.lines - done.lines, unparsed: tally.unparsed - done.unparsed, from: tally.from };
    const { independent, firstEnvelope } = records;
    const batch = writer.batch({
      offset,
      end,
      tally: lines,
      reached,
      first: first ?? null,
      independent,
      envelope: firstEnvelope,
      state: records.state(),
    });
    waiting += 1;
    answer({ batch, bytesRead }, [batch.numbers.buffer]);
    writer.begin(tally.lines + skipped);
    [done, offset, first] = [{ ...tally }, end, null];
    while (waiting >= MOST_WAITING) await new Promise<void>((resolve) => (wake = resolve));
  };
  for await (const block of input.blocks((bytes) => (bytesRead = bytes))) {
    let bytes = Buffer.from(block.bytes.buffer, block.bytes.byteOffset, block.bytes.length);
    let at = block.offset;
    if (!begun) {
      const start = firstRecord(bytes, Math.max(0, part.from - at));
      if (start < 0) continue;
      if (at + start >= part.to) break;
      bytes = bytes.subarray(start);
      at += start;
      offset = at;
      begun = true;
    }
    const stop = at + bytes.length > part.to ? firstRecord(bytes, Math.max(0, part.to - at)) : -1;
    if (stop >= 0) bytes = bytes.subarray(0, stop);
    if (bytes.length > 0) reached = records.push(bytes, at) ?? reached;
    if (first === undefined) first = records.firstSecond(bytes);
    end = at + bytes.length;
    if (stop >= 0) break;
    if (end - offset >= BATCH) await hand();
  }
  records.end();
  await hand();
  answer({ failure: input.failure(), overlong: input.overlong() });
}

/** Where in a block the first line begins, from a place on, that is in an envelope; -1 for none. */
function firstRecord(bytes: Buffer, from: number): number {
  let start = from === 0 || bytes[from - 1] === NEWLINE ? from : after(bytes, from);
  for (; start >= 0 && start < bytes.length; start = after(bytes, start)) {
    const end = bytes.indexOf(NEWLINE, start);
    const line = bytes.toString('latin1', start, end < 0 ? bytes.length : end);
    const framer = new Framer(knowledge, new Clockwork({ zone: { offsetsAt: () => [0] }, year: null, date: null, reference: 0 }));
    if ('envelope' in framer.read(line.endsWith('\r') ? line.slice(0, -1) : line)) return start;
  }
  return -1;
}

/** Behind the next newline. */
function after(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 ? -1 : newline + 1;
}
