/**
 * Every log in fixtures/logs gives exactly the events and alerts that stand beside it; the list of files is the list of tests.
 * Those in mosquitto/ are read with the example pack for that broker too.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Engine } from '../src/core/engine.ts';
import type { Event } from '../src/core/model.ts';
import { eventLine } from '../src/outlets/views/event.ts';
import { incident } from '../src/outlets/views/incident.ts';
import { knowledge, mosquitto, UTC } from './helpers/engine.ts';

const LOGS = fileURLToPath(new URL('../fixtures/logs/', import.meta.url));
const UPDATE = process.env['UPDATE_GOLDEN'] === '1';

function outcomeOf(file: string) {
  const known = file.startsWith('mosquitto/') ? mosquitto : knowledge;
  const engine = new Engine(known);
  const log = engine.open({ node: null, calendar: { zone: UTC, year: 2026, date: null, reference: 0 } });
  engine.begin(log, file);
  const events: Event[] = [];
  for (const findings of [engine.push(log, readFileSync(LOGS + file), 0), engine.close(log), engine.end()]) events.push(...findings.events);
  return {
    events: events.map((event) => JSON.parse(eventLine(event)) as unknown),
    incident: incident(engine.snapshot(), (reason) => known.reasons.get(reason) ?? null),
  };
}

describe('what comes of a recorded log', () => {
  test.each(readdirSync(LOGS, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.log')))('%s', (file) => {
    const golden = `${LOGS}${file.replace(/\.log$/, '')}.golden.json`;
    const outcome = outcomeOf(file);
    if (UPDATE) writeFileSync(golden, `${JSON.stringify(outcome, null, 1)}\n`);
    expect(outcome).toEqual(JSON.parse(readFileSync(golden, 'utf8')));
  });
});
