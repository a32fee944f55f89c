import { describe, expect, test } from 'vitest';
import { incident } from '../../src/outlets/views/incident.ts';
import { jsonText } from '../../src/outlets/views/json.ts';
import { alert, alertOf, at, minutes, notes, offender, snapshot, source, undated, WITHOUT_SOURCE } from './samples.ts';

test('the document of the contract', () => {
  const sample = snapshot({ coverage: { logLoss: 3, alertsWithoutSource: WITHOUT_SOURCE.slice(0, 1), unmatched: [] } });
  expect(incident(sample, notes)).toEqual({
    v: 1,
    span: { from: '2026-11-20T22:00:00.500Z', to: '2026-11-20T22:59:59.000Z' },
    sources: [
      {
        file: 'console.log',
        lines: 3456,
        events: 12,
        unparsed: 0,
        from: '2026-11-20T22:00:00.500Z',
        to: '2026-11-20T22:59:59.000Z',
        error: null,
      },
    ],
    alerts: [
      {
        alert: 'vernemq_mqtt_connack_sent_reason_unsuccessful',
        node: null,
        severity: 'warning',
        raised_at: '2026-11-20T22:13:31.200Z',
        cleared_at: '2026-11-20T22:15:12.500Z',
        events: 12,
        unattributed: 0,
        lower_bound: false,
        clients: 2,
        peak: { count: 8, at: '2026-11-20T22:13:52.500Z' },
        verdict: expect.stringMatching(/^Client "pump-240"/) as string,
        offenders: [
          {
            client_id: 'pump-240',
            mountpoint: '',
            events: 10,
            share: 0.83,
            first_seen: '2026-11-20T22:13:04.014126Z',
            last_seen: '2026-11-20T22:13:52.500Z',
            peers: ['127.0.0.12'],
            usernames: ['alice'],
            reasons: { invalid_credentials: 10 },
          },
          {
            client_id: 'lamp_w230',
            mountpoint: '',
            events: 2,
            share: 0.17,
            first_seen: '2026-11-20T22:13:04.014126Z',
            last_seen: '2026-11-20T22:14:12.500Z',
            peers: ['127.0.0.41', '127.0.0.42'],
            usernames: [],
            reasons: { invalid_credentials: 2 },
          },
        ],
      },
    ],
    minutes: [
      { minute: '2026-11-20T22:13:00Z', events: { connack_refused: 8 } },
      { minute: '2026-11-20T22:14:00Z', events: { connack_refused: 4 } },
      { minute: '2026-11-20T22:41:00Z', events: { connack_refused: 1 } },
    ],
    coverage: { log_loss: 3, alerts_without_source: ['vernemq_mqtt_puback_unexpected'] },
  });
});

test('still raised at the end: cleared_at is null', () => {
  expect(incident(snapshot({ alerts: [alert({ clearedAt: null })] }), notes).alerts[0]!.cleared_at).toBeNull();
});

test('a log without dates has no times', () => {
  const dated = false;
  const sample = snapshot({
    span: { from: null, to: null },
    sources: [source({ from: null, to: null })],
    alerts: [alert({ dated, raisedAt: undated('23:29:06'), clearedAt: undated('23:30:06') })],
    minutes: [{ minute: undated('23:29:00'), dated, events: new Map([['connack_refused', 6]]) }],
  });
  const document = incident(sample, notes);
  expect(document.alerts[0]).toMatchObject({ raised_at: null, cleared_at: null, peak: { count: 8, at: null } });
  expect(document.alerts[0]!.offenders[0]).toMatchObject({ first_seen: null, last_seen: null });
  expect(document).toMatchObject({
    span: { from: null, to: null },
    sources: [{ from: null, to: null }],
    minutes: [{ minute: null, events: { connack_refused: 6 } }],
  });
});

describe('many clients', () => {
  test('a thousand are listed, the others are a number', () => {
    const [entry] = incident(snapshot({ alerts: [alertOf('x', '', Array<number>(1200).fill(1))] }), notes).alerts;
    expect(entry!.offenders).toHaveLength(1000);
    expect(entry).toMatchObject({ clients: 1200, more_offenders: 200 });
  });

  test('a bounded table states its error', () => {
    const sample = alert({ exact: false, clients: 200_000, offenders: [offender('pump-240', 10, { error: 3 })] });
    const [entry] = incident(snapshot({ alerts: [sample] }), notes).alerts;
    expect(entry).toMatchObject({ more_offenders: 199_999, offenders: [{ events: 10, error: 3 }] });
  });

  test('an exact one does not', () => {
    const [entry] = incident(snapshot(), notes).alerts;
    expect(entry).not.toHaveProperty('more_offenders');
    expect(entry!.offenders[0]).not.toHaveProperty('error');
  });
});

test('a reason or kind called __proto__ is a key like any other', () => {
  const document = incident(
    snapshot({
      alerts: [alert({ offenders: [offender('x', 2, { reasons: new Map([['__proto__', 2]]) })] })],
      minutes: [{ minute: at('22:13:00'), dated: true, events: new Map([['__proto__', 1]]) }],
    }),
    notes,
  );
  const text = jsonText(document);
  expect(text).toContain('"reasons":{"__proto__":2}');
  expect(text).toContain('"events":{"__proto__":1}');
});

test('hostile text is kept as data, and printed as escapes', () => {
  const hostile = '\x1b[2J\x9b\u202e\u2028\ud800\0"\\';
  const sample = snapshot({
    sources: [source({ file: hostile, error: hostile })],
    alerts: [alert({ node: hostile, offenders: [offender(hostile, 12, { mountpoint: hostile, peers: [hostile], usernames: [hostile] })] })],
    minutes: minutes({ '22:13': 1 }, hostile),
  });
  const text = jsonText(incident(sample, notes), 2);
  expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u2028]/);
  expect(Buffer.from(text).toString()).toBe(text);
  expect(JSON.parse(text)).toMatchObject({ alerts: [{ offenders: [{ client_id: hostile, mountpoint: hostile, peers: [hostile] }] }] });
});
