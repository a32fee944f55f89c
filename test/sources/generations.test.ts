/** Names alone say which files are one log, and which of them is older. */
import { expect, test } from 'vitest';
import { logsOf } from '../../src/sources/generations.ts';

/** Shuffled the same way each time, so that no order is right by luck. */
function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map((item, index) => [(index * 7919 + 13) % 31, item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

test.each([
  ['the broker', ['console.log.4', 'console.log.3', 'console.log.2', 'console.log.1', 'console.log.0', 'console.log']],
  ['the broker, compressing', ['console.log.10.gz', 'console.log.9.gz', 'console.log.1.gz', 'console.log.0.gz', 'console.log']],
  ['logrotate', ['console.log.11.gz', 'console.log.2.gz', 'console.log.1', 'console.log']],
  ['logrotate, dateext', ['console.log-20251231.gz', 'console.log-20261119.xz', 'console.log-20261120', 'console.log']],
  ['logrotate, by the hour', ['console.log-2026112009', 'console.log-2026112010', 'console.log-20261121', 'console.log']],
  [
    'logrotate, date and seconds',
    ['console.log-20261120-999999999.gz', 'console.log-20261120-1763600000.gz', 'console.log-20261120-1763603600', 'console.log'],
  ],
  ['dates with dashes', ['console.log.2026-09-30.zst', 'console.log.2026-11-19.bz2', 'console.log.2026-11-20', 'console.log']],
  ['dates written in two ways', ['console.log.2025-12-31', 'console.log-20261119', 'console.log.2026-11-20']],
  ['dates before numbers', ['console.log-20261120', 'console.log.1', 'console.log.0', 'console.log']],
  ['a live file that is packed', ['console.log.0.gz', 'console.log.gz']],
  ['no live file', ['logs/console.log.2', 'logs/console.log.1']],
])('oldest first: %s', (_, files) => {
  const { logs, twins } = logsOf(shuffled(files));
  expect(logs.map((log) => log.files)).toEqual([files]);
  expect(twins).toEqual([]);
});

test.each([
  ['000.log', '001.log'],
  ['console.log', 'error.log'],
  ['node1/console.log', 'node2/console.log.0'],
  ['console.log', 'console.log.bak'],
  ['console.log', 'console.log.20261399'],
  ['console.log', 'console.log-20261399'],
  ['console.log', 'console.log.12345'],
  ['console.log', 'my-console.log'],
  ['.0', '.1'],
])('%s and %s are two logs', (a, b) => {
  expect(logsOf([a, b]).logs.map(({ files }) => files)).toEqual([[a], [b]]);
});

test.each([
  ['logs/console.log.0.gz', 'logs/console.log'],
  ['./console.log-20261120-1763600000.zst', './console.log'],
  ['/var/log/vernemq/console.log', '/var/log/vernemq/console.log'],
  ['000.log', '000.log'],
  ['0.gz', '0'],
  ['logs.1/console', 'logs.1/console'],
])('the log of %s is %s', (file, name) => {
  expect(logsOf([file]).logs).toEqual([{ name, files: [file] }]);
});

test('one directory written in two ways is one directory', () => {
  expect(logsOf(['logs/console.log', './logs/console.log.0', 'x/../logs/console.log.1']).logs).toEqual([
    { name: 'logs/console.log', files: ['x/../logs/console.log.1', './logs/console.log.0', 'logs/console.log'] },
  ]);
});

test('logs come in the order in which they were found', () => {
  expect(logsOf(['b.log', 'a.log.0', 'b.log.0', 'a.log']).logs.map(({ name }) => name)).toEqual(['b.log', 'a.log']);
});

test('of a plain file and its packed twin only the plain one is read', () => {
  const { logs, twins } = logsOf(['console.log.0.gz', 'console.log.1.gz', 'console.log.0', 'console.log']);
  expect(logs[0]?.files).toEqual(['console.log.1.gz', 'console.log.0', 'console.log']);
  expect(twins).toEqual([{ file: 'console.log.0.gz', of: 'console.log.0' }]);
});

test('of three that hold the same one is read', () => {
  const { logs, twins } = logsOf(['a.log-20261120.xz', 'a.log-20261120.zst', 'a.log-20261120.gz']);
  expect(logs[0]?.files).toEqual(['a.log-20261120.gz']);
  expect(twins.map(({ file, of }) => [file, of])).toEqual([
    ['a.log-20261120.zst', 'a.log-20261120.gz'],
    ['a.log-20261120.xz', 'a.log-20261120.gz'],
  ]);
});
