import { expect, test } from 'vitest';
import { displayWidth } from '../../src/core/mask.ts';
import { patternsText } from '../../src/outlets/views/patterns.ts';
import { rulesText } from '../../src/outlets/views/rules.ts';
import { definition } from './samples.ts';

const options = { width: 80, color: false };

test('the rules in force', () => {
  const rules = [
    definition({ witness: ['log', 'tracer', 'metrics'] }),
    definition({ alert: 'vernemq_netsplits', raiseAbove: 0, counts: 'netsplits', witness: ['metrics'] }),
    definition({ alert: 'own_rule', raiseAbove: 300, clearAbove: 10, window: 600_000_000, counts: 'of our own', witness: ['debug'] }),
  ];
  expect(rulesText(rules, options)).toBe(
    [
      'alert                                          raised above   clears at',
      'vernemq_mqtt_connack_sent_reason_unsuccessful  5 in 1 min     0',
      '    warning; counts refused connections; seen in the log, the tracer and the',
      '    metrics',
      'vernemq_netsplits                              0 in 1 min     0',
      '    warning; counts netsplits; seen in the metrics',
      'own_rule                                       300 in 10 min  10',
      '    warning; counts of our own; seen in the log at level debug',
      '',
      '3 alerts',
      '',
    ].join('\n'),
  );
});

test('the patterns', () => {
  const rows = [
    { id: 'vernemq/connect-auth', event: 'connack_refused', versions: '1.0–2.2', about: 'CONNECT refused by the authentication chain' },
    { id: 'site/door', event: 'door_open', versions: '', about: '' },
  ];
  expect(patternsText(rows, { width: 100, color: false })).toBe(
    [
      'pattern               event',
      'vernemq/connect-auth  connack_refused',
      '    CONNECT refused by the authentication chain; 1.0–2.2',
      'site/door             door_open',
      '',
      '2 patterns',
      '',
    ].join('\n'),
  );
});

test.each([60, 80, 200])('hostile text in a pack stays inside its column, %i wide', (width) => {
  const text = '\x1b[2J\n客户端'.repeat(200);
  const rules = rulesText([definition({ alert: text, counts: text }), definition()], { width, color: false });
  const patterns = patternsText([{ id: text, event: text, versions: text, about: text }], { width, color: false });
  for (const line of `${rules}${patterns}`.split('\n')) {
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(displayWidth(line)).toBeLessThanOrEqual(width);
  }
});
