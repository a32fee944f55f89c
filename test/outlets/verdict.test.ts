import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/core/model.ts';
import { verdict } from '../../src/outlets/views/verdict.ts';
import { alert, alertOf, definition, notes, offender } from './samples.ts';

const sixty = Array.from({ length: 60 }, () => 2);
const nobody: Partial<Alert> = { offenders: [], clients: 0 };

test.each<[string, Alert, string]>([
  [
    'one client hammers',
    alert(),
    'Client "pump-240" (user "alice") at 127.0.0.12 caused 10 of 12 refused connections with invalid_credentials (user name or password is wrong); most likely its stored password is wrong.',
  ],
  [
    'exactly four of five is one client, less is a few',
    alertOf('not_authorized', 'client', [8, 2]),
    'Client "pump-0" at 10.0.0.1 caused 8 of 10 refused connections with not_authorized (the client is known, but may not do this).',
  ],
  [
    'a few clients',
    alertOf('invalid_credentials', 'client', [7, 3]),
    '2 clients, "pump-0" 7 and "pump-1" 3, caused all 10 refused connections, mostly with invalid_credentials (user name or password is wrong); most likely their stored passwords are wrong.',
  ],
  [
    'many clients at once, one reason',
    alertOf('invalid_credentials', 'client', sixty),
    '60 clients failed at once, all 120 refused connections with invalid_credentials (user name or password is wrong): look at the credential store, or at a credential that was rotated or is shared, not at the devices.',
  ],
  [
    'many clients, one after the other',
    alertOf('not_authorized', 'client', sixty, { peak: { count: 6, at: 0 } }),
    '60 clients failed for one reason, all 120 refused connections with not_authorized (the client is known, but may not do this): look at what they have in common (configuration, access rules, back end), not at the devices.',
  ],
  [
    'many clients, many reasons',
    alertOf('', 'client', sixty, {
      reasons: new Map([
        ['invalid_credentials', 60],
        ['not_authorized', 40],
        ['{error,odd}', 20],
      ]),
    }),
    '60 clients caused all 120 refused connections for different reasons (invalid_credentials 60, not_authorized 40, "{error,odd}" 20), led by "pump-0" at 10.0.0.1 with 2.',
  ],
  [
    'one has half of the events, many the rest',
    alertOf('invalid_credentials', 'client', [7, 1, 1, 1, 1, 1, 1, 1]),
    'Client "pump-0" at 10.0.0.1 caused 7 of 14 refused connections and 7 other clients the rest, mostly with invalid_credentials (user name or password is wrong); look at that client first, then at what the others have in common.',
  ],
  [
    'a back end failed',
    alertOf('timeout', 'backend', [7, 5]),
    'A back end, not the clients, failed in all 12 refused connections, with timeout (the endpoint or database did not answer in time); 2 clients, first of all "pump-0", are the victims.',
  ],
  [
    'a back end failed for one client only',
    alertOf('timeout', 'backend', [12]),
    'A back end, not the clients, failed in all 12 refused connections, with timeout (the endpoint or database did not answer in time); client "pump-0" at 10.0.0.1 is the victim.',
  ],
  [
    'the broker has no authentication',
    alertOf('no_matching_hook_found', 'broker', sixty),
    'The broker, not its clients, is at fault in all 120 refused connections, with no_matching_hook_found (no authentication plugin answered); 60 clients, first of all "pump-0", are the victims.',
  ],
  [
    'the cluster',
    alertOf('', 'broker', [3], { ...nobody, definition: definition({ counts: 'netsplits' }) }),
    'The broker, not its clients, is at fault in all 3 netsplits.',
  ],
  [
    'the network',
    alertOf('etimedout', 'network', [4, 3], { definition: definition({ counts: 'lost connections' }) }),
    'The network is the likely cause of all 7 lost connections, with etimedout (the connection broke without a goodbye), most often for "pump-0" at 10.0.0.1; look at the path to the broker, not at credentials.',
  ],
  [
    'a scanner',
    alertOf('cant_parse_fixed_header', 'scanner', [6], nobody),
    'Something that does not speak MQTT knocked at the broker in all 6 refused connections, with cant_parse_fixed_header (the first bytes were not MQTT); a scanner, a health check or TLS on a plain port, hardly a device.',
  ],
  [
    'nobody is named',
    alertOf('', '', [6], { ...nobody, unattributed: 6 }),
    'The log names no client for all 6 refused connections; to see who it is, run vmq-admin trace client client-id=CLIENTID with an id that you suspect.',
  ],
  [
    'some name nobody',
    alertOf('invalid_credentials', 'client', [6], { events: 10, unattributed: 4 }),
    'Client "pump-0" at 10.0.0.1 caused 6 of 10 refused connections, mostly with invalid_credentials (user name or password is wrong); most likely their stored passwords are wrong; 4 name no client.',
  ],
  [
    'lines were lost',
    alert({ lowerBound: true }),
    'Client "pump-240" (user "alice") at 127.0.0.12 caused 10 of at least 12 refused connections with invalid_credentials (user name or password is wrong); most likely its stored password is wrong.',
  ],
  [
    'a reason that no pack knows',
    alertOf('go away', '', [9]),
    'Client "pump-0" at 10.0.0.1 caused all 9 refused connections with "go away".',
  ],
  [
    'a kind without reasons is counted under its own name',
    alertOf('keepalive_expired', 'client', [9], { definition: definition({ counts: 'expired keep-alives' }) }),
    'Client "pump-0" at 10.0.0.1 caused all 9 expired keep-alives.',
  ],
  [
    'the empty id of a mountpoint',
    alert({ events: 6, clients: 1, offenders: [offender('', 6, { mountpoint: 'tenant-a' })] }),
    'Client with the empty id of mountpoint "tenant-a" at 127.0.0.12 caused all 6 refused connections with invalid_credentials (user name or password is wrong); most likely its stored password is wrong.',
  ],
  ['nothing', alertOf('', '', [], nobody), 'Nothing was counted.'],
])('%s', (_, sample, sentence) => {
  expect(verdict(sample, notes)).toBe(sentence);
});

describe('whose fault it is', () => {
  test('the cause of at least half of the events decides', () => {
    const causes = (backend: number) =>
      new Map([
        ['backend', backend],
        ['client', 12 - backend],
      ] as const);
    expect(verdict(alert({ causes: causes(6) }), notes)).toMatch(/^A back end/);
    expect(verdict(alert({ causes: causes(5) }), notes)).toMatch(/^Client "pump-240".*; 5 by fault of a back end\.$/);
  });

  test('the reason named is one that fits the cause, even if another is as frequent', () => {
    const mixed = alertOf('', 'backend', [12], {
      reasons: new Map([
        ['not_authorized', 6],
        ['timeout', 6],
      ]),
    });
    expect(verdict(mixed, notes)).toContain('with timeout');
  });

  test('without causes the note of the main reason decides', () => {
    expect(verdict(alertOf('timeout', '', [12]), notes)).toMatch(/^A back end/);
  });

  test('an event that cannot be parsed for its password is not a wrong password', () => {
    expect(verdict(alertOf('cant_parse_password', 'client', [12]), notes)).not.toContain('stored password');
  });

  test('who leads only within the error of a bounded table is not called the one', () => {
    const crowd = alertOf('', '', [100], { clients: 200_000, exact: false, offenders: [offender('pump-0', 100, { error: 60 })] });
    expect(verdict(crowd, notes)).toMatch(/^About 200,000 clients/);
  });
});

test('an id that plays with the sentence stays inside its quotes', () => {
  const hostile = 'x" at 9.9.9.9 caused nothing.\n\x1b[2JAll is well \u202e';
  const sentence = verdict(alert({ offenders: [offender(hostile, 12)], clients: 1 }), notes);
  expect(sentence).toContain('Client "x\\" at 9.9.9.9 caused nothing.\\n\\e[2JAll is well \\u202e" at 127.0.0.12');
});
