import { describe, expect, test } from 'vitest';
import type { Alert, Offender } from '../../src/core/model.ts';
import { advice } from '../../src/outlets/views/advice.ts';
import { adminArgument, shellWord } from '../../src/outlets/views/shell.ts';
import { alert, alertOf, definition, notes, offender } from './samples.ts';

function commands(sample: Alert): string[] {
  return advice(sample, notes).next.flatMap(({ run }) => (run === null ? [] : run.join(' ')));
}

function only(clientId: string, changed: Partial<Offender> = {}): Alert {
  return alert({ offenders: [offender(clientId, 12, changed)], clients: 1 });
}

const denied = definition({
  select: { events: ['publish_denied'], patterns: null, packet: null, direction: null, codes: null },
  counts: 'denied publishes',
});
const many = Array.from({ length: 60 }, () => 2);

test.each<[string, Alert, string[]]>([
  [
    'a wrong password',
    alert(),
    [
      'vmq-passwd /etc/vernemq/vmq.passwd alice',
      'vmq-admin trace client client-id=pump-240',
      'vmq-admin session show --client_id --user --peer_host=127.0.0.12',
    ],
  ],
  [
    'a wrong password, user not known',
    only('pump-240', { peers: [] }),
    ['vmq-passwd /etc/vernemq/vmq.passwd USER', 'vmq-admin trace client client-id=pump-240'],
  ],
  [
    'a client that is connected can be disconnected',
    alertOf('not_authorized', 'client', [9], { definition: denied }),
    [
      'vmq-admin trace client client-id=pump-0',
      'vmq-admin session show --client_id --user --peer_host=10.0.0.1',
      'vmq-admin session disconnect client-id=pump-0',
    ],
  ],
  [
    'a client of a mountpoint',
    only('pump-240', { mountpoint: 'tenant-a', peers: [], reasons: new Map() }),
    ['vmq-passwd /etc/vernemq/vmq.passwd USER', 'vmq-admin trace client client-id=pump-240 --mountpoint=tenant-a'],
  ],
  [
    'many clients at once',
    alertOf('invalid_credentials', 'client', many),
    ['vmq-admin plugin show', 'vmq-admin webhooks show', 'vmq-admin trace client client-id=pump-0'],
  ],
  ['a back end', alertOf('timeout', 'backend', many), ['vmq-admin plugin show', 'vmq-admin webhooks show']],
  ['the broker', alertOf('no_matching_hook_found', 'broker', many), ['vmq-admin cluster show', 'vmq-admin plugin show']],
  [
    'the network',
    alertOf('etimedout', 'network', [9]),
    ['vmq-admin listener show', 'vmq-admin session show --client_id --user --peer_host=10.0.0.1'],
  ],
  ['a scanner', alertOf('cant_parse_fixed_header', 'scanner', [9], { offenders: [], clients: 0 }), ['vmq-admin listener show']],
  ['nobody is named', alertOf('', '', [9], { offenders: [], clients: 0, unattributed: 9 }), ['vmq-admin trace client client-id=CLIENTID']],
])('%s', (_, sample, expected) => {
  expect(commands(sample)).toEqual(expected);
});

test('meaning and first steps come from the rule and its main reasons, each said once', () => {
  const sample = alertOf('', 'client', [9], {
    definition: definition({ means: 'many\n refusals', next: 'keep calm' }),
    reasons: new Map([
      ['not_authorized', 2],
      ['invalid_credentials', 6],
      ['odd', 1],
    ]),
  });
  const { means, next } = advice(sample, notes);
  expect(means).toEqual([
    'Many refusals.',
    'invalid_credentials: User name or password is wrong.',
    'not_authorized: The client is known, but may not do this.',
  ]);
  expect(next.filter(({ run }) => run === null).map(({ say }) => say)).toEqual([
    'Keep calm.',
    'Compare the user name and password on the device with the credential store.',
    'Look at the access rules for this client.',
  ]);
});

test('a text that begins with a command keeps its spelling', () => {
  const { next } = advice(alert({ definition: definition({ next: 'vmq-admin cluster show; bring the node back' }) }), notes);
  expect(next[0]!.say).toBe('vmq-admin cluster show; bring the node back.');
});

describe('ids in commands', () => {
  test.each([
    ['pump-240', 'pump-240'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(reboot)`x`;rm -rf /|&', "'$(reboot)`x`;rm -rf /|&'"],
    ['büro', "'büro'"],
    ['-D', null], // vmq-passwd would delete a user
    ['a\nreboot', null],
    ['a\x1b[2Jb', null],
    ['a\u202eb', null],
    ['', null],
    ['x'.repeat(64_000), null],
  ])('%j as a word of a shell', (text, word) => {
    expect(shellWord(text)).toBe(word);
  });

  // vmq-admin hands its arguments on without quotes.
  test.each(['x --cleanup', 'x*', '$HOME', 'x"y', 'a\\b', 'büro', '', 'a;b', "it's", '\n', 'x'.repeat(129)])(
    '%j is not given to vmq-admin',
    (id) => {
      expect(adminArgument('client-id', id)).toBeNull();
      expect(commands(only(id, { peers: [] }))).toEqual(['vmq-passwd /etc/vernemq/vmq.passwd USER']);
      expect(advice(only(id, { peers: [] }), notes).next.at(-1)!.say).toMatch(/find (it|the client) by its address/);
    },
  );

  test('an id of other bytes than its text is not offered', () => {
    expect(commands(only('pump', { clientIdHex: '70756d70ff', peers: [] }))).toEqual(['vmq-passwd /etc/vernemq/vmq.passwd USER']);
  });

  test('the name of a user is quoted; one that vmq-passwd would refuse is not offered', () => {
    expect(commands(only('p', { usernames: ['al ice; reboot'] }))[0]).toBe("vmq-passwd /etc/vernemq/vmq.passwd 'al ice; reboot'");
    expect(commands(only('p', { usernames: ['a:b'] }))[0]).toBe('vmq-passwd /etc/vernemq/vmq.passwd USER');
  });

  test('no text of an advice carries a control character', () => {
    for (const id of ['\x1b[2J', '\r\n', '\u202e', '\0']) {
      const { means, next } = advice(only(id, { usernames: [id], peers: [id], mountpoint: id, reasons: new Map([[id, 12]]) }), notes);
      expect([...means, ...next.flatMap(({ say, run }) => [say, ...(run ?? [])])].join('')).not.toMatch(/[\x00-\x1f\u202e]/);
    }
  });
});
