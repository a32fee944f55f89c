/**
 * The example pack for Mosquitto against what the clients really did in the recordings: the same in each of them, as far as the broker tells.
 *
 * Debian's mosquitto 2.0.11 and 2.0.21, with a password file and an access list.
 */
import { describe, expect, test } from 'vitest';
import { fixtureLogs, mosquitto, outcomeOf } from '../helpers/engine.ts';
import { ROOT, vernewatch } from '../helpers/cli.ts';

/** Connects with a wrong password, an unknown user name, or without any. */
const REFUSED = {
  'pump-240': 5,
  'pump-241': 2,
  'pump-250': 4,
  'pump-251': 3,
  'gate 7': 2,
  'lamp-9': 1,
  'anon-1': 1,
  'x disconnected, not authorised.': 1,
  'Client z': 1,
  '客厅-3': 1,
};
/** An empty client id without a clean session, one in MQTT 3.1, and protocol level 9: there is no id to name. */
const REFUSED_NAMELESS = 3;
const DENIED = { 'meter-12': 3, 'meter-13': 1, 'meter 14': 4 };
const CAMERAS = ['cam-1', 'cam-2', 'cam-3', 'cam-4', 'cam-5', 'cam-6', 'cam-7', 'cam-8', 'cam-9', 'cam-11'];
const REFUSED_IN_ALL = Object.values(REFUSED).reduce((sum, count) => sum + count) + REFUSED_NAMELESS;

const logs = new Map(fixtureLogs('logs/mosquitto').map(({ name, text }) => [name, outcomeOf([text], mosquitto)]));
const of = (name: string) => logs.get(name)!;

/** Who did it, and how often; '' is nobody. */
function clients(name: string, kind: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const event of of(name).events) if (event.kind === kind) counts[event.clientId ?? ''] = (counts[event.clientId ?? ''] ?? 0) + 1;
  return counts;
}

const once = (ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, 1]));

test.each([...logs.keys()])('%s: who broke the protocol, was silent, was replaced', (name) => {
  expect(clients(name, 'protocol_error')).toEqual(once(CAMERAS));
  expect(clients(name, 'keepalive_expired')).toEqual(once(['valve-230', 'valve-231']));
  expect(clients(name, 'session_taken_over')).toEqual(once(['twin-5', 'twin-6']));
});

describe('who was refused', () => {
  test('2.0.21, default log types', () => {
    expect(clients('default-types-2.0.21.log', 'connack_refused')).toEqual(REFUSED);
    expect(clients('default-types-2.0.21.log', 'publish_denied')).toEqual({});
  });

  test('2.0.21, all log types', () => {
    expect(clients('all-types-2.0.21.log', 'connack_refused')).toEqual({ ...REFUSED, '': REFUSED_NAMELESS });
    expect(clients('all-types-2.0.21.log', 'publish_denied')).toEqual(DENIED);
  });

  test('2.0.11, all log types: it names nobody whose CONNECT it refuses, but counts them and has their addresses', () => {
    const name = 'all-types-2.0.11-local-time.log';
    expect(clients(name, 'connack_refused')).toEqual({ '': REFUSED_IN_ALL });
    expect(clients(name, 'publish_denied')).toEqual(DENIED);
    const refused = of(name).events.filter(({ kind }) => kind === 'connack_refused');
    expect(refused.filter(({ peerAddress }) => peerAddress === '127.0.0.12')).toHaveLength(REFUSED['pump-240']);
    expect(refused.every(({ reasonCode }) => reasonCode !== null)).toBe(true);
  });

  test('codes as logged, and the version that they tell', () => {
    const told = of('all-types-2.0.21.log').events.filter(({ kind }) => kind === 'connack_refused');
    const codes = new Set(told.map(({ mqttVersion, reasonCode }) => `${mqttVersion}: ${reasonCode}`));
    expect([...codes].sort()).toEqual(['3: 1', '3: 2', '3: 5', '5: 135']);
  });
});

test('analyze raises the alert that VerneMQ has, and names them', async () => {
  const pack = ['--patterns', 'patterns/examples/mosquitto.yaml'];
  const { stdout, code } = await vernewatch([
    'analyze',
    ...pack,
    '--format',
    'json',
    `${ROOT}fixtures/logs/mosquitto/default-types-2.0.21.log`,
  ]);
  expect(code).toBe(1);
  const { alerts } = JSON.parse(stdout) as { alerts: { alert: string; offenders: { client_id: string; events: number }[] }[] };
  expect(alerts.map(({ alert }) => alert)).toEqual(['vernemq_mqtt_connack_sent_reason_unsuccessful']);
  expect(Object.fromEntries(alerts[0]!.offenders.map(({ client_id, events }) => [client_id, events]))).toEqual(REFUSED);
});

test('the pack holds its own examples, alone in a directory as a user would have it', async () => {
  expect(await vernewatch(['patterns', 'check', 'patterns/examples'])).toMatchObject({ code: 0, stderr: '' });
});
