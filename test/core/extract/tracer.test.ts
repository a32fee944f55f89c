/** What a client puts into the tracer's output cannot forge a packet as long as it stays within a line, and never comes out. */
import { describe, expect, test } from 'vitest';
import { bytes, outcomeOfLogs, read } from '../../helpers/engine.ts';
import { clock, otp, refused } from '../../helpers/lines.ts';

function traced(second: number, text: string): string {
  return `2026-11-20T22:00:${String(second).padStart(2, '0')}Z <8576.1486.0> ${text}\n`;
}

function sent(second: number, packet: string, client = 'pump-7'): string {
  return traced(second, `MQTT SEND: CID: "${client}" ${packet}`);
}

function received(second: number, packet: string, client = 'pump-7'): string {
  return traced(second, `MQTT RECV: CID: "${client}" ${packet}`);
}

const REFUSED = 'CONNACK(sp: 0, rc: 5)';
const DISCONNECT = 'DISCONNECT(rc:protocol_error(130))';

function gist(text: string): string[] {
  return read(text).events.map(({ packet, direction, clientId, reasonCode, count }) =>
    [packet, direction, clientId, reasonCode, count].join(' '),
  );
}

describe('text of a client is no packet:', () => {
  test.each([
    ['a payload', received(0, `PUBLISH(d0, q1, r0, m6, "t") with payload:\n    x" ${DISCONNECT}`)],
    ['a payload that the broker sends', sent(0, `PUBLISH(d0, q1, r0, m6, "t") with payload:\n    x" ${REFUSED}`)],
    [
      'a payload that a hook sees',
      traced(0, `Calling auth_on_publish(u,{[],\n   <<"x">>},0,t,false) with payload:\n    MQTT SEND: CID: "y" ${REFUSED}`),
    ],
    [
      'the payload of a will',
      received(
        0,
        `CONNECT(c: pump-7, v: 4, u: u, p: pw_no_print, cs: 1, ka: 60)\n    with LWT(wr: 0, wq: 0, wt: t) with payload:\n    x" ${DISCONNECT}`,
      ),
    ],
    ['a topic', sent(0, `PUBLISH(d0, q1, r0, m6, "x" ${REFUSED}") with payload:\n    x`)],
    ['a topic filter', received(0, `SUBSCRIBE(m1) with topics:\n    q:1, t: "x" ${DISCONNECT}"\n    x" ${DISCONNECT}`)],
    ['a user name', received(0, `CONNECT(c: pump-7, v: 4, u: x" ${DISCONNECT}, p: pw_no_print, cs: 1, ka: 60)`)],
    ['a client id', sent(0, 'PINGRESP()', `x" ${REFUSED}`)],
  ])('%s', (_, text) => {
    expect(gist(`${sent(0, 'PINGRESP()')}${text}${sent(1, REFUSED)}`)).toEqual(['CONNACK sent pump-7 5 1']);
  });
});

test.each([
  ['a backslash', 'a\\nb', 'a\\nb'],
  ['quotes', '"><', '"><'],
  ['UTF-8 on a terminal, which is encoded twice', bytes('bÃ¼ro'), 'büro'],
  ['UTF-8 as it was sent', bytes('büro'), 'büro'],
  ['nothing', '', ''],
])('a client id stands as it is: %s', (_, written, id) => {
  expect(read(sent(0, REFUSED, written)).events.map(({ clientId }) => clientId)).toEqual([id]);
});

test('a list of codes over many lines is one event', () => {
  const codes = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? 135 : 1)).join(`,\n${' '.repeat(86)}`);
  expect(gist(sent(0, `SUBACK(m1, reason_codes:[${codes}])`))).toEqual(['SUBACK sent pump-7 135 10']);
});

test('of several codes the first in the order of the topics is told, which stands last', () => {
  expect(gist(sent(0, 'SUBACK(m1, reason_codes:[143,\n   0,135,1])'))).toEqual(['SUBACK sent pump-7 135 2']);
});

test('the alerts of acknowledgements, which no log can raise', () => {
  const six = (packet: (index: number) => string) => Array.from({ length: 6 }, (_, index) => packet(index)).join('');
  const { snapshot } = read(
    [
      six((index) => sent(index, `PUBACK(m${index}, rc: not_authorized(135))`)),
      six((index) => sent(10 + index, `PUBCOMP(m${index}), rc: packet_id_not_found(146))`)),
      six((index) => received(20 + index, `PUBREC(m${index}), rc: no_matching_subscribers(16))`)),
      six((index) => sent(30 + index, 'CONNACK(sp: 0, rc: banned(138))')),
      traced(40, 'MQTT SEND: CID: "pump-7" PINGRESP()'),
    ].join(''),
  );
  expect(snapshot.alerts.map(({ definition, events, offenders }) => [definition.alert, events, offenders[0]?.clientId])).toEqual([
    ['vernemq_mqtt_puback_sent_reason_unsuccessful', 6, 'pump-7'],
    ['vernemq_mqtt_pubcomp_sent_reason_unsuccessful', 6, 'pump-7'],
    ['vernemq_mqtt_connack_sent_reason_unsuccessful', 6, 'pump-7'],
  ]);
});

test('a tracer that stopped itself makes the counts lower bounds', () => {
  const six = Array.from({ length: 6 }, (_, index) => sent(index, REFUSED)).join('');
  const { snapshot } = read(`${six}2026-11-20T22:00:06Z Trace rate limit triggered.\n`);
  expect(snapshot.coverage.logLoss).toBe(1);
  expect(snapshot.alerts.map(({ lowerBound }) => lowerBound)).toEqual([true]);
});

describe('beside the log of the same node', () => {
  const told = (trace: string, log: string, node?: string) =>
    outcomeOfLogs([{ files: [[trace]] }, { ...(node === undefined ? {} : { node }), files: [[log]] }]).events.map(
      ({ pattern, clientId }) => `${pattern.replace('vernemq/', '')} ${clientId ?? ''}`,
    );
  const LOG = otp('22:00:05.700000', refused('pump-7'));

  test.each([
    ['in its second', 5],
    ['in the next, which had begun when the tracer looked', 6],
  ])('a packet that both tell counts once, as the log tells it: %s', (_, second) => {
    expect(told(sent(second, REFUSED), LOG)).toEqual(['authenticate pump-7']);
  });

  test('each of several counts once', () => {
    expect(told(sent(5, REFUSED).repeat(3), LOG + otp('22:00:05.800000', refused('pump-7')))).toEqual([
      'authenticate pump-7',
      'authenticate pump-7',
      'trace-connack pump-7',
    ]);
  });

  test.each([
    ['later', sent(8, REFUSED), LOG, undefined],
    ['of another client', sent(5, REFUSED, 'pump-8'), LOG, undefined],
    ['another packet', sent(5, 'PUBACK(m1, rc: not_authorized(135))'), LOG, undefined],
    ['of another node', sent(5, REFUSED), LOG, 'broker-2'],
  ])('%s: they are two', (_, trace, log, node) => {
    expect(told(trace, log, node)).toHaveLength(2);
  });

  test('an alert counts neither twice', () => {
    const seconds = [0, 10, 20, 30, 40];
    const trace = seconds.map((second) => sent(second, REFUSED)).join('');
    const log = seconds.map((second) => otp(clock(second + 0.5), refused('pump-7'))).join('');
    expect(outcomeOfLogs([{ files: [[trace]] }, { files: [[log]] }]).snapshot.alerts).toEqual([]);
  });
});
