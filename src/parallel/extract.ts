/** A thread that reads parts of logs: orders in, what the records say out. */
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { machineZone } from '../config/machine-zone.ts';
import { BatchWriter } from '../core/extract/batch.ts';
import { compile } from '../core/pack/compile.ts';
import { openPart } from '../sources/archive.ts';
import type { Answer, Order, Setting, Taken } from './orders.ts';
import { readPart } from './read-part.ts';

const MiB = 1024 * 1024;
const BATCH = 4 * MiB;
/** Batches that may wait for whoever takes them. */
const MOST_WAITING = 4;

const port: MessagePort = parentPort!;
const { packs, timezone, year, date, topics, withRecords } = workerData as Setting;
const { knowledge } = compile(packs);
const writer = new BatchWriter(knowledge.patterns, withRecords);
const zone = timezone === null ? machineZone : (await import('../config/zone.ts')).zoneOf(timezone);

let waiting = 0;
let wake: () => void = () => undefined;

port.on('message', (order: Order | Taken) => {
  if ('part' in order) return void read(order);
  writer.give(order.numbers);
  waiting -= 1;
  wake();
});

async function read({ part, reference }: Order): Promise<void> {
  const input = openPart(part);
  let bytesRead = 0;
  const blocks = input.blocks((bytes) => (bytesRead = bytes));
  for await (const batch of readPart(blocks, part, {
    knowledge,
    writer,
    calendar: { zone, year, date, reference },
    topics,
    batch: BATCH,
  })) {
    waiting += 1;
    answer({ batch, bytesRead }, [batch.numbers.buffer]);
    while (waiting >= MOST_WAITING) await new Promise<void>((resolve) => (wake = resolve));
  }
  answer({ failure: input.failure(), overlong: input.overlong() });
}

function answer(what: Answer, transfer: ArrayBuffer[] = []): void {
  port.postMessage(what, transfer);
}
