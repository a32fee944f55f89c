/** --from 10m: where the first line stands that is young enough, through older generations, plain and packed. */
import * as fs from 'node:fs';
import * as disk from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { beginningSince } from '../../src/sources/beginning.ts';
import { scratch } from '../helpers/cli.ts';

/** A line is `<seconds> text`. */
const timeOf = (line: string): number | null => (/^\d+ /.test(line) ? Number.parseInt(line, 10) * 1_000 : null);

function text(from: number, to: number, filling = ''): string {
  return Array.from({ length: to - from + 1 }, (_, n) => `${from + n} ${filling}\n`).join('');
}

/** @param files oldest last, by name. @returns file and text of the line that is begun with. */
async function begun(files: Readonly<Record<string, string>>, since: number, modified = 1_000_000): Promise<unknown> {
  const path = scratch();
  for (const [name, content] of Object.entries(files)) {
    fs.writeFileSync(path(name), name.endsWith('.gz') ? gzipSync(content) : content);
    fs.utimesSync(path(name), modified, modified);
  }
  const beginning = await beginningSince(path('console.log'), since * 1_000, timeOf, disk);
  if (typeof beginning === 'string') return beginning;
  const [name, content] = Object.entries(files).find(([other]) => path(other) === beginning.file)!;
  return `${name} ${content.slice(beginning.offset).split('\n')[0]!.slice(0, 20)}`.trim();
}

test.each([
  [10, 'console.log 10'],
  [15, 'console.log 15'],
  [20, 'console.log 20'],
])('within the live file: since %i', async (since, wanted) => {
  expect(await begun({ 'console.log': text(5, 20) }, since)).toBe(wanted);
});

test('in an older one, plain and packed', async () => {
  const files = {
    'console.log': text(30, 40),
    'console.log.0': text(20, 29),
    'console.log.1.gz': text(10, 19),
    'console.log.2.gz': text(0, 9),
  };
  expect(await begun(files, 35)).toBe('console.log 35');
  // At the end of the one before: a late line of it is young.
  expect(await begun(files, 30)).toBe('console.log.0');
  expect(await begun(files, 25)).toBe('console.log.0 25');
  expect(await begun(files, 12)).toBe('console.log.1.gz 12');
  expect(await begun(files, 0)).toBe('console.log.2.gz 0');
});

test('over the borders of strides, and lines longer than a stride', async () => {
  const log = text(0, 2_000, 'x'.repeat(700));
  for (const since of [1, 366, 367, 733, 734, 1_100, 1_634, 1_999])
    expect(await begun({ 'console.log': log }, since)).toBe(`console.log ${since} ${'x'.repeat(19 - String(since).length)}`);
});

test('between lines longer than a stride: rather too early than too late', async () => {
  const log = { 'console.log': text(0, 6, 'y'.repeat(700_000)) };
  for (const since of [0, 1, 3, 6]) {
    const [, line] = String(await begun(log, since)).split(' ');
    expect(Number(line)).toBeLessThanOrEqual(since);
  }
});

test('lines without a time go with what is before them', async () => {
  expect(await begun({ 'console.log': 'a\nb\n' }, 10)).toBe('console.log a');
  expect(await begun({ 'console.log': '5 x\n  more\n12 y\n  more\n' }, 10)).toBe('console.log   more');
});

test('all old and not written to since: at its end', async () => {
  expect(await begun({ 'console.log': text(0, 9), 'console.log.0': text(0, 5) }, 1_000, 10)).toBe('end');
});

test('nothing there, and nothing in it', async () => {
  expect(await begun({}, 10)).toBe('start');
  expect(await begun({ 'console.log': '' }, 10)).toBe('console.log');
  expect(await begun({ 'console.log': '', 'console.log.0': text(0, 20) }, 10)).toBe('console.log.0 10');
});

test('the live one is away for the moment', async () => {
  expect(await begun({ 'console.log.0': text(0, 20) }, 10)).toBe('console.log.0 10');
});

test('a packed one that is not whole is passed over', async () => {
  const path = scratch({ 'console.log': text(10, 20), 'console.log.0.gz': gzipSync(text(0, 9)).subarray(0, 12) });
  expect(await beginningSince(path('console.log'), 0, timeOf, disk)).toEqual({ file: path('console.log'), offset: 0 });
});
