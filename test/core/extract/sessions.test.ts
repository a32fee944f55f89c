import { describe, expect, test } from 'vitest';
import { Sessions, type Sighting } from '../../../src/core/extract/sessions.ts';
import { SECOND } from '../../../src/core/units.ts';
import { knowledge, outcomeOf, outcomeOfLogs, read, type Outcome } from '../../helpers/engine.ts';
import { event } from '../../helpers/events.ts';
import { clock, denied, lager, otp, refused, stdout } from '../../helpers/lines.ts';

const RANCH = 'vmq_ranch:teardown';
const HOOKS = 'vmq_webhooks_plugin:call_endpoint';

/** Kind, client and reason of each event. */
function gist({ events }: Pick<Outcome, 'events'>): string[] {
  return events.map(({ kind, clientId, reason }) => [kind, clientId, reason].map((part) => part ?? '-').join(' '));
}

const frame = (client: string | null) =>
  `stopped connected session${client === null ? '' : ` for client {[],<<"${client}">>}`}, due to unexpected frame type {mqtt_connack,0,0}`;
const stopped = (client: string | null, reason: string) =>
  `session ${client === null ? '' : `for {[],<<"${client}">>} `}stopped abnormally due to '${reason}'`;
const will = (client: string) => `can't authenticate last will, for client {[],<<"${client}">>} due to not_allowed`;
const webhook = 'calling endpoint failed due to timeout';
const listed = (client: string) =>
  `can't auth publish [<<"alice">>,{[],<<"${client}">>},0,[<<"plant">>],<<"x">>,false] due to not_authorized`;
const keepalive = (client: string) => `client {[],<<"${client}">>} with username <<"alice">> stopped due to keepalive expired`;
const enhanced = (client: string | null) =>
  `can't continue enhanced auth with client {[],${client === null ? 'undefined' : `<<"${client}">>`}} due to not_authorized`;

describe('two lines for one fault (fact 6 of the log reference)', () => {
  test.each<[string, string[], string[]]>([
    [
      'refused will, 2.x',
      [otp('22:00:00', denied('pump-7'), { level: 'error' }), otp('22:00:00.0003', will('pump-7'))],
      ['connack_refused pump-7 not_allowed'],
    ],
    ['refused will, 1.x', [lager('22:00:00', listed('pump-7')), lager('22:00:00', will('pump-7'))], ['connack_refused pump-7 not_allowed']],
    [
      'refused will, 1.x standard output',
      [stdout('22:00:00', listed('pump-7')), stdout('22:00:00', will('pump-7'))],
      ['connack_refused pump-7 not_allowed'],
    ],
    [
      'failing webhook, then refusal',
      [otp('22:00:00', webhook, { at: HOOKS, level: 'error' }), otp('22:00:00.9', refused('pump-7', 'timeout'))],
      ['connack_refused pump-7 timeout'],
    ],
    [
      'failing webhook, then refusal, standard output of 1.x',
      [stdout('22:00:00', webhook), stdout('22:00:00', refused('pump-7', 'timeout'))],
      ['connack_refused pump-7 timeout'],
    ],
    [
      'failing webhook, denied will, refusal',
      [otp('22:00:00', webhook, { at: HOOKS }), otp('22:00:00.1', denied('pump-7')), otp('22:00:00.2', will('pump-7'))],
      ['connack_refused pump-7 not_allowed'],
    ],
    [
      'unexpected frame, 2.x',
      [
        otp('22:00:00', frame('pump-7')),
        otp('22:00:00.1', stopped('pump-7', '{error,unexpected_message,{mqtt_connack,0,0}}'), { at: RANCH }),
      ],
      ['protocol_error pump-7 mqtt_connack'],
    ],
    [
      'unexpected frame, 1.x',
      [lager('22:00:00', frame(null)), lager('22:00:00', stopped(null, '{error,unexpected_message,{mqtt_connack,0,0}}'), { at: RANCH })],
      ['protocol_error - mqtt_connack'],
    ],
    [
      'unexpected frame, 1.x standard output',
      [stdout('22:00:00', frame('pump-7')), stdout('22:00:00', stopped(null, '{error,unexpected_message,{mqtt_connack,0,0}}'))],
      ['protocol_error pump-7 mqtt_connack'],
    ],
    [
      'keepalive, 1.x with MQTT 5',
      [lager('22:00:00', keepalive('pump-7')), lager('22:00:00.5', stopped(null, 'keep_alive_timeout'), { at: RANCH })],
      ['keepalive_expired pump-7 keepalive expired'],
    ],
    [
      'keepalive on a websocket',
      [
        otp('22:00:00', keepalive('pump-7')),
        otp('22:00:00.1', `ws ${stopped('pump-7', 'keep_alive_timeout').replace('for {', 'for client {')}`),
      ],
      ['keepalive_expired pump-7 keepalive expired'],
    ],
    [
      'keepalive, 1.x standard output',
      [stdout('22:00:00', keepalive('pump-7')), stdout('22:00:00', stopped(null, 'keep_alive_timeout'))],
      ['keepalive_expired pump-7 keepalive expired'],
    ],
    [
      'second step of enhanced authentication',
      [
        otp('22:00:00', enhanced(null), { at: 'vmq_mqtt5_fsm:pre_connect_auth' }),
        otp('22:00:00.1', "session for undefined stopped abnormally due to 'not_authorized'", { at: RANCH }),
      ],
      ['connect_aborted - not_authorized'],
    ],
    [
      're-authentication',
      [
        otp('22:00:00', enhanced('pump-7'), { at: 'vmq_mqtt5_fsm:connected' }),
        otp('22:00:00.1', stopped('pump-7', 'not_authorized'), { at: RANCH }),
      ],
      ['protocol_error pump-7 not_authorized'],
    ],
    [
      'denied publish of early releases',
      [lager('22:00:00', listed('pump-7')), lager('22:00:00', `ws ${stopped(null, 'publish_not_authorized_3_1_1')}`, { at: RANCH })],
      ['publish_denied pump-7 not_authorized'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(gist(outcomeOf(lines))).toEqual(expected);
    expect(gist(outcomeOf([lines.join('')]))).toEqual(expected);
  });

  test.each<[string, string[], string[]]>([
    [
      'of two connections',
      [otp('22:00:00', denied('pump-7'), { pid: '<0.1.0>' }), otp('22:00:00', will('pump-8'), { pid: '<0.2.0>' })],
      ['publish_denied pump-7 not_authorized', 'connack_refused pump-8 not_allowed'],
    ],
    [
      'more than a second apart',
      [otp('22:00:00', denied('pump-7')), otp('22:00:01.000001', will('pump-7'))],
      ['publish_denied pump-7 not_authorized', 'connack_refused pump-7 not_allowed'],
    ],
    [
      'with another event of the connection between them',
      [otp('22:00:00', denied('pump-7', 'a')), otp('22:00:00.1', denied('pump-7', 'b')), otp('22:00:00.2', will('pump-7'))],
      ['publish_denied pump-7 not_authorized', 'connack_refused pump-7 not_allowed'],
    ],
    [
      'of two containers',
      [`a-1 | ${otp('22:00:00', denied('pump-7'))}`, `b-1 | ${otp('22:00:00', will('pump-7'))}`],
      ['publish_denied pump-7 not_authorized', 'connack_refused pump-7 not_allowed'],
    ],
    [
      'of two containers of 1.x standard output',
      [`a-1 | ${stdout('22:00:00', listed('pump-7'))}`, `b-1 | ${stdout('22:00:00', will('pump-7'))}`],
      ['publish_denied pump-7 not_authorized', 'connack_refused pump-7 not_allowed'],
    ],
    [
      'of two hosts in one journal',
      [
        `Nov 20 22:00:00 broker-1 vernemq[7]: ${otp('22:00:00', denied('pump-7'))}`,
        `Nov 20 22:00:00 broker-2 vernemq[7]: ${otp('22:00:00', will('pump-7'))}`,
      ],
      ['publish_denied pump-7 not_authorized', 'connack_refused pump-7 not_allowed'],
    ],
    [
      'of two clients of 1.x standard output',
      [stdout('22:00:00', listed('pump-7')), stdout('22:00:00', will('pump-8'))],
      ['publish_denied pump-7 not_authorized', 'connack_refused pump-8 not_allowed'],
    ],
    [
      'of two lives of the broker',
      [
        otp('22:00:00', frame('pump-7')),
        otp('22:00:00.1', 'Trying to start vmq_swc: ok', { level: 'info', at: 'vmq_metadata:start' }),
        otp('22:00:00.2', stopped('pump-7', 'cant_parse_frame'), { at: RANCH }),
      ],
      ['protocol_error pump-7 mqtt_connack', 'protocol_error pump-7 cant_parse_frame'],
    ],
  ])('two lines %s are two faults', (_, lines, expected) => {
    expect(gist(outcomeOf(lines))).toEqual(expected);
  });

  test('a second line is the twin of one line only', () => {
    const frames = [otp('22:00:00', frame('pump-7')), otp('22:00:00.1', stopped('pump-7', 'cant_parse_frame'), { at: RANCH })];
    expect(gist(outcomeOf([...frames, frames[1]!]))).toEqual([
      'protocol_error pump-7 mqtt_connack',
      'protocol_error pump-7 cant_parse_frame',
    ]);
  });

  test('the user of the denied will is the user of the refused connection', () => {
    const [only, ...more] = outcomeOf([lager('22:00:00', listed('pump-7')), lager('22:00:00', will('pump-7'))]).events;
    expect(only).toMatchObject({ kind: 'connack_refused', username: 'alice', topic: null, place: { line: 2 } });
    expect(more).toEqual([]);
  });

  test('a line of console.log is not told again by its copy in error.log, also where it was a twin', () => {
    const both = [
      otp('22:00:00', denied('pump-7'), { level: 'error' }),
      otp('22:00:05', webhook, { level: 'error', at: HOOKS }),
      otp('22:00:10', refused('pump-9', 'no_matching_hook_found'), { level: 'error' }),
    ];
    const console = both[0]! + otp('22:00:00.1', will('pump-7')) + both[1]! + otp('22:00:05.1', refused('pump-8', 'timeout')) + both[2]!;
    const outcomes = [[console, both.join('')], [both.join(''), console], [console]].map((logs) =>
      outcomeOfLogs(logs.map((text) => ({ files: [[text]] }))),
    );
    for (const outcome of outcomes) {
      expect(gist(outcome)).toEqual([
        'connack_refused pump-7 not_allowed',
        'connack_refused pump-8 timeout',
        'connack_refused pump-9 no_matching_hook_found',
      ]);
    }
  });
});

describe('a line that names nobody gets the client from another line of its connection', () => {
  const bare = (time: string, pid = '<0.174.0>') => lager(time, stopped(null, 'packet_exceeds_max_size'), { pid, at: RANCH });
  const named = (time: string, pid = '<0.174.0>') => lager(time, listed('pump-7'), { pid });

  test.each<[string, string[], string | null]>([
    ['which was written before', [named('22:00:00'), bare('22:00:30')], 'pump-7'],
    ['an hour before', [named('22:00:00'), bare('23:00:00')], 'pump-7'],
    ['but not after more than an hour', [named('22:00:00'), bare('23:00:00.001')], null],
    ['but not of another process', [named('22:00:00', '<0.1.0>'), bare('22:00:30', '<0.2.0>')], null],
    ['but not of another container', [`a-1 | ${named('22:00:00')}`, `b-1 | ${bare('22:00:30')}`], null],
    ['also where something wraps the lines', [`a-1 | ${named('22:00:00')}`, `a-1 | ${bare('22:00:30')}`], 'pump-7'],
    [
      'but not of the broker’s last life',
      [named('22:00:00'), lager('22:00:10', "Application lager started on node 'VerneMQ@127.0.0.1'", { level: 'info' }), bare('22:00:30')],
      null,
    ],
    ['but not after its connection was refused', [lager('22:00:00', refused('pump-7')), bare('22:00:02')], null],
    ['within a second of that', [lager('22:00:00', refused('pump-7')), bare('22:00:00.9')], 'pump-7'],
    ['but not after the connection’s last line', [named('22:00:00'), bare('22:00:10'), bare('22:00:20')], null],
    [
      'but not after a known last line that is no event',
      [named('22:00:00'), lager('22:00:10', stopped(null, '{error,{queue_down,<0.1.0>,killed}}'), { at: RANCH }), bare('22:00:20')],
      null,
    ],
    [
      'but not after a new connection was aborted by the same pid',
      [named('22:00:00'), lager('22:00:10', stopped(null, 'username_flag_not_set'), { at: RANCH }), bare('22:00:20')],
      null,
    ],
    [
      'but not from a line that another process wrote',
      [lager('22:00:00', "can't drain queue '{[],<<\"pump-7\">>}' for [a][b] due to x"), bare('22:00:30')],
      null,
    ],
    [
      'but not where the log has no pids',
      [stdout('22:00:00', listed('pump-7')), stdout('22:00:10', stopped(null, 'packet_exceeds_max_size'))],
      null,
    ],
    ['but not after the clock was set back', [named('22:10:00'), bare('22:00:00')], null],
  ])('%s', (_, lines, client) => {
    expect(outcomeOf(lines).events.at(-1)).toMatchObject({ kind: 'protocol_error', reason: 'packet_exceeds_max_size', clientId: client });
  });

  test('with everything else the other line knows', () => {
    const known = `can't auth publish [<<"alice">>,{"tenant-a",<<107,228>>},0,[<<"a">>],<<"x">>,false] due to not_authorized`;
    expect(outcomeOf([lager('22:00:00', known), bare('22:00:30')]).events[1]).toMatchObject({
      clientId: 'k\ufffd',
      clientIdHex: '6be4',
      mountpoint: 'tenant-a',
      username: 'alice',
      mqttVersion: 3,
    });
  });

  test('and a line of another process gets none', () => {
    const drained = outcomeOf([
      otp('22:00:00', denied('pump-7')),
      otp('22:00:01', 'Handler consolefile flushed 7 log events', { level: 'notice' }),
    ]);
    expect(drained.events[1]).toMatchObject({ kind: 'log_loss', clientId: null });
  });
});

describe('what waits', () => {
  const order = (lines: string[]) => outcomeOf(lines).events.map(({ clientId }) => clientId);

  test('leaves in the order of the lines', () => {
    const lines = [
      otp('22:00:00', denied('a'), { pid: '<0.1.0>' }),
      otp('22:00:00.1', refused('b'), { pid: '<0.2.0>' }),
      otp('22:00:00.2', denied('c'), { pid: '<0.3.0>' }),
      otp('22:00:00.3', denied('d'), { pid: '<0.1.0>' }),
      otp('22:00:00.4', will('c'), { pid: '<0.3.0>' }),
      otp('22:00:05', refused('e'), { pid: '<0.4.0>' }),
    ];
    expect(order(lines)).toEqual(['a', 'b', 'd', 'c', 'e']);
  });

  test('waits for a second of log time', () => {
    const released: string[] = [];
    const sessions = new Sessions(knowledge.patterns);
    const release = ({ event: { clientId } }: Sighting) => released.push(clientId!);
    sessions.push(sighting(0, 'publish-denied', 'a', '<0.1.0>'), release);
    sessions.push(sighting(1, 'authenticate', 'b', '<0.2.0>'), release);
    expect(released).toEqual([]);
    sessions.settle(1 * SECOND, release);
    expect(released).toEqual([]);
    sessions.settle(1 * SECOND + 1, release);
    expect(released).toEqual(['a', 'b']);
  });

  test('is let go when the log is read on, though no event follows in it', () => {
    const quiet = otp('22:10:00', 'session normally stopped', { level: 'debug' });
    const two = outcomeOfLogs([
      { files: [[otp('22:00:00', denied('a')), quiet, quiet]] },
      { files: [[otp('22:00:01', refused('b')), otp('22:05:00', refused('c')), quiet]] },
    ]);
    expect(two.events.map(({ clientId }) => clientId)).toEqual(['a', 'b', 'c']);
  });

  test('is let go at the end', () => {
    expect(order([otp('22:00:00', denied('a'))])).toEqual(['a']);
  });

  test('is let go when the clock is set back', () => {
    expect(order([otp('22:10:00', denied('a')), otp('22:00:00', will('a'))])).toEqual(['a', 'a']);
  });
});

describe('bounds', () => {
  test('of more than 50,000 connections the oldest are forgotten', () => {
    const sessions = new Sessions(knowledge.patterns);
    const out: (string | null)[] = [];
    const push = (pid: string, pattern: string, client: string | null) =>
      sessions.push(sighting(0, pattern, client, pid), (one) => out.push(one.event.clientId));
    for (let pid = 0; pid <= 50_000; pid += 1) push(`<0.${pid}.0>`, 'messages-dropped', `pump-${pid}`);
    out.length = 0;
    for (const pid of [0, 5_000, 50_000]) push(`<0.${pid}.0>`, 'webhook-failed', null);
    sessions.end((one) => out.push(one.event.clientId));
    expect(out).toEqual([null, 'pump-5000', 'pump-50000']);
  });

  test('of connections that are over the last 25,000 are remembered, for a second', () => {
    const sessions = new Sessions(knowledge.patterns);
    const out: (string | null)[] = [];
    const push = (second: number, pid: number, pattern: string, client: string | null) =>
      sessions.push(sighting(second, pattern, client, `<0.${pid}.0>`), (one) => out.push(one.event.clientId));
    for (let pid = 0; pid <= 50_000; pid += 1) push(0, pid, 'authenticate', `pump-${pid}`);
    out.length = 0;
    for (const [second, pid] of [
      [0, 0],
      [0, 25_001],
      [1, 50_000],
      [1.000001, 49_999],
    ] as const)
      push(second, pid, 'webhook-failed', null);
    sessions.end((one) => out.push(one.event.clientId));
    expect(out).toEqual([null, 'pump-25001', 'pump-50000', null]);
  });

  test.each<[number, string, (index: number) => string]>([
    [100_000, 'denied publishes', (index) => otp('22:00:00.5', denied(`pump-${index}`), { pid: `<0.${index}.0>` })],
    [20_000, 'denied publishes of one connection', () => otp('22:00:00.5', denied('pump-7'))],
    [20_000, 'denied publishes without pids', (index) => stdout('22:00:00.5', listed(`pump-${index}`))],
    [20_000, 'failed webhooks without pids', () => stdout('22:00:00.5', webhook)],
    [
      20_000,
      'denied publishes and ends of sessions without pids',
      (index) => stdout('22:00:00.5', index % 2 === 0 ? listed(`pump-${index}`) : stopped(null, 'keep_alive_timeout')),
    ],
  ])('%d %s in one second are told, one by one', (length, _, line) => {
    const { events } = read(Array.from({ length }, (_one, index) => line(index)).join(''));
    expect(events).toHaveLength(length);
  });
});

function sighting(second: number, pattern: string, clientId: string | null, pid: string): Sighting {
  return {
    event: event(second, { clientId }),
    pattern: knowledge.patterns.find(({ id }) => id === `vernemq/${pattern}`)!,
    pid,
    container: '',
    record: clock(second),
    tally: { events: 0 },
  };
}
