import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/core/model.ts';
import { eventLine } from '../../src/outlets/views/event.ts';
import { event } from './samples.ts';

test('the line of an event', () => {
  expect(eventLine(event({ node: 'broker-1', username: 'alice', topic: 'a/b' }))).toBe(
    '{"v":1,"time":"2026-11-20T22:13:04.014126Z","event":"connack_refused","pattern":"vernemq/connect-auth","level":"warning",' +
      '"node":"broker-1","client_id":"pump-240","client_id_hex":null,"mountpoint":"","username":"alice","peer_address":"127.0.0.12",' +
      '"peer_port":56324,"topic":"a/b","mqtt_version":3,"packet":"CONNACK","direction":"sent","reason":"invalid_credentials",' +
      '"reason_code":4,"reason_name":"bad_username_or_password","reason_code_from":"inferred","cause":"client","count":1,' +
      '"source":{"file":"console.log","line":7,"offset":1234}}',
  );
});

test('every key is there, in the order of the contract, even if the line says nothing', () => {
  const line = eventLine(
    event({
      time: null,
      level: null,
      clientId: null,
      mountpoint: null,
      peerAddress: null,
      peerPort: null,
      mqttVersion: null,
      packet: null,
      direction: null,
      reason: null,
      reasonCode: null,
      reasonName: null,
      reasonCodeFrom: null,
      cause: null,
    }),
  );
  expect(Object.keys(JSON.parse(line) as object)).toEqual(
    'v time event pattern level node client_id client_id_hex mountpoint username peer_address peer_port topic mqtt_version packet direction reason reason_code reason_name reason_code_from cause count source'.split(
      ' ',
    ),
  );
  expect(line.match(/:null/g)).toHaveLength(18);
});

test.each([
  [0, '2026-11-20T22:13:04Z'],
  [3, '2026-11-20T22:13:04.014Z'],
  [6, '2026-11-20T22:13:04.014126Z'],
])('%i digits of a second as logged', (timeDigits, time) => {
  expect(JSON.parse(eventLine(event({ timeDigits })))).toMatchObject({ time });
});

test('one event after another: nothing of the one before stays', () => {
  const first = event();
  eventLine(first);
  first.node = 'named later';
  first.cause = 'backend';
  expect(JSON.parse(eventLine(first))).toMatchObject({ node: 'named later', cause: 'backend' });
  expect(JSON.parse(eventLine(event({ kind: 'tls_failure' })))).toMatchObject({ event: 'tls_failure', node: null, cause: 'client' });
});

describe('hostile text', () => {
  test.each([
    ['a line break', 'a","event":"forged"}\n{"v":1', /\n/],
    ['an escape sequence', '\x1b[2J\x9b2J\x7f', /[\x00-\x1f\x7f-\x9f]/],
    ['line and paragraph separators', 'a\u2028b\u2029c\u0085', /[\u2028\u2029\u0085]/],
    ['bidi overrides', '\u202egnp.exe\u2066', /[\u202e\u2066]/],
  ])('%s in every field neither ends the line nor reaches a terminal', (_, text, forbidden) => {
    const line = eventLine(
      event({
        kind: text,
        pattern: text,
        level: text,
        node: text,
        clientId: text,
        mountpoint: text,
        username: text,
        topic: text,
        reason: text,
      }),
    );
    expect(line).not.toMatch(forbidden);
    expect(JSON.parse(line)).toMatchObject({
      event: text,
      node: text,
      client_id: text,
      mountpoint: text,
      username: text,
      topic: text,
      reason: text,
    });
  });

  test('half of a surrogate pair gives valid UTF-8', () => {
    const line = eventLine(event({ clientId: 'a\ud800' }));
    expect(Buffer.from(line).toString()).toBe(line);
    expect(JSON.parse(line)).toMatchObject({ client_id: 'a\ud800' });
  });

  test('a client id of 64 KB is kept as it is', () => {
    const clientId = 'x'.repeat(65_535);
    expect(JSON.parse(eventLine(event({ clientId })))).toMatchObject({ client_id: clientId });
  });
});

test('whatever is in an event can be read back from its line', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
  );
  const number = fc.option(fc.nat());
  const changed = fc.record({
    kind: text,
    level: fc.option(text),
    node: fc.option(text),
    clientId: fc.option(text),
    mountpoint: fc.option(text),
    username: fc.option(text),
    peerAddress: fc.option(text),
    peerPort: number,
    topic: fc.option(text),
    reason: fc.option(text),
    reasonCode: number,
    reasonName: fc.option(text),
    count: fc.nat(),
    place: fc.record({ file: text, line: fc.nat(), offset: fc.maxSafeNat() }),
  });
  fc.assert(
    fc.property(changed, (fields: Partial<Event>) => {
      const line = eventLine(event(fields));
      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028\u2029]/);
      expect(JSON.parse(line)).toMatchObject({
        event: fields.kind,
        level: fields.level,
        node: fields.node,
        client_id: fields.clientId,
        mountpoint: fields.mountpoint,
        username: fields.username,
        peer_address: fields.peerAddress,
        peer_port: fields.peerPort,
        topic: fields.topic,
        reason: fields.reason,
        reason_code: fields.reasonCode,
        reason_name: fields.reasonName,
        count: fields.count,
        source: fields.place,
      });
    }),
  );
});
