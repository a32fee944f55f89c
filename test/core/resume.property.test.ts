/** An engine whose state was saved, and that goes on in another one, gives what it would have given: wherever that happens, however often. */
import { deserialize, serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Engine, type EngineState } from '../../src/core/engine.ts';
import type { Change, Event, Findings } from '../../src/core/model.ts';
import { fixtureLogs, knowledge, UTC } from '../helpers/engine.ts';

const logs = [...fixtureLogs('logs'), ...fixtureLogs('samples')];
const INFO = { node: null, calendar: { zone: UTC, year: 2026, date: null, reference: 0 } };

interface Told extends Findings {
  readonly events: Event[];
  readonly changes: Change[];
}

/** @param ends numbers of lines after which the program ends. */
function told(texts: readonly string[], ends: readonly number[] = []): Told {
  const out: Told = { events: [], changes: [] };
  const all = texts.map((text) => text.split(/(?<=\n)/));
  let engine = start(texts.length);
  const offsets = texts.map(() => 0);
  const longest = Math.max(...all.map(({ length }) => length));
  for (let line = 0; line < longest; line += 1) {
    if (ends.includes(line)) {
      const state = deserialize(serialize(engine.state())) as EngineState;
      engine = start(texts.length, state);
    }
    for (const [log, lines] of all.entries()) {
      const text = lines[line];
      if (text === undefined) continue;
      keep(engine.push(log, Buffer.from(text, 'latin1'), offsets[log]!));
      offsets[log]! += text.length;
    }
  }
  for (const log of texts.keys()) keep(engine.close(log));
  keep(engine.end());
  return out;

  function keep({ events, changes }: Findings): void {
    out.events.push(...events);
    out.changes.push(...changes);
  }
}

function start(logs: number, state?: EngineState): Engine {
  const engine = new Engine(knowledge);
  for (let log = 0; log < logs; log += 1) engine.open(INFO);
  if (state === undefined) for (let log = 0; log < logs; log += 1) engine.begin(log, 'console.log');
  else engine.restore(state);
  return engine;
}

const ends = fc.array(fc.nat(600), { minLength: 1, maxLength: 12 });

test.each(logs)('$name', ({ text }) => {
  const whole = told([text]);
  fc.assert(
    fc.property(ends, (at) => {
      expect(told([text], at)).toEqual(whole);
    }),
    { numRuns: 10 },
  );
});

test('two logs of one node', () => {
  const [first, second] = ['lager-1.x.log', 'lager-1.x-error.log'].map((name) => logs.find((log) => log.name === name)!.text);
  const whole = told([first!, second!]);
  fc.assert(
    fc.property(ends, (at) => {
      expect(told([first!, second!], at)).toEqual(whole);
    }),
    { numRuns: 20 },
  );
});
