/** The engine in this process, with the built-in packs. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInPacks, loadPacks } from '../../src/config/packs.ts';
import { Engine, type EngineOptions } from '../../src/core/engine.ts';
import type { Calendar } from '../../src/core/extract/timestamp.ts';
import type { Change, Event, Findings, Snapshot } from '../../src/core/model.ts';
import type { Knowledge } from '../../src/core/pack/compile.ts';

export const knowledge = await loadPacks(builtInPacks());
/** With the example pack for Mosquitto. */
export const mosquitto = await loadPacks([
  ...builtInPacks(),
  fileURLToPath(new URL('../../patterns/examples/mosquitto.yaml', import.meta.url)),
]);
export const UTC = { offsetsAt: () => [0] };
const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export interface Outcome {
  readonly events: readonly Event[];
  readonly changes: readonly Change[];
  readonly snapshot: Snapshot;
}

export interface Reading extends EngineOptions {
  readonly known?: Knowledge;
  readonly calendar?: Partial<Calendar>;
}

/** A log and the node that wrote it. */
export interface LogText {
  readonly node?: string;
  /** One file in pieces, or several files. */
  readonly files: readonly (readonly string[])[];
}

/** What comes of one log that is handed over in these pieces. */
export function outcomeOf(pieces: readonly string[], known: Knowledge = knowledge, options: EngineOptions = {}): Outcome {
  return outcomeOfLogs([{ files: [pieces] }], { ...options, known });
}

/** What comes of a text in one piece. */
export function read(text: string, reading: Reading = {}): Outcome {
  return outcomeOfLogs([{ files: [[text]] }], reading);
}

/** What comes of several logs, of which the one that is furthest behind is read next, as the program does it. */
export function outcomeOfLogs(logs: readonly LogText[], reading: Reading = {}): Outcome {
  const engine = new Engine(reading.known ?? knowledge, reading);
  const calendar = { zone: UTC, year: 2026, date: null, reference: 0, ...reading.calendar };
  const events: Event[] = [];
  const changes: Change[] = [];
  const keep = (findings: Findings) => {
    for (const event of findings.events) events.push(event);
    for (const change of findings.changes) changes.push(change);
  };
  const lanes = logs.map(({ node, files }, index) => {
    const id = engine.open({ node: node ?? null, calendar });
    return { id, blocks: blocksOf(files, (file) => engine.begin(id, file), logs.length > 1 ? `${index}/` : '') };
  });
  while (lanes.length > 0) {
    const lane = lanes.reduce((behind, next) => (engine.reached(next.id) < engine.reached(behind.id) ? next : behind));
    const next = lane.blocks.next();
    if (next.done) lanes.splice(lanes.indexOf(lane), 1);
    keep(next.done ? engine.close(lane.id) : engine.push(lane.id, Buffer.from(next.value.text, 'latin1'), next.value.offset));
  }
  keep(engine.end());
  return { events, changes, snapshot: engine.snapshot() };
}

function* blocksOf(
  files: LogText['files'],
  begin: (file: string) => void,
  prefix: string,
): Generator<{ text: string; offset: number }, void> {
  for (const [index, pieces] of files.entries()) {
    begin(`${prefix}console.log${index === 0 ? '' : `.${index}`}`);
    let offset = 0;
    for (const text of pieces) {
      yield { text, offset };
      offset += text.length;
    }
  }
}

/** One character a byte, as logs are handed to the engine. */
export function bytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}

/** Logs below fixtures/, one character a byte. */
export function fixtureLogs(folder: string): { name: string; text: string }[] {
  return readdirSync(join(FIXTURES, folder))
    .filter((name) => /\.(log|jsonl)$|^trace-.*\.txt$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(FIXTURES, folder, name), 'latin1') }));
}
