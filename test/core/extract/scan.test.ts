import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compiled } from '../../../scripts/assembly.ts';
import { readFileSync } from 'node:fs';
import { NO_OUTLINE, type Outline } from '../../../src/core/extract/outline.ts';
import { Scan } from '../../../src/core/extract/scan.ts';

const OUTLINE: Outline = {
  beginning: { at: 0, text: '22:' },
  level: { at: 9, quiet: ['info', 'debu'] },
  second: { at: 3, length: 5, before: null },
  burst: 4,
};
const NEEDLES = { short: ['deny', 'refused'], middling: ['refused', 'not allowed'], long: ["can't authenticate ", 'not allowed'] };

interface Wanted {
  start: number;
  end: number;
  line: number;
  usual: boolean;
  wanted: boolean;
}

/** What the scan finds, asked for in stretches. */
function scanned(text: string, needles: readonly string[], outline: Outline, stretch: number): { items: Wanted[]; lines: number } {
  const bytes = Buffer.from(text, 'latin1');
  const scan = new Scan(needles);
  scan.load(bytes);
  scan.expect(outline, { text: '', lines: 0 });
  const items: Wanted[] = [];
  let lines = 0;
  for (let from = 0; from < bytes.length; from = scan.position) {
    const count = scan.next(from, stretch);
    for (let index = 0; index < count; index += 1) {
      const { start, end, line, usual, wanted } = scan.get(index);
      if (wanted) items.push({ start, end, line: lines + line, usual, wanted });
    }
    lines += scan.lines;
  }
  return { items, lines };
}

/** The same by looking at one line after the other. */
function looked(text: string, needles: readonly string[], { beginning, level }: Outline): { items: Wanted[]; lines: number } {
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n');
  let start = 0;
  const items = lines.flatMap((line, index) => {
    const item = { start, end: start + line.length, line: index };
    start = item.end + 1;
    // Columns can lie beyond the end of a short line.
    const rest = text.slice(item.start);
    const usual = beginning !== null && rest.startsWith(beginning.text, beginning.at);
    const quiet = level === null || level.quiet.includes(rest.slice(level.at, level.at + 4));
    const wanted = !usual || !quiet || needles.some((needle) => line.includes(needle));
    return wanted ? [{ ...item, usual, wanted }] : [];
  });
  return text === '' ? { items: [], lines: 0 } : { items, lines: lines.length };
}

const words = fc.constantFrom(
  'refused',
  'refuse',
  'deny',
  "can't authenticate ",
  'not allowed',
  'not all',
  "can't ",
  'x',
  ' ',
  '\xe9',
  '\n',
);
const line = fc
  .tuple(fc.constantFrom('22:00:01 info ', '22:00:01 warn ', '22:00:02 debu ', '23:00:02 info ', ''), fc.array(words, { maxLength: 12 }))
  .map(([head, body]) => head + body.join(''));
const text = fc.array(line, { maxLength: 40 }).map((lines) => lines.map((one) => `${one}\n`).join(''));

for (const [length, needles] of Object.entries(NEEDLES)) {
  test(`finds the lines that hold ${length} needles, are loud or begin unlike the others, however the text is cut into stretches`, () => {
    fc.assert(
      fc.property(
        text,
        fc.boolean(),
        fc.constantFrom(1, 100, 1e6),
        fc.constantFrom(OUTLINE, NO_OUTLINE),
        (whole, ends, stretch, outline) => {
          const given = ends ? whole : whole.slice(0, -1);
          expect(scanned(given, needles, outline, stretch)).toEqual(looked(given, needles, outline));
        },
      ),
      { numRuns: 500 },
    );
  });
}

test('counts the lines of a second across stretches and blocks, and tells the one that is too many', () => {
  const scan = new Scan(['refused']);
  const second = { text: '', lines: 0 };
  const bursts: number[] = [];
  let before = 0;
  for (const count of [3, 2, 3]) {
    const bytes = Buffer.from('22:00:01 info x\n'.repeat(count));
    scan.load(bytes);
    for (let from = 0; from < bytes.length; from = scan.position) {
      scan.expect(OUTLINE, second);
      const items = scan.next(from, 20);
      for (let index = 0; index < items; index += 1) if (scan.get(index).burst) bursts.push(before + scan.get(index).line);
      before += scan.lines;
      scan.lastSecond(second, 5);
    }
  }
  expect(bursts).toEqual([3]);
  expect(second).toEqual({ text: '00:01', lines: 8 });
});

test('a block of more lines to look at than there is room for is looked through in turns', () => {
  const whole = '22:00:01 warn x\n'.repeat(10_000);
  expect(scanned(whole, ['refused'], { ...OUTLINE, burst: Infinity }, 1e9).items).toHaveLength(10_000);
});

test('the module is what assembly/scan.ts compiles to', () => {
  expect(readFileSync(new URL('../../../src/core/extract/scan-module.ts', import.meta.url), 'utf8')).toBe(compiled());
});
