/**
 * What `vmq-admin trace client` printed while real clients did what the truth files say: each unsuccessful code that a client got is one event.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { truthOf } from './actions.ts';
import { compare, extract, extractText, linesOf, root, vernewatch, type Event, type Wanted } from './truth.ts';

const traces = ['1.13.0', '2.2.0'].flatMap((version) =>
  readdirSync(join(root, 'fixtures/real', version))
    .filter((name) => name.endsWith('.trace.txt'))
    .map((name) => `fixtures/real/${version}/${name}`),
);

const KINDS: Readonly<Record<string, string>> = {
  connack: 'connack_refused',
  puback: 'ack_unsuccessful',
  pubrec: 'ack_unsuccessful',
  suback: 'subscribe_denied',
};

interface Packet {
  packet?: string;
  code?: number;
  codes?: number[];
  time?: string;
}

/** A trace names its client in its first line. */
function wantedIn(path: string): Wanted[] {
  const client = /"(.*)"/.exec(linesOf(path)[0]!)![1]!;
  const { actions } = truthOf(path.replace(/tracer-.*/, 'tracer.truth.json'));
  return actions
    .filter(({ clientId }) => clientId === client)
    .flatMap(({ protocol, received = [] }) =>
      (received as Packet[]).flatMap(({ packet = '', code, codes = [code ?? 0], time }) => {
        const mqtt_version = protocol === '5' ? 5 : 3;
        const failures = codes.filter((one) => (mqtt_version === 3 ? one > 0 : one >= 0x80));
        if (failures.length === 0) return [];
        return {
          event: KINDS[packet]!,
          packet: packet.toUpperCase(),
          direction: 'sent',
          client_id: client,
          client_id_hex: null,
          mountpoint: '',
          mqtt_version,
          reason_code: failures[0]!,
          reason_code_from: 'logged',
          count: failures.length,
          level: null,
          at: Date.parse(time!),
        };
      }),
    );
}

test('the truth names a code in each trace', () => {
  expect(traces.map((path) => wantedIn(path).length)).toEqual([2, 1, 1, 1, 3, 1, 1, 1]);
});

describe.each(traces)('%s', (path) => {
  test('each unsuccessful code is one event, and nothing else is', async () => {
    const { came, wanted } = compare(await extract(path), wantedIn(path));
    expect(came).toEqual(wanted);
  });

  test('the same comes from standard input, with the line ends of a terminal', async () => {
    const text = readFileSync(join(root, path), 'utf8').replaceAll('\n', '\r\n');
    const told = (events: Event[]) => events.map(({ source, ...event }) => ({ ...event, line: source.line }));
    expect(told(await extractText(text))).toEqual(told(await extract(path)));
  });

  test('no password and no payload comes out', async () => {
    const { stdout, stderr } = await vernewatch(['extract', path]);
    expect(`${stdout}${stderr}`).not.toMatch(/xmas|wrong[^-]|pw_no_print|"x"|auth_on/);
  });
});

test('every packet with a code, sent and received, in MQTT 3.1.1 and 5', async () => {
  const told = async (name: string) =>
    (await extract(`fixtures/samples/${name}`)).map(({ packet, direction, reason_code, source }) =>
      [source.line, packet, direction, reason_code].join(' '),
    );
  expect(await told('trace-v4.txt')).toEqual(['9 CONNACK sent 4', '41 SUBACK sent 128']);
  expect(await told('trace-v5.txt')).toEqual([
    '9 CONNACK sent 134',
    '23 CONNACK sent 151',
    '64 SUBACK sent 135',
    '93 PUBACK sent 135',
    '100 PUBREC sent 135',
    '109 PUBACK sent 151',
    '113 PUBACK received 131',
    '119 PUBACK received 16',
    '121 PUBREL sent 146',
    '122 PUBREC received 151',
    '124 PUBCOMP sent 146',
    '125 PUBREL received 146',
    '126 PUBCOMP sent 146',
    '130 DISCONNECT received 4',
    '144 PUBCOMP received 146',
    '166 DISCONNECT sent 142',
    '173 DISCONNECT sent 152',
    '187 DISCONNECT sent 141',
  ]);
  expect(await told('trace-extra.txt')).toEqual(['7 DISCONNECT sent 142', '8 CONNACK sent 135', '9 CONNACK sent 5', '10 SUBACK sent 128']);
});

describe.each(['1.13.0', '2.2.0'])('the log of %s beside its traces', (version) => {
  const log = `fixtures/real/${version}/tracer.log`;
  const own = traces.filter((path) => path.includes(version));

  test('each refused connection is one event, as the log tells it, and packets that no log tells are added', async () => {
    const alone = await extract(log, '--timezone', 'UTC');
    const together = await extract(log, ...own, '--timezone', 'UTC');
    const added = together.filter(({ source }) => source.file !== log);
    expect(together.filter(({ source }) => source.file === log)).toEqual(alone);
    expect(added.map(({ packet }) => packet)).toEqual(['PUBACK', 'PUBREC']);
  });
});
