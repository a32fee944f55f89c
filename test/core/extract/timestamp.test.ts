import { describe, expect, test } from 'vitest';
import { zoneOf } from '../../../src/config/zone.ts';
import { Clockwork, type Calendar, type Timestamp } from '../../../src/core/extract/timestamp.ts';
import type { TimeFormat } from '../../../src/core/pack/pack.ts';
import { isoTime, utc } from '../../../src/core/utc.ts';

const UTC = { offsetsAt: () => [0] };
const BERLIN = zoneOf('Europe/Berlin');

function calendar(given: Partial<Calendar> = {}): Calendar {
  return { zone: UTC, year: null, date: null, reference: at('2026-11-21T00:00:00Z'), ...given };
}

function at(text: string): number {
  return Date.parse(text) * 1000;
}

/** Reads one line after the other with the same clockwork; what is no time is null. */
function readAll(
  format: TimeFormat,
  given: Partial<Calendar>,
  texts: readonly string[],
  wrapper: Timestamp | null = null,
): (string | null)[] {
  const clockwork = new Clockwork(calendar(given));
  return texts.map((text) => {
    const time = clockwork.read(text, format, wrapper);
    return time && isoTime(time.at, time.digits);
  });
}

function read(format: TimeFormat, text: string, given: Partial<Calendar> = {}): string | null {
  return readAll(format, given, [text])[0]!;
}

describe('a time that says all of itself', () => {
  test.each([
    ['rfc3339', '2026-11-20T23:20:57.566168+01:00', '2026-11-20T22:20:57.566168Z'],
    ['rfc3339', '2026-11-20T23:20:57.566168Z', '2026-11-20T23:20:57.566168Z'],
    ['rfc3339', '2026-11-20T17:50:57.566168-05:30', '2026-11-20T23:20:57.566168Z'],
    ['rfc3339', '2026-11-20T23:20:57+0100', '2026-11-20T22:20:57Z'],
    ['rfc3339', '2026-11-20 23:20:57,5+00:00', '2026-11-20T23:20:57.500Z'],
    ['rfc3339', '2026-11-20T23:20:57.123456789Z', '2026-11-20T23:20:57.123456Z'],
    ['rfc3339', '2026-01-01T00:30:00.000+01:00', '2025-12-31T23:30:00.000Z'],
    ['rfc3339', '2028-02-29T12:00:00Z', '2028-02-29T12:00:00Z'],
    ['rfc3339', '2026-12-31T23:59:60Z', '2027-01-01T00:00:00Z'],
    ['epoch-s', '1795213257.566168', '2026-11-20T22:20:57.566168Z'],
    ['epoch-s', '1795213257.5', '2026-11-20T22:20:57.500Z'],
    ['epoch-s', '1795213257', '2026-11-20T22:20:57Z'],
    ['epoch-us', '1795213257566168', '2026-11-20T22:20:57.566168Z'],
    ['local', '2026-11-20 23:23:15.831 UTC', '2026-11-20T23:23:15.831Z'],
    ['local', '2026-11-20T23:23:15', '2026-11-20T22:23:15Z'],
  ] as const)('%s %s is %s', (format, text, time) => {
    expect(read(format, text, { zone: BERLIN })).toBe(time);
  });

  test('the minute of the line before does not leak into the next', () => {
    expect(readAll('rfc3339', {}, ['2026-11-20T23:20:57Z', 'x', '2026-11-20T23:20:58Z', '2026-11-20T23:21:01Z'])).toEqual([
      '2026-11-20T23:20:57Z',
      null,
      '2026-11-20T23:20:58Z',
      '2026-11-20T23:21:01Z',
    ]);
  });
});

test.each([
  ['rfc3339', ''],
  ['rfc3339', '2026-11-20'],
  ['rfc3339', '2026-11-20T23:20:57'],
  ['rfc3339', '2026-13-20T23:20:57Z'],
  ['rfc3339', '2026-11-32T23:20:57Z'],
  ['rfc3339', '2026-11-20T24:20:57Z'],
  ['rfc3339', '2026-11-20T23:60:57Z'],
  ['rfc3339', '2026-11-20T23:20:61Z'],
  ['rfc3339', '2026-11-20T23:20:57.Z'],
  ['rfc3339', ' 2026-11-20T23:20:57Z'],
  ['local', '2026-11-20_23:23:15.831'],
  ['local', '2026-11-20 25:23:15.831'],
  ['local', '2026-11-20 23:23:15.831 CET'],
  ['local', '2026-00-20 23:23:15.831'],
  ['time-of-day', '24:00:00.000'],
  ['time-of-day', '12:00'],
  ['syslog', 'Nob 20 23:26:59'],
  ['syslog', 'ovD 20 23:26:59'],
  ['syslog', 'Nov 32 23:26:59'],
  ['syslog', 'Nov  0 23:26:59'],
  ['syslog', 'Nov 20 23:26'],
  ['epoch-s', '1795213257.'],
  ['epoch-s', '17952132570000'],
  ['epoch-us', '12a'],
  ['epoch-us', '-1'],
  ['epoch-us', '1e15'],
  ['none', '2026-11-20T23:20:57Z'],
] as const)('%s %j is no time', (format, text) => {
  expect(read(format, text)).toBeNull();
});

describe('local time', () => {
  test.each([
    ['2026-07-01 12:00:00.000', '2026-07-01T10:00:00.000Z'],
    ['2026-11-20 23:23:15.831', '2026-11-20T22:23:15.831Z'],
    ['2026-11-20 23:23:15', '2026-11-20T22:23:15Z'],
    ['2026-03-29 01:59:59.999', '2026-03-29T00:59:59.999Z'],
    ['2026-03-29 02:30:00.000', '2026-03-29T01:30:00.000Z'], // in the gap: written by a clock that was not yet put forward
    ['2026-03-29 03:00:00.000', '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 01:59:59.999', '2026-10-24T23:59:59.999Z'],
    ['2026-10-25 02:30:00.000', '2026-10-25T00:30:00.000Z'], // in the overlap: the earlier one, where nothing tells
    ['2026-10-25 03:00:00.000', '2026-10-25T02:00:00.000Z'],
  ])('%s in Berlin is %s', (text, time) => {
    expect(read('local', text, { zone: BERLIN })).toBe(time);
  });

  test('a log that runs through the hour twice goes on in time', () => {
    expect(
      readAll('local', { zone: BERLIN }, [
        '2026-10-25 01:59:59.000',
        '2026-10-25 02:10:00.000',
        '2026-10-25 02:59:59.998',
        '2026-10-25 02:00:00.001', // the clock was set back
        '2026-10-25 02:59:59.999', // a little late
        '2026-10-25 02:00:00.002',
        '2026-10-25 02:30:00.000',
        '2026-10-25 02:59:59.000',
        '2026-10-25 03:00:00.000',
      ]),
    ).toEqual([
      '2026-10-24T23:59:59.000Z',
      '2026-10-25T00:10:00.000Z',
      '2026-10-25T00:59:59.998Z',
      '2026-10-25T01:00:00.001Z',
      '2026-10-25T00:59:59.999Z',
      '2026-10-25T01:00:00.002Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T01:59:59.000Z',
      '2026-10-25T02:00:00.000Z',
    ]);
  });

  test('a line a few minutes out of order in the first pass is not taken for the second', () => {
    expect(readAll('local', { zone: BERLIN }, ['2026-10-25 02:30:00.000', '2026-10-25 02:27:00.000', '2026-10-25 02:30:01.000'])).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T00:27:00.000Z',
      '2026-10-25T00:30:01.000Z',
    ]);
  });

  test.each([
    ['Asia/Kathmandu', '2026-11-20 12:00:00.000', '2026-11-20T06:15:00.000Z'],
    ['America/New_York', '2026-11-01 01:30:00.000', '2026-11-01T05:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-05 01:45:00.000', '2026-04-04T14:45:00.000Z'],
    ['UTC', '2026-11-20 12:00:00.000', '2026-11-20T12:00:00.000Z'],
    ['+05:30', '2026-11-20 12:00:00.000', '2026-11-20T06:30:00.000Z'],
  ])('in %s %s is %s', (zone, text, time) => {
    expect(read('local', text, { zone: zoneOf(zone) })).toBe(time);
  });
});

describe('a time of day', () => {
  const day = utc(2026, 11, 20);

  test.each<[string, string[], string[]]>([
    ['goes on after midnight', ['23:59:59.999', '00:00:00.001', '00:00:02.000'], ['20T23:59:59.999', '21T00:00:00.001', '21T00:00:02.000']],
    [
      'knows a line of the old day that stands below one of the new',
      ['23:59:59.998', '00:00:00.001', '23:59:59.999', '00:00:00.002', '23:00:00.000', '00:10:00.000'],
      ['20T23:59:59.998', '21T00:00:00.001', '20T23:59:59.999', '21T00:00:00.002', '21T23:00:00.000', '22T00:10:00.000'],
    ],
    ['knows the next day after a silent night', ['18:30:00.000', '07:00:00.000'], ['20T18:30:00.000', '21T07:00:00.000']],
    ['knows the next day after a silent day', ['12:59:00.000', '06:00:00.000'], ['20T12:59:00.000', '21T06:00:00.000']],
    [
      'goes back when the clock was set back',
      ['12:10:00.000', '11:10:00.000', '12:10:00.000'],
      ['20T12:10:00.000', '20T11:10:00.000', '20T12:10:00.000'],
    ],
    ['can have an hour of one digit', ['9:05:00.000', '10:05:00.000'], ['20T09:05:00.000', '20T10:05:00.000']],
    ['is of the first day at its end', ['00:00:00.000', '23:59:59.999'], ['20T00:00:00.000', '20T23:59:59.999']],
  ])('%s', (_, texts, times) => {
    expect(readAll('time-of-day', { date: day }, texts)).toEqual(times.map((time) => `2026-11-${time}Z`));
  });

  test('is the same whether each line is read once or more often', () => {
    const texts = ['22:00:00.000', '23:59:59.999', '00:00:00.001', '23:59:59.999', '00:00:00.002', '05:00:00.000', '01:00:00.000'];
    const twice = readAll(
      'time-of-day',
      { date: day },
      texts.flatMap((text) => [text, text]),
    );
    expect(twice.filter((_, index) => index % 2 === 1)).toEqual(readAll('time-of-day', { date: day }, texts));
  });

  test('counts from an unknown first midnight where no date is given', () => {
    const clockwork = new Clockwork(calendar());
    expect(clockwork.read('23:00:00.500', 'time-of-day', null)).toEqual({ at: 82_800_500_000, digits: 3, dated: false });
    expect(clockwork.read('00:00:01.000', 'time-of-day', null)).toEqual({ at: 86_401_000_000, digits: 3, dated: false });
  });

  test('is on the wall of the zone where a date is given, also through the overlap', () => {
    expect(
      readAll('time-of-day', { zone: BERLIN, date: utc(2026, 10, 25) }, ['01:30:00.000', '02:45:00.000', '02:15:00.000', '03:15:00.000']),
    ).toEqual(['2026-10-24T23:30:00.000Z', '2026-10-25T00:45:00.000Z', '2026-10-25T01:15:00.000Z', '2026-10-25T02:15:00.000Z']);
  });

  test.each([
    // wrapper                       time of day        time
    ['2026-11-20T22:29:06.100Z', '23:29:06.019', '2026-11-20T22:29:06.019Z'], // one hour ahead
    ['2026-11-20T22:29:06.100Z', '22:29:06.019', '2026-11-20T22:29:06.019Z'],
    ['2026-11-20T23:00:00.200Z', '23:59:59.900', '2026-11-20T22:59:59.900Z'], // written down a moment later
    ['2026-11-21T00:00:00.100Z', '18:59:59.950', '2026-11-20T23:59:59.950Z'], // five hours behind, across midnight
    ['2026-11-20T12:00:00.000Z', '17:45:00.000', '2026-11-20T12:00:00.000Z'], // Kathmandu
  ])('below %s %s is %s: the wrapper tells date and offset', (wrapped, text, time) => {
    expect(readAll('time-of-day', { zone: BERLIN }, [text], { at: at(wrapped), digits: 6, dated: true })).toEqual([time]);
  });

  test('a line without any time has the one of its wrapper', () => {
    const wrapper = { at: at('2026-11-20T22:29:06Z'), digits: 0, dated: true };
    expect(new Clockwork(calendar()).read('', 'none', wrapper)).toEqual(wrapper);
  });
});

describe('a time of syslog has no year', () => {
  test.each([
    // last written             line                 year
    ['2026-11-21T00:00:00Z', 'Nov 20 23:26:59', 2026],
    ['2026-11-21T00:00:00Z', 'Nov 22 23:26:59', 2026], // a file copied without its time: a day in the future is no reason for a year back
    ['2026-11-21T00:00:00Z', 'Dec 24 23:26:59', 2025],
    ['2027-01-02T00:00:00Z', 'Dec 31 23:59:59', 2026],
    ['2027-01-02T00:00:00Z', 'Jan  1 00:00:00', 2027],
  ])('in a file last written %s, %s is of %d', (reference, text, year) => {
    expect(read('syslog', text, { reference: at(reference) })).toMatch(new RegExp(`^${year}-`));
  });

  test.each<[string, Partial<Calendar>]>([
    ['of a file last written in the new year', { reference: at('2027-02-04T00:00:00Z') }],
    ['whose first year is given', { year: 2026 }],
  ])('a log %s goes from December to January', (_, given) => {
    expect(
      readAll('syslog', given, ['Dec 31 23:59:59', 'Jan  1 00:00:00', 'Dec 31 23:59:59', 'Jan  1 00:00:01', 'Feb  3 12:00:00']),
    ).toEqual(['2026-12-31T23:59:59Z', '2027-01-01T00:00:00Z', '2026-12-31T23:59:59Z', '2027-01-01T00:00:01Z', '2027-02-03T12:00:00Z']);
  });

  test.each([
    ['Nov 20 23:26:59', '2026-11-20T22:26:59Z'],
    ['Nov  7 23:26:59.123456', '2026-11-07T22:26:59.123456Z'],
    ['Jul 07 12:00:00', '2026-07-07T10:00:00Z'],
  ])('%s in Berlin is %s', (text, time) => {
    expect(read('syslog', text, { zone: BERLIN, year: 2026 })).toBe(time);
  });
});

describe('zones', () => {
  test('a name that is none is refused at once', () => {
    expect(() => zoneOf('Europe/Entenhausen')).toThrow(RangeError);
  });

  test.each([
    // on the wall of Berlin       offsets in hours, the earlier instant first
    ['2026-03-29T01:59:59', [1]],
    ['2026-03-29T02:00:00', [1]],
    ['2026-03-29T02:59:59', [1]],
    ['2026-03-29T03:00:00', [2]],
    ['2026-10-25T01:59:59', [2]],
    ['2026-10-25T02:00:00', [2, 1]],
    ['2026-10-25T02:59:59', [2, 1]],
    ['2026-10-25T03:00:00', [1]],
  ])('%s has the offsets %j', (local, hours) => {
    expect(BERLIN.offsetsAt(at(`${local}Z`))).toEqual(hours.map((hour) => hour * 3_600_000_000));
  });
});
