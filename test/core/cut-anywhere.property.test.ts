/** It does not matter where the bytes are cut into blocks, nor that most lines are passed over. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixtureLogs, knowledge, mosquitto, outcomeOf } from '../helpers/engine.ts';

const logs = [
  ...[...fixtureLogs('logs'), ...fixtureLogs('samples')].map((log) => ({ ...log, known: knowledge })),
  ...fixtureLogs('logs/mosquitto').map((log) => ({ ...log, known: mosquitto })),
];

/** Cuts a text behind the lines with these numbers. */
function cut(text: string, at: readonly number[]): string[] {
  const lines = text.split(/(?<=\n)/);
  const places = [...new Set(at.map((place) => place % (lines.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => lines.slice(from, places[index]).join('')).filter((piece) => piece !== '');
}

test.each(logs)('$name: any cut gives the same events, alerts and counts', ({ text, known }) => {
  const whole = outcomeOf([text], known);
  fc.assert(
    fc.property(fc.array(fc.nat(2000), { minLength: 1, maxLength: 12 }), (at) => {
      expect(outcomeOf(cut(text, at), known)).toEqual(whole);
    }),
    { numRuns: 12 },
  );
});

test.each(logs)('$name: line by line gives the same', ({ text, known }) => {
  expect(outcomeOf(text.split(/(?<=\n)/), known)).toEqual(outcomeOf([text], known));
});

test.each(logs)('$name: looking at every line finds nothing that needles miss', ({ text, known }) => {
  const { events, snapshot } = outcomeOf([text], { ...known, needles: null });
  const usual = outcomeOf([text], known);
  expect(events).toEqual(usual.events);
  expect(snapshot.alerts).toEqual(usual.snapshot.alerts);
  expect(snapshot.sources).toEqual(usual.snapshot.sources);
});
