import { describe, expect, test } from 'vitest';
import { Framer, type Frame } from '../../../src/core/extract/envelope.ts';
import { Clockwork } from '../../../src/core/extract/timestamp.ts';
import { isoTime } from '../../../src/core/utc.ts';
import { UTC, knowledge } from '../../helpers/engine.ts';

function framer(): Framer {
  return new Framer(knowledge, new Clockwork({ zone: UTC, year: 2026, date: null, reference: 0 }));
}

function frameOf(line: string): Frame | null {
  const frame = framer().read(line);
  return 'envelope' in frame ? frame : null;
}

/** The frame in one line: envelope, level, pid, module:function, body. */
function gist(frame: Frame | null): string {
  if (!frame) return 'none';
  const { envelope, level, pid, module, body } = frame;
  return [envelope.source.id, level, pid, module && `${module}:${frame.function ?? ''}`, body].map((part) => part ?? '-').join(' ');
}

function timeOf(line: string): string | null {
  const one = framer();
  const frame = one.read(line);
  const time = 'envelope' in frame ? one.time(frame) : null;
  return time && `${isoTime(time.at, time.digits)}${time.dated ? '' : ' undated'}`;
}

const OTP = '2026-11-20T23:20:57.566168+01:00 [warning] <0.174.0> vmq_mqtt_fsm:check_user/2:739: x y';
const LAGER = '2026-11-20 23:23:15.831 [warning] <0.198.0>@vmq_mqtt_fsm:check_user:{706,21} x y';
const STDOUT = '23:29:06.019 [warning] x y';
const SIMPLE = '2026-11-20T23:20:57.566168+01:00 warning: x y';
const JSON_LINE = '{"level":"warning","mfa":["vmq_mqtt_fsm","check_user",2],"msg":"x y","pid":"<0.174.0>","time":1795213257566168}';
const RFC3164 = '<28>Nov 20 23:26:59 host VerneMQ[2953] <0.297.0> - x y';
const RFC5424 = '<28>1 2026-11-20T22:05:06.916695Z host VerneMQ 9302 <0.9.0> - x y';

describe('each envelope of the broker', () => {
  test.each([
    // line                              envelope, level, pid, module:function, body
    [OTP, 'otp-text warning <0.174.0> vmq_mqtt_fsm:check_user x y'],
    ['2026-11-20T23:20:57.566168+00:00 [error] <0.127.0>: Ranch listener …', 'otp-text error <0.127.0> - Ranch listener …'],
    ['2026-11-20T23:20:57.566168+01:00 [notice]: Handler x flushed', 'otp-text notice - - Handler x flushed'],
    ["2026-11-20T23:20:57.566168+01:00 [info] <0.1.0> vmq:'fun-1/0'/0:7: x", "otp-text info <0.1.0> vmq:'fun-1/0' x"],
    [SIMPLE, 'otp-simple warning - - x y'],
    [JSON_LINE, 'otp-json warning <0.174.0> vmq_mqtt_fsm:check_user x y'],
    ['{"time":1795213257566168,"pid":"<0.1.0>","msg":"x y","level":"error"}', 'otp-json error <0.1.0> - x y'],
    ['{"time":1795213257566168,"msg":"  crasher:, x, ","level":"error"}', 'otp-json error - - crasher:, x'],
    [LAGER, 'lager-file warning <0.198.0> vmq_mqtt_fsm:check_user x y'],
    ['2018-10-06 03:32:07.208 [info] <0.441.0>@vmq_mqtt_fsm:check_user:538 x', 'lager-file info <0.441.0> vmq_mqtt_fsm:check_user x'],
    ['2018-10-06 03:32:07.208 UTC [info] <0.441.0>@lager_handler_watcher:127 x', 'lager-file info <0.441.0> lager_handler_watcher: x'],
    ["2026-11-20 23:23:15.831 [error] <0.9.0> can't load acl file", "lager-file error <0.9.0> - can't load acl file"],
    [STDOUT, 'lager-stdout warning - - x y'],
    ['9:29:06.019 [error] x y', 'lager-stdout error - - x y'],
    [RFC3164, 'syslog-rfc3164 warning <0.297.0> - x y'],
    ['Nov  7 23:26:59 host VerneMQ[2953]: <0.297.0> - x y', 'syslog-rfc3164 - <0.297.0> - x y'],
    ['<27>Nov 20 23:26:59 host VerneMQ[2953] vmq_reg - x y', 'syslog-rfc3164 error - - x y'],
    [RFC5424, 'syslog-rfc5424 warning <0.9.0> - x y'],
    ['<31>1 2026-11-20T22:05:06.916695+01:00 host VerneMQ 9302 <0.9.0> - x y', 'syslog-rfc5424 debug <0.9.0> - x y'],
    ['[warning] <0.441.0>@vmq_mqtt_fsm:check_user:714 x y', 'lager-message warning <0.441.0> vmq_mqtt_fsm:check_user x y'],
  ])('%s', (line, expected) => {
    expect(gist(frameOf(line))).toBe(expected);
  });

  test.each([
    '',
    '   no_matching_hook_found',
    'x y',
    '2026-11-20T23:20:57.566168+01:00 x y',
    '2026-11-20 23:23:15.831 x y',
    '{"msg":"x","level":"info"}',
    '{"time":1795213257566168,"level":"info"}',
    '{"time":1795213257566168,"msg":"x"',
    '{}',
    '{"time":{},"msg":[]}',
    '[1]',
    '=CRASH REPORT==== 20-Nov-2026::23:23:15 ===',
  ])('%j is in none', (line) => {
    expect(frameOf(line)).toBeNull();
  });

  test('a message may hold the beginning of another line', () => {
    expect(gist(frameOf(`${OTP} ${LAGER}`))).toBe(`otp-text warning <0.174.0> vmq_mqtt_fsm:check_user x y ${LAGER}`);
  });
});

describe('what people read logs through', () => {
  const inner: readonly [string, string][] = [
    ['2.x text', OTP],
    ['2.x JSON', JSON_LINE],
    ['1.x file', LAGER],
    ['1.x standard output', STDOUT],
  ];
  const wrappers: readonly [string, string, string][] = [
    // name                           prefix                                          what is kept to tell containers apart
    ['docker compose', 'vernemq-1  | ', 'vernemq-1  | '],
    ['docker compose in colour', '\x1b[36mvernemq_1 |\x1b[0m ', '\x1b[36mvernemq_1 |\x1b[0m '],
    ['kubectl logs --prefix', '[pod/vernemq-0/vernemq] ', '[pod/vernemq-0/vernemq] '],
    ['docker logs --timestamps', '2026-11-20T22:29:06.123456789Z ', 'container-timestamp'],
    ['a container runtime', '2026-11-20T22:29:06.123456789Z stdout F ', 'container-timestamp stdout F'],
    ['journalctl', 'Nov 20 22:29:06 broker-1 vernemq[123]: ', 'journal broker-1 vernemq[123]:'],
    ['journalctl -o short-iso', '2026-11-20T22:29:06+0000 broker-1 vernemq[123]: ', 'journal-iso broker-1 vernemq[123]:'],
    ['journalctl --no-hostname', 'Nov 20 22:29:06 vernemq[123]: ', 'journal vernemq[123]:'],
    ['journalctl -o short-full', 'Fri 2026-11-20 22:29:06 UTC broker-1 vernemq[123]: ', 'journal-full Fri  broker-1 vernemq[123]:'],
    ['journalctl -o short-unix', '1795213746.123456 broker-1 vernemq[123]: ', 'journal-unix broker-1 vernemq[123]:'],
    ['journalctl -o short-monotonic', '[ 1234.566168] broker-1 vernemq[123]: ', 'journal-monotonic broker-1 vernemq[123]:'],
    ['docker service logs', 'vernemq.1.x0a9@node-1    | ', 'vernemq.1.x0a9@node-1    | '],
  ];

  test.each(wrappers.flatMap(([name, prefix, kept]) => inner.map(([logger, line]) => [logger, name, prefix, line, kept] as const)))(
    '%s through %s',
    (_, __, prefix, line, kept) => {
      const frame = frameOf(prefix + line);
      expect(gist(frame)).toBe(gist(frameOf(line)));
      expect(frame!.wrapping).toBe(kept);
      expect(frame!.skip).toBe(prefix.length);
    },
  );

  test.each([
    ['docker compose around a container runtime', 'vernemq-1  | 2026-11-20T22:29:06.123456789Z stdout F '],
    ['kubectl with both of its prefixes', '[pod/vernemq-0/vernemq] 2026-11-20T22:29:06.123456789Z '],
    ['journalctl around docker compose', 'Nov 20 22:29:06 broker-1 docker[7]: vernemq-1  | '],
    ['three of them', 'Nov 20 22:29:06 broker-1 docker[7]: vernemq-1  | [pod/vernemq-0/vernemq] '],
  ])('%s', (_, prefix) => {
    expect(gist(frameOf(prefix + OTP))).toBe(gist(frameOf(OTP)));
    expect(gist(frameOf(prefix + STDOUT))).toBe(gist(frameOf(STDOUT)));
  });

  test.each([
    // line                                                                              time
    [OTP, '2026-11-20T22:20:57.566168Z'],
    [JSON_LINE, '2026-11-20T22:20:57.566168Z'],
    [LAGER, '2026-11-20T23:23:15.831Z'],
    [RFC3164, '2026-11-20T23:26:59Z'],
    [RFC5424, '2026-11-20T22:05:06.916695Z'],
    [STDOUT, '1970-01-01T23:29:06.019Z undated'],
    [`2026-11-20T22:29:06.123456789Z ${STDOUT}`, '2026-11-20T22:29:06.019Z'],
    [`2026-11-20T22:29:06.123456789Z stdout F ${STDOUT}`, '2026-11-20T22:29:06.019Z'],
    [`vernemq-1 | 2026-11-20T22:29:06.123456789Z ${STDOUT}`, '2026-11-20T22:29:06.019Z'],
    [`Nov 20 22:29:06 broker-1 vernemq[123]: ${STDOUT}`, '2026-11-20T22:29:06.019Z'],
    [`2026-11-20T22:29:06.123456789Z ${OTP}`, '2026-11-20T22:20:57.566168Z'], // the broker's own time is the one that counts
    ['Nov 20 22:29:06 broker-1 vmq[123]: [warning] <0.441.0>@vmq_mqtt_fsm:check_user:714 x', '2026-11-20T22:29:06Z'],
    ['Nov 20 22:29:06 broker-1 VerneMQ: <0.297.0> - x', '2026-11-20T22:29:06Z'],
  ])('%s is of %s', (line, time) => {
    expect(timeOf(line)).toBe(time);
  });

  test('what is left below the wrappers of a line in no envelope is its continuation', () => {
    expect(framer().read('vernemq-1  |                                 no_matching_hook_found')).toEqual({
      rest: '                                no_matching_hook_found',
      wrapping: 'vernemq-1  | ',
    });
  });
});

test('once a log has shown an envelope with times, a line without one is no record', () => {
  const one = framer();
  const bare = '[warning] <0.441.0>@vmq_mqtt_fsm:check_user:714 x';
  expect('envelope' in one.read(bare)).toBe(true);
  expect('envelope' in one.read(LAGER)).toBe(true);
  expect('envelope' in one.read(bare)).toBe(false);
  expect('envelope' in one.read(`Nov 20 22:29:06 broker-1 vmq[123]: ${bare}`)).toBe(true);
});
