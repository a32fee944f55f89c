/** The engine in this process, with the built-in packs. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builtInPacks, loadPacks } from '../../src/config/packs.ts';
import { Engine, type EngineOptions } from '../../src/core/engine.ts';
import type { Change, Event, Snapshot } from '../../src/core/model.ts';
import type { Knowledge } from '../../src/core/pack/compile.ts';

export const knowledge = loadPacks(builtInPacks());
export const UTC = { offsetsAt: () => [0] };
const FIXTURES = fileURLToPath(new URL('../../fixtures/', import.meta.url));

export interface Outcome {
  readonly events: readonly Event[];
  readonly changes: readonly Change[];
  readonly snapshot: Snapshot;
}

/** What comes of one log that is handed over in these pieces. */
export function outcomeOf(pieces: readonly string[], known: Knowledge = knowledge, options: EngineOptions = {}): Outcome {
  const engine = new Engine(known, options);
  const log = engine.open({ node: null, calendar: { zone: UTC, year: 2026, date: null, reference: 0 } });
  engine.begin(log, 'console.log');
  const events: Event[] = [];
  const changes: Change[] = [];
  let offset = 0;
  const keep = (findings: { events: readonly Event[]; changes: readonly Change[] }) => {
    events.push(...findings.events);
    changes.push(...findings.changes);
  };
  for (const piece of pieces) {
    keep(engine.push(log, piece, offset));
    offset += piece.length;
  }
  keep(engine.close(log));
  keep(engine.end());
  return { events, changes, snapshot: engine.snapshot() };
}

/** Logs below fixtures/, one character a byte. */
export function fixtureLogs(folder: string): { name: string; text: string }[] {
  return readdirSync(join(FIXTURES, folder))
    .filter((name) => /\.(log|jsonl)$/.test(name))
    .map((name) => ({ name, text: readFileSync(join(FIXTURES, folder, name), 'latin1') }));
}
