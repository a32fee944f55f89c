import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zoneOf } from '../../../src/config/zone.ts';
import { isoTime } from '../../../src/core/utc.ts';
import { bytes, knowledge, outcomeOf, outcomeOfLogs, read, type Outcome } from '../../helpers/engine.ts';
import { clock, denied, json, lager, otp, refused, stdout } from '../../helpers/lines.ts';

const QUIET = 'session normally stopped';
const CONNACK = 'vernemq_mqtt_connack_sent_reason_unsuccessful';

/** Kind, client and reason of each event. */
function gist({ events }: Pick<Outcome, 'events'>): string[] {
  return events.map(({ kind, clientId, reason }) => [kind, clientId, reason].map((part) => part ?? '-').join(' '));
}

function tally({ snapshot }: Outcome) {
  return snapshot.sources[0]!;
}

describe('one record over two lines, as 1.0 to 1.13 break it', () => {
  const hook = [
    '2018-10-06 03:32:07.208 [error] <0.441.0>@vmq_mqtt_fsm:check_user:538 can\'t authenticate client {[],<<"pump-7">>} due to\n',
    '                                no_matching_hook_found\n',
  ];
  const will = [
    "2018-10-06 03:32:08.208 [warning] <0.442.0>@vmq_mqtt_fsm:check_will:628 can't authenticate last will\n",
    '                          for client {[],<<"pump-8">>} due to not_allowed\n',
  ];
  const both = ['connack_refused pump-7 no_matching_hook_found', 'connack_refused pump-8 not_allowed'];

  test.each([
    ['in one piece', [[...hook, ...will].join('')]],
    ['cut between the two lines', [...hook, ...will]],
    ['with CRLF', [[...hook, ...will].join('').replaceAll('\n', '\r\n')]],
    ['with LF inside and CRLF behind, as on standard output', [[hook[0]!, hook[1]!.replace('\n', '\r\n'), ...will].join('')]],
    ['with an empty line between', [hook[0]!, '\n', hook[1]!, will[0]!, '  \n', will[1]!]],
    ['without a line break at the end', [[...hook, ...will].join('').trimEnd()]],
    ['below docker compose', [[...hook, ...will].map((line) => `vernemq-1  | ${line}`).join('')]],
    ['below a container runtime', [[...hook, ...will].map((line) => `2018-10-06T03:32:07.3Z stdout F ${line}`).join('')]],
  ])('%s is one event', (_, pieces) => {
    const outcome = outcomeOf(pieces);
    expect(gist(outcome)).toEqual(both);
    expect(tally(outcome)).toMatchObject({ events: 2, unparsed: 0 });
  });

  test('two containers that write at the same time do not continue each other’s records', () => {
    const mixed = [`a-1 | ${hook[0]!}`, `b-1 | ${will[0]!}`, `a-1 | ${hook[1]!}`, `b-1 | ${will[1]!}`];
    expect(gist(outcomeOf(mixed))).toEqual(both);
    expect(gist(outcomeOf([mixed.join('')]))).toEqual(both);
  });

  test('a line of another container does not complete a record', () => {
    expect(gist(outcomeOf([`a-1 | ${hook[0]!}`, `b-1 | ${hook[1]!}`]))).toEqual([]);
  });

  test('a record that is never completed is not looked for for ever', () => {
    const others = Array.from({ length: 200 }, (_, index) => `b-1 | ${lager(clock(index), QUIET, { level: 'info' })}`).join('');
    expect(gist(outcomeOf([`a-1 | ${hook[0]!}`, others, `a-1 | ${hook[1]!}`]))).toEqual([]);
  });

  test('the place of the event is its first line', () => {
    const { events } = outcomeOf([hook[0]!, hook[1]!, ...will]);
    expect(events.map(({ place }) => place)).toEqual([
      { file: 'console.log', line: 1, offset: 0 },
      { file: 'console.log', line: 3, offset: hook.join('').length },
    ]);
  });

  test('the next record ends it', () => {
    expect(gist(read(hook[0]! + will.join('') + hook[1]!))).toEqual([both[1]]);
  });
});

describe('lines that are no records', () => {
  test.each<[string, string, number]>([
    ['text that nothing frames', 'hello\nworld\n', 2],
    ['blank lines', '\n  \n\t\n\r\n', 0],
    ['lines set in below a record', `${lager('22:00:00', 'crash:')}    at a\n\tat b\n`, 0],
    ['lines set in at the very beginning of a file', `    due to x\n${lager('22:00:00', QUIET)}`, 1],
    ['text between records', `${otp('22:00:00', QUIET)}garbage\n${otp('22:00:01', QUIET)}`, 1],
    ['half a line of JSON', `${json('22:00:00', QUIET)}"level":"warning"}\n${json('22:00:01', QUIET)}`, 1],
    ['an empty file', '', 0],
  ])('%s: %#', (_, text, unparsed) => {
    const outcome = read(text);
    expect(tally(outcome)).toMatchObject({ unparsed, events: 0, lines: text.split('\n').length - 1 });
    expect(outcome.events).toEqual([]);
  });

  test('a loud record that no pattern takes is told by its shape, the most frequent first', () => {
    const text = [
      otp('22:00:00', 'the moon fell on {[],<<"pump-7">>} at 12'),
      otp('22:00:01', 'the moon fell on {[],<<"pump \\">> 8">>} at 13'),
      otp('22:00:02', 'out of cheese', { level: 'error' }),
      otp('22:00:03', 'all is well', { level: 'info' }),
      otp('22:00:04', 'session normally stopped', { level: 'debug' }),
    ].join('');
    const { coverage } = read(text).snapshot;
    expect(coverage.unmatched.map(({ shape, lines, place }) => [shape, lines, place.line])).toEqual([
      ['the moon fell on {[],<<…>>} at N', 2, 1],
      ['out of cheese', 1, 3],
    ]);
    expect(read(text, { known: { ...knowledge, needles: null } }).snapshot.coverage).toEqual(coverage);
  });
});

test('an event names file, line and offset of the uncompressed bytes, across blocks and files', () => {
  const quiet = otp('22:00:00', bytes('büro'), { level: 'info' });
  const { events } = outcomeOfLogs([
    {
      files: [
        [quiet + otp('22:00:01', refused('pump-7')), quiet, otp('22:00:02', refused('pump-8'))],
        [quiet + quiet, otp('22:00:03', refused('pump-9'))],
      ],
    },
  ]);
  const line = otp('22:00:01', refused('pump-7')).length;
  expect(events.map(({ clientId, place }) => [clientId, place.file, place.line, place.offset])).toEqual([
    ['pump-7', 'console.log', 2, quiet.length],
    ['pump-8', 'console.log', 4, 2 * quiet.length + line],
    ['pump-9', 'console.log.1', 3, 2 * quiet.length],
  ]);
});

describe('the span of a file', () => {
  test('is from its first to its last line, whoever looked at them', () => {
    const text = otp('22:00:00.5', QUIET) + otp('22:00:01', refused('pump-7')) + otp('22:10:00.25', QUIET);
    const { from, to } = tally(read(text));
    expect([from, to].map((at) => isoTime(at!, 6))).toEqual(['2026-11-20T22:00:00.500000Z', '2026-11-20T22:10:00.250000Z']);
  });

  test('is unknown where the log has no dates', () => {
    const outcome = read(stdout('22:00:00', QUIET) + stdout('22:00:01', refused('pump-7')));
    expect(tally(outcome)).toMatchObject({ from: null, to: null, events: 1 });
    expect(outcome.snapshot.span).toEqual({ from: null, to: null });
    expect(outcome.events[0]).toMatchObject({ time: null, at: 79_201_000_000 });
  });

  test('an empty file at the end does not keep an alert from clearing', () => {
    const storm = Array.from({ length: 6 }, (_, index) => otp(clock(index), refused('pump-7'))).join('');
    const { snapshot } = outcomeOfLogs([{ files: [[storm + otp('22:10:00', QUIET)], ['']] }]);
    expect(snapshot.alerts.map(({ clearedAt }) => clearedAt && isoTime(clearedAt, 0))).toEqual(['2026-11-20T22:01:05Z']);
  });
});

describe('the order of time', () => {
  const times = ({ events }: Outcome) => events.map(({ time, at }) => [isoTime(time!, 3).slice(11, -1), isoTime(at, 3).slice(11, -1)]);

  test('a line a little older than its predecessor counts at its predecessor’s time, and keeps its own', () => {
    expect(times(read(otp('22:00:10', refused('a')) + otp('22:00:09.999', refused('b')) + otp('22:00:11', refused('c'))))).toEqual([
      ['22:00:10.000', '22:00:10.000'],
      ['22:00:09.999', '22:00:10.000'],
      ['22:00:11.000', '22:00:11.000'],
    ]);
  });

  test('a line that is more than a minute older was written after the clock was set back', () => {
    expect(times(read(otp('22:10:00', refused('a')) + otp('22:08:59', refused('b')) + otp('22:09:00', refused('c'))))).toEqual([
      ['22:10:00.000', '22:10:00.000'],
      ['22:08:59.000', '22:08:59.000'],
      ['22:09:00.000', '22:09:00.000'],
    ]);
  });

  test('a log of 1.x runs through the hour that comes twice', () => {
    const at = (time: string, client: string) => `2026-10-25 ${time} [warning] <0.1.0>@vmq_mqtt_fsm:check_user:1 ${refused(client)}\n`;
    const quiet = (time: string) => `2026-10-25 ${time} [info] <0.1.0>@vmq_mqtt_fsm:check_user:1 ${QUIET}\n`;
    const lines = [
      at('01:59:59.000', 'a'),
      quiet('02:00:00.000'),
      quiet('02:59:00.000'),
      quiet('02:00:00.500'), // nobody but the clock looks at this line
      at('02:30:00.000', 'b'),
      at('03:00:00.000', 'c'),
    ];
    for (const pieces of [lines, [lines.join('')]]) {
      const { events } = outcomeOfLogs([{ files: [pieces] }], { calendar: { zone: zoneOf('Europe/Berlin') } });
      expect(events.map(({ time }) => isoTime(time!, 0))).toEqual(['2026-10-24T23:59:59Z', '2026-10-25T01:30:00Z', '2026-10-25T02:00:00Z']);
    }
  });

  test('a log of 1.x standard output goes on after midnight, wherever it is cut', () => {
    const lines = [
      stdout('12:00:05', QUIET, 'info'),
      stdout('12:59:59', QUIET, 'info'),
      stdout('00:30:00', refused('a')),
      stdout('06:00:00', QUIET, 'info'),
      stdout('23:59:59.999', refused('b')),
      stdout('00:00:00.001', refused('c')),
      stdout('23:59:59.999', QUIET, 'info'), // a moment late
      stdout('00:00:01', refused('d')),
    ];
    for (const pieces of [lines, [lines.join('')]]) {
      expect(outcomeOf(pieces).events.map(({ at }) => isoTime(at, 3))).toEqual([
        '1970-01-02T00:30:00.000Z',
        '1970-01-02T23:59:59.999Z',
        '1970-01-03T00:00:00.001Z',
        '1970-01-03T00:00:01.000Z',
      ]);
    }
  });
});

describe('a second that holds 500 lines or more of 2.x', () => {
  const quiet = (write: typeof otp, lines: number, second: number) =>
    Array.from({ length: lines }, (_, index) => write(clock(second + index / 1000), QUIET, { level: 'info' })).join('');
  const storm = (write: typeof otp, second: number) =>
    Array.from({ length: 6 }, (_, index) => write(clock(second + index), refused('pump-7'))).join('');
  const lowerBounds = (text: string) => read(text).snapshot.alerts.map(({ lowerBound }) => lowerBound);

  test.each<[string, string, boolean[]]>([
    ['500 in text', storm(otp, 0) + quiet(otp, 500, 20), [true]],
    ['500 in JSON', storm(json, 0) + quiet(json, 500, 20), [true]],
    ['499 in text', storm(otp, 0) + quiet(otp, 499, 20), [false]],
    ['499 in JSON', storm(json, 0) + quiet(json, 499, 20), [false]],
    ['500 over two seconds', storm(otp, 0) + quiet(otp, 250, 20) + quiet(otp, 250, 21), [false]],
    ['500 of 1.x, which drops none of its own', storm(lager, 0) + quiet(lager, 500, 20), [false]],
    ['500 before the window that raised', quiet(otp, 500, -70) + storm(otp, 0), [false]],
    ['500 in the window that raised', quiet(otp, 500, -50) + storm(otp, 0), [true]],
    ['500 long after it cleared', storm(otp, 0) + quiet(otp, 500, 300), [false]],
    ['500 refusals', Array.from({ length: 500 }, (_, index) => otp(clock(index / 1000), refused(`pump-${index}`))).join(''), [true]],
  ])('%s', (_, text, expected) => {
    expect(lowerBounds(text)).toEqual(expected);
  });

  test('makes what is told of the alert a lower bound, too', () => {
    const { changes } = read(quiet(otp, 500, -50) + storm(otp, 0) + otp(clock(600), QUIET));
    expect(changes.map(({ change, alert }) => [change, alert.lowerBound])).toEqual([
      ['raised', true],
      ['cleared', true],
    ]);
  });

  test('as does a line that says so', () => {
    const flushed = '2026-11-20T22:00:03.000000+00:00 [notice]: Handler consolefile flushed 2699 log events\n';
    const { snapshot } = read(storm(otp, 0) + flushed);
    expect(snapshot.coverage.logLoss).toBe(2699);
    expect(snapshot.alerts.map(({ lowerBound }) => lowerBound)).toEqual([true]);
  });
});

describe('a log that changes its envelope in the middle', () => {
  test.each<[string, string[]]>([
    ['from 1.x to 2.x', [lager('22:00:00', refused('a')), lager('22:00:01', QUIET), otp('22:00:02', QUIET), otp('22:00:03', refused('b'))]],
    [
      'from text to JSON and back',
      [otp('22:00:00', refused('a')), json('22:00:01', refused('b')), json('22:00:02', QUIET), otp('22:00:03', refused('c'))],
    ],
    ['at every line', [otp, json, lager, otp, lager, json].map((write, index) => write(clock(index), refused(`pump-${index}`)))],
  ])('%s', (_, lines) => {
    const expected = lines.filter((line) => line.includes("can't")).length;
    for (const pieces of [lines, [lines.join('')]]) {
      const outcome = outcomeOf(pieces);
      expect(outcome.events).toHaveLength(expected);
      expect(outcome.events.map(({ at }) => at)).toEqual(outcome.events.map(({ at }) => at).sort());
      expect(tally(outcome)).toMatchObject({ unparsed: 0, events: expected, lines: lines.length });
    }
  });
});

describe('since and until', () => {
  const minutes = Array.from({ length: 20 }, (_, index) => otp(clock(index * 10), refused(`pump-${index}`))).join('');
  const at = (second: number) => Date.parse('2026-11-20T22:00:00Z') * 1000 + second * 1e6;

  test('events count from the first moment on, and no longer from the last', () => {
    expect(read(minutes, { since: at(30), until: at(60) }).events.map(({ clientId }) => clientId)).toEqual(['pump-3', 'pump-4', 'pump-5']);
  });

  test('an alert is not cleared by time that was left out', () => {
    const { snapshot } = read(minutes, { until: at(90) });
    expect(snapshot.alerts.map(({ definition, clearedAt }) => [definition.alert, clearedAt])).toEqual([[CONNACK, null]]);
  });

  test('events without a date always count', () => {
    expect(read(stdout('22:00:00', refused('a')), { since: at(0), until: at(1) }).events).toHaveLength(1);
  });
});

test('the tally of a file counts what comes of it, twins once', () => {
  const twice =
    otp('22:00:00', denied('pump-7'), { level: 'error' }) +
    otp('22:00:00.1', 'can\'t authenticate last will, for client {[],<<"pump-7">>} due to not_allowed');
  const outcome = read(twice + otp('22:10:00', refused('pump-8')));
  expect(gist(outcome)).toEqual(['connack_refused pump-7 not_allowed', 'connack_refused pump-8 invalid_credentials']);
  expect(tally(outcome).events).toBe(2);
});

test('whatever the bytes, nothing is thrown, every line is counted, and a cut changes nothing', () => {
  const line = fc.oneof(
    fc.constantFrom(
      otp('22:00:00', refused('a')),
      lager('22:00:01', "can't authenticate last will"),
      '      for client {[],<<"a">>} due to x\n',
      json('22:00:02', refused('b')),
      stdout('22:00:03', refused('c')),
    ),
    fc.string({ unit: 'binary', maxLength: 60 }).map((text) => `${bytes(text).replaceAll('\n', ' ')}\n`),
    fc
      .tuple(fc.constantFrom(otp, json, lager), fc.string({ maxLength: 60 }))
      .map(([write, body]) => write('22:00:04', body.replaceAll('\n', ' '))),
    fc.string({ maxLength: 60 }).map((text) => `vernemq-1 | ${text.replaceAll('\n', ' ')}\n`),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const whole = outcomeOf([lines.join('')]);
      expect(tally(whole).lines).toBe(lines.length);
      expect(outcomeOf(lines)).toEqual(whole);
    }),
    { numRuns: 500 },
  );
});
