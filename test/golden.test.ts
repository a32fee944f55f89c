/** Every log in fixtures/logs gives exactly the events and alerts that stand beside it; the list of files is the list of tests. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { builtInPacks, loadPacks } from '../src/config/packs.ts';
import { Engine } from '../src/core/engine.ts';
import type { Event } from '../src/core/model.ts';
import { eventLine } from '../src/outlets/views/event.ts';
import { incident } from '../src/outlets/views/incident.ts';

const LOGS = fileURLToPath(new URL('../fixtures/logs/', import.meta.url));
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';
const knowledge = await loadPacks(builtInPacks());
const UTC = { offsetsAt: () => [0] };

function outcomeOf(file: string) {
  const engine = new Engine(knowledge);
  const log = engine.open({ node: null, calendar: { zone: UTC, year: 2026, date: null, reference: 0 } });
  engine.begin(log, file);
  const events: Event[] = [];
  for (const findings of [engine.push(log, readFileSync(LOGS + file), 0), engine.close(log), engine.end()]) events.push(...findings.events);
  return {
    events: events.map((event) => JSON.parse(eventLine(event)) as unknown),
    incident: incident(engine.snapshot(), (reason) => knowledge.reasons.get(reason) ?? null),
  };
}

describe('what comes of a recorded log', () => {
  test.each(readdirSync(LOGS).filter((file) => file.endsWith('.log')))('%s', (file) => {
    const golden = `${LOGS}${file.replace(/\.log$/, '')}.golden.json`;
    const outcome = outcomeOf(file);
    if (UPDATE) writeFileSync(golden, `${JSON.stringify(outcome, null, 1)}\n`);
    expect(outcome).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });
});
