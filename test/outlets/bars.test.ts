import { describe, expect, test } from 'vitest';
import type { Minute } from '../../src/core/model.ts';
import { bars, binned } from '../../src/outlets/views/bars.ts';
import { page as pageOf } from '../../src/outlets/views/layout.ts';
import { alert, at, definition, minutes, undated } from './samples.ts';

const page = pageOf({ width: 60, color: false });

/** A minute with one event after each of so many minutes. */
function spread(...gaps: number[]): Minute[] {
  let minute = at('00:00:00');
  return gaps.map((gap) => ({ minute: (minute += gap * 60_000_000), dated: true, events: new Map([['connack_refused', 1]]) }));
}

function shape(sample: readonly Minute[], mostRows?: number): string {
  const { size, rows } = binned(sample, definition(), mostRows);
  return `${size}: ${rows.map((row) => ('bins' in row ? `(${row.bins})` : row.total)).join(' ')}`;
}

describe('rows', () => {
  test.each([
    ['minute by minute', spread(0, 1, 1), '1: 1 1 1'],
    ['an empty minute or two are drawn', spread(0, 2, 3), '1: 1 0 1 0 0 1'],
    ['a longer pause is one row', spread(0, 4, 5000), '1: 1 (3) 1 (4999) 1'],
    ['nothing', [], '1: '],
  ])('%s', (_, sample, expected) => {
    expect(shape(sample)).toBe(expected);
  });

  test('what does not fit is binned', () => {
    expect(shape(spread(0, 1, 1, 1, 1, 1), 4)).toBe('2: 2 2 2');
    expect(shape(spread(0, 3, 3, 3), 6)).toBe('2: 1 1 0 1 1'); // 00:00, 00:03, 00:06, 00:09
  });

  test.each([300, 1441, 20_000])('%i minutes in a row stay on a screen', (count) => {
    expect(binned(spread(...Array<number>(count).fill(1)), definition()).rows.length).toBeLessThanOrEqual(28);
  });

  test('a year with one event each other day does, too', () => {
    expect(binned(spread(...Array<number>(180).fill(2880)), definition()).rows.length).toBeLessThanOrEqual(28);
  });

  test('a bin shows its busiest minute and its sum', () => {
    const { rows } = binned(minutes({ '22:10': 3, '22:11': 7 }), definition(), 1);
    expect(rows).toEqual([{ from: at('22:10:00'), busiest: 7, total: 10 }]);
  });

  test('only the kinds that the rule takes are counted', () => {
    expect(shape([...minutes({ '22:10': 3 }), ...minutes({ '22:11': 3 }, 'socket_error')])).toBe('1: 3');
    expect(binned(minutes({ '22:11': 3 }, 'odd'), definition({ select: null })).rows).toHaveLength(1);
  });
});

describe('drawing', () => {
  test('the threshold goes through bars and blanks, the day is said once', () => {
    expect(bars(minutes({ '22:13': 12, '22:14': 3, '22:41': 1 }), alert(), 1, page)).toEqual([
      'Refused connections a minute; more than 5 within 60 s (│)',
      'raise the alert',
      '  2026-11-20 22:13  ███████████████│█████████████████████ 12',
      '             22:14  █████████▎     │                      3',
      '                    ⋮ 26 min without',
      '             22:41  ███▏           │                      1',
    ]);
  });

  test('a rule over another span than a minute has no mark, several nodes are named', () => {
    const rule = definition({ window: 600_000_000 });
    expect(bars(minutes({ '22:13': 12 }), alert({ definition: rule }), 2, page)[0]).toBe('Refused connections on all nodes a minute');
  });

  test('a rule that takes only some events of a kind says what the bars show', () => {
    const select = { events: ['ack_unsuccessful'], patterns: null, packet: 'PUBACK' as const, direction: null, codes: null };
    const rule = definition({ select, counts: 'unsuccessful PUBACKs' });
    const drawn = bars(minutes({ '22:13': 12 }, 'ack_unsuccessful'), alert({ definition: rule }), 1, page);
    expect(drawn[0]).toMatch(/^All events of kind ack_unsuccessful a minute/);
  });

  test('a log without dates: times of day', () => {
    const sample = [undated('23:59:00'), undated('21T00:00:00')].map((minute) => ({
      minute,
      dated: false,
      events: new Map([['connack_refused', 6]]),
    }));
    expect(bars(sample, alert({ dated: false }), 1, page).slice(-2)).toEqual([
      expect.stringMatching(/^ {13}23:59 {2}█/),
      expect.stringMatching(/^ {2}day 2 {6}00:00 {2}█/),
    ]);
  });

  test('nothing is drawn where nothing happened', () => {
    expect(bars([], alert(), 1, page)).toEqual([]);
  });
});
