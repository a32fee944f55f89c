import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clip, clipStart, displayWidth, isPrintable, mask } from '../../src/core/mask.ts';

/** What a terminal would act on or a reader could not see. */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 400 }), // halves of pairs
  fc.string({ unit: fc.constantFrom('\\', 'n', '\n', '\x1b', '[', '\u202e', '\u0301', 'a', '客'), maxLength: 40 }),
);

describe('what is shown for what came', () => {
  test.each([
    ['pump-240', 'pump-240'],
    ['büro 42 客户端 😀', 'büro 42 客户端 😀'],
    ['one\ntwo\r\n\tthree', 'one\\ntwo\\r\\n\\tthree'],
    ['\x1b[31mred\x1b[0m', '\\e[31mred\\e[0m'],
    ['\x9b2J', '\\u009b2J'], // C1: the same as ESC [ on some terminals
    ['\0nul\x7fdel', '\\u0000nul\\u007fdel'],
    ['abc\u202etxt.exe', 'abc\\u202etxt.exe'],
    ['\u2066isolated\u2069', '\\u2066isolated\\u2069'],
    ['pump\u200b-\ufeff240\u00ad', 'pump\\u200b-\\ufeff240\\u00ad'],
    ['line\u2028para\u2029', 'line\\u2028para\\u2029'],
    ['no\u00a0break', 'no\\u00a0break'],
    ['half \ud800 and \udc00', 'half \\ud800 and \\udc00'],
    ['tag \u{e0041}', 'tag \\u{e0041}'],
    ['back\\slash', 'back\\\\slash'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(mask(text)).toBe(shown);
  });

  test('an escape that was written by hand does not look like one of ours', () => {
    expect(mask('a\\nb')).not.toBe(mask('a\nb'));
  });

  test('accents that would run over the lines above are shown as escapes', () => {
    expect(mask('z' + '\u0301'.repeat(5))).toBe('z' + '\u0301'.repeat(3) + '\\u0301\\u0301');
  });

  test('an accent at the start does not join what was printed before', () => {
    expect(mask('\u0301a')).toBe('\\u0301a');
  });
});

describe('length', () => {
  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abcde…'],
    ['客户端客户端客户', 6, '客户端客户…'],
    ['😀😀😀', 2, '😀…'],
    ['abcd\nef', 6, 'abcd…'], // an escape is never cut
    ['abcd\n', 6, 'abcd\\n'],
  ])('%j in %i characters is %j', (text, max, shown) => {
    expect(mask(text, max)).toBe(shown);
  });

  test('64 KB of a client id are cut, and not looked at', () => {
    expect(mask('\x1b'.repeat(65_535), 10)).toBe('\\e\\e\\e\\e…');
  });

  test.each([
    ['pump', 4],
    ['客户端', 6],
    ['büro', 4],
    ['e\u0301', 1],
    ['😀', 2],
    ['한', 2],
    ['ａ', 2], // full width
    ['🇩🇪', 2],
  ])('%j takes %i columns', (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });

  test.each([
    ['客户端', 6, '客户端'],
    ['客户端', 5, '客户…'],
    ['客户端', 4, '客…'], // half a character is none
    ['pump-240', 5, 'pump…'],
  ])('%j in %i columns is %j', (text, columns, shown) => {
    expect(clip(text, columns)).toBe(shown);
  });
});

test.each([
  ['logs/console.log', 16, 'logs/console.log'],
  ['logs/console.log', 12, '…console.log'],
  ['客户端', 5, '…户端'],
  ['客户端', 4, '…端'],
])('%j in %i columns, end kept, is %j', (text, columns, shown) => {
  expect(clipStart(text, columns)).toBe(shown);
});

test.each([
  ['pump-240', true],
  ['it’s $(here) and; "there"', true],
  ['a\nb', false],
  ['a\u200bb', false],
])('%j looks like what it is: %j', (text, printable) => {
  expect(isPrintable(text)).toBe(printable);
});

describe('whatever comes', () => {
  test('nothing dangerous gets through, and the length holds', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 80 }), (text, max) => {
        const shown = mask(text, max);
        expect(shown).not.toMatch(DANGEROUS);
        expect(Array.from(shown).length).toBeLessThanOrEqual(max);
      }),
    );
  });

  test('two texts look the same only if they are the same', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        expect(mask(one, 10_000) === mask(other, 10_000)).toBe(one === other);
      }),
    );
  });

  test('a column is never wider than asked for', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 80 }), (text, columns) => {
        expect(displayWidth(clip(mask(text), columns))).toBeLessThanOrEqual(columns);
        expect(displayWidth(clipStart(mask(text), columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
