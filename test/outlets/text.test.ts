import { describe, expect, test } from 'vitest';
import { displayWidth } from '../../src/core/mask.ts';
import type { Snapshot } from '../../src/core/model.ts';
import { reportText } from '../../src/outlets/views/text.ts';
import type { TextOptions } from '../../src/outlets/views/text.ts';
import { alert, alertOf, at, definition, minutes, notes, offender, snapshot, source, undated, WITHOUT_SOURCE } from './samples.ts';

function report(sample: Snapshot, options: Partial<TextOptions> = {}): string {
  return reportText(sample, { width: 80, color: false, timezone: () => null, notes, ...options });
}

const oneClient = snapshot({
  alerts: [alert({ node: 'broker-1' })],
  coverage: {
    logLoss: 2699,
    alertsWithoutSource: WITHOUT_SOURCE,
    unmatched: [
      { shape: 'Protocol ~ of listener ~ is deprecated', lines: 3, place: { file: 'console.log', line: 80, offset: 9000 } },
      { shape: 'can’t migrate the queue of ~ to ~ because ~', lines: 17, place: { file: 'console.log', line: 99, offset: 9999 } },
    ],
  },
});

const nodes = snapshot({
  alerts: [
    alert({ node: 'broker-2' }),
    alertOf(
      'invalid_credentials',
      'client',
      Array.from({ length: 47 }, (_, index) => 60 - index),
      { node: 'broker-1', raisedAt: at('23:10:00'), clearedAt: null, lowerBound: true },
    ),
    alertOf('timeout', 'backend', [7, 5, 4], {
      definition: definition({
        alert: 'vernemq_mqtt_publish_auth_errors',
        select: { events: ['publish_denied'], patterns: null, packet: null, direction: null, codes: null },
        counts: 'denied publishes',
        means: 'The broker did not let clients publish.',
        severity: 'critical',
      }),
      raisedAt: at('23:20:00'),
      clearedAt: at('21T00:31:02'),
    }),
  ],
  minutes: [...minutes({ '22:13': 8, '22:14': 4, '23:10': 1700, '23:11': 39 }), ...minutes({ '23:20': 16 }, 'publish_denied')],
  sources: [source({ file: 'broker-1/console.log' }), source({ file: 'broker-2/console.log', error: 'unexpected end of the archive' })],
});

const noAlert = snapshot({
  alerts: [],
  minutes: [...minutes({ '22:13': 3, '22:41': 2 }), ...minutes({ '22:13': 1 }, 'socket_error')],
});

const withoutDates = snapshot({
  span: { from: null, to: null },
  sources: [source({ from: null, to: null })],
  alerts: [
    alert({
      dated: false,
      raisedAt: undated('23:59:31'),
      clearedAt: undated('21T00:01:12'),
      offenders: [offender('pump-240', 12, { lastSeen: undated('21T00:00:12') })],
      clients: 1,
    }),
  ],
  minutes: ['23:59:00', '21T00:00:00'].map((time) => ({ minute: undated(time), dated: false, events: new Map([['connack_refused', 6]]) })),
});

const nothing = snapshot({ span: { from: null, to: null }, sources: [], alerts: [], minutes: [] });

describe('reports as a terminal shows them', () => {
  test.each<[string, Snapshot, Partial<TextOptions>]>([
    ['one-client', oneClient, { timezone: () => '+01:00' }],
    ['three-alerts-on-two-nodes', nodes, { width: 100 }],
    ['no-alert', noAlert, {}],
    ['log-without-dates', withoutDates, { timezone: () => '+01:00' }],
    ['nothing-was-read', nothing, {}],
    ['no-event', snapshot({ alerts: [], minutes: [] }), {}],
  ])('%s', async (name, sample, options) => {
    await expect(report(sample, options)).toMatchFileSnapshot(`reports/${name}.txt`);
  });
});

describe('what is said where', () => {
  test('the answer comes before everything else', () => {
    const text = report(oneClient);
    const places = ['WARNING', 'Client "pump-240"', 'Clients', '22:13  █', 'What it means', 'What to do next', 'What was read'];
    const found = places.map((place) => text.indexOf(place));
    expect(found).not.toContain(-1);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  test('of many alerts the largest are shown, in the order in which they were raised', () => {
    const alerts = Array.from({ length: 30 }, (_, index) => alertOf('x', '', [index + 1], { raisedAt: at('22:00:00') + index }));
    const text = report(snapshot({ alerts }));
    expect(text).toContain('and 10 smaller alerts; --format json lists all of them');
    expect(text).toMatch(/events {3}11 refused[^]*events {3}30 refused/);
    expect(text).not.toMatch(/events {3}10 refused/);
  });

  test('a file that could not be read is said even if there is no alert', () => {
    const text = report(snapshot({ alerts: [], minutes: [], sources: [source({ lines: 0, error: 'permission denied' })] }));
    expect(text).toContain('Nothing was read: 1 file without a line, so nothing can be said about the\nbroker.');
    expect(text).toContain('not read to its end: console.log: permission denied');
  });

  test('a file that is no log of a broker is not taken for a quiet broker', () => {
    const text = report(snapshot({ alerts: [], minutes: [], sources: [source({ lines: 24, unparsed: 24, from: null, to: null })] }));
    expect(text).toContain('Nothing was understood: 1 file without a line of VerneMQ’s console.log');
    expect(text).not.toContain('No alert was raised');
  });

  test('the zone of the log: an offset gives the local time, a name is only named, undated logs have none', () => {
    expect(report(oneClient, { timezone: () => '+01:00' })).toContain('22:13:31 UTC (23:13:31 +01:00)');
    expect(report(oneClient, { timezone: () => '-0330' })).toContain('22:13:31 UTC (18:43:31 -0330)');
    expect(report(oneClient, { timezone: () => '+00:00' })).toContain('22:13:31 UTC\n');
    expect(report(oneClient, { timezone: () => 'CET' })).toContain('22:13:31 UTC (CET)');
    expect(report(withoutDates, { timezone: () => '+01:00' })).not.toContain('+01:00');
  });

  test('a client that a bounded table is not sure of has a range', () => {
    const sample = alert({ exact: false, clients: 200_000, events: 5000, offenders: [offender('pump-240', 100, { error: 40 })] });
    const text = report(snapshot({ alerts: [sample] }));
    expect(text).toContain('60–100');
    expect(text).toContain('and about 199,999 more clients: 4,900 events');
  });

  test('a mountpoint has a column only where there is one', () => {
    expect(report(oneClient)).not.toContain('mountpoint');
    const sample = alert({ offenders: [offender('pump-240', 12, { mountpoint: 'tenant-a' })], clients: 1 });
    expect(report(snapshot({ alerts: [sample] }))).toMatch(/client +mountpoint[^]*pump-240 +tenant-a/);
  });
});

describe('colour', () => {
  test('only where it is asked for, and without a change of the text', () => {
    const coloured = report(nodes, { color: true });
    expect(coloured).toContain('\x1b[');
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(report(nodes));
    expect(report(nodes)).not.toContain('\x1b');
  });
});

describe('hostile text', () => {
  const texts = [
    '\x1b]0;owned\x07\x1b[2J\x1b[31m',
    'a\r\nWARNING  forged alert\n',
    '\u202eadmin\u2066\u200b',
    '\0\x9b1A\x7f',
    '\ud800 half',
    '"; $(reboot) `reboot` | x & \'',
    '客户端'.repeat(30),
    'z' + '\u0301'.repeat(500),
    'x'.repeat(65_535),
    '\u2028line\u2029para',
    '',
    '   ',
  ];

  function infested(text: string): Snapshot {
    const reasons = new Map([[text, 9]]);
    const rule = definition({ alert: text, counts: text, means: text, next: text });
    return snapshot({
      sources: [source({ file: text, error: text }), source()],
      alerts: [
        alert({
          definition: rule,
          node: text,
          offenders: [offender(text, 12, { mountpoint: text, peers: [text, text], usernames: [text], reasons })],
          clients: 1,
          reasons,
          causes: new Map(),
        }),
        alert({ offenders: [offender(text, 4, { usernames: [text] }), offender(`${text}2`, 5)], reasons }),
      ],
      minutes: minutes({ '22:13': 8 }, text),
      coverage: {
        logLoss: 1,
        alertsWithoutSource: [rule],
        unmatched: [{ shape: text, lines: 2, place: { file: text, line: 1, offset: 0 } }],
      },
    });
  }

  test.each(texts.map((text) => [text.slice(0, 40), text]))('%j in every field never comes through raw', (_, text) => {
    const shown = report(infested(text)) + report(snapshot({ ...infested(text), alerts: [] }));
    expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(shown).not.toMatch(/^WARNING {2}forged/m);
    expect(shown.length).toBeLessThan(20_000);
  });

  test.each([80, 100, 132, 200])('no line is wider than %i columns, whatever the ids are', (width) => {
    for (const sample of [...texts.map(infested), oneClient, nodes, noAlert, withoutDates]) {
      for (const line of report(sample, { width }).split('\n')) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
    }
  });

  test('a command is never cut: what does not fit goes to the next line, or is not shown', () => {
    const withId = (id: string) => snapshot({ alerts: [alert({ offenders: [offender(id, 12)], clients: 1 })] });
    const long = 'pump-'.repeat(10);
    expect(report(withId(long))).toContain(`      vmq-admin trace client \\\n        client-id=${long}\n`);
    expect(report(withId(long), { width: 120 })).toContain(`      vmq-admin trace client client-id=${long}\n`);
    const tooLong = 'pump-'.repeat(20);
    expect(report(withId(tooLong))).toContain('the command is too long');
    expect(report(withId(tooLong))).not.toContain('client-id=');
  });
});
