/** The service as it is built: real files, real signals. */
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { ROOT, scratch, vernewatch } from '../helpers/cli.ts';
import { Service, until } from '../helpers/service.ts';

const RULE = 'vernemq_mqtt_connack_sent_reason_unsuccessful';

/** Refused connections of now. */
function burst(count: number, client = 'pump-7'): string {
  const line = () =>
    `${new Date().toISOString().slice(0, 23)}000+00:00 [warning] <0.174.0> vmq_mqtt_fsm:check_user/2:739: can't authenticate client {[],<<"${client}">>} from 192.0.2.17:51234 due to invalid_credentials\n`;
  return Array.from({ length: count }, line).join('');
}

function place(config = '') {
  const path = scratch({ 'vernewatch.yaml': config });
  const log = path('console.log');
  const args = ['--config', path('vernewatch.yaml'), '--state', path('state'), '--timezone', 'UTC', log];
  return { path, log, args };
}

const SHORT = `alerts:\n  ${RULE}: { window: 1s }\n`;

test('raises, clears, saves and leaves on SIGTERM; a restart goes on', async () => {
  const { path, log, args } = place(SHORT);
  fs.writeFileSync(log, '');
  const first = new Service(args);
  await first.says('started');
  fs.appendFileSync(log, burst(6));
  await first.says('raised');
  await first.says('cleared');
  fs.appendFileSync(log, burst(6, 'lamp-1'));
  await until(() => first.changes.length === 3);
  const began = Date.now();
  expect(await first.signal('SIGTERM')).toBe(0);
  expect(Date.now() - began).toBeLessThan(5_000);
  expect(first.entries.at(-1)?.notice).toBe('stopped');
  expect(fs.existsSync(path('state/state'))).toBe(true);
  const second = new Service(args);
  await second.says('cleared');
  expect(second.changes).toEqual(['cleared']);
  expect(second.entries.find(({ change }) => change === 'cleared')).toMatchObject({ events: 6, offenders: [{ client_id: 'lamp-1' }] });
  expect(await second.signal('SIGTERM')).toBe(0);
});

test('a log that is missing at the start is read whole when it comes', async () => {
  const { log, args } = place();
  const service = new Service(args);
  await service.says('missing');
  fs.writeFileSync(log, burst(6));
  await service.says('raised');
  expect(service.changes).toEqual(['raised']);
});

test('SIGHUP: a mistake keeps the old configuration, a good one is in force', async () => {
  const { path, log, args } = place();
  fs.writeFileSync(log, '');
  const service = new Service(args);
  await service.says('started');
  fs.writeFileSync(path('vernewatch.yaml'), `alerts:\n  ${RULE}: { raise_above: many }\n`);
  await until(() => {
    service.process.kill('SIGHUP');
    return service.stdout.includes('not_reloaded');
  });
  expect(service.entries.find(({ notice }) => notice === 'not_reloaded')?.msg).toMatch(/vernewatch\.yaml:2:\d+/);
  fs.appendFileSync(log, burst(6));
  await service.says('raised');
  fs.writeFileSync(path('vernewatch.yaml'), `alerts:\n  ${RULE}: { raise_above: 1 }\n`);
  service.process.kill('SIGHUP');
  await service.says('reloaded');
  fs.appendFileSync(log, burst(2));
  await until(() => service.changes.filter((change) => change === 'raised').length === 2);
});

test.each([
  [['--config', 'CONFIG'], 78, /vernewatch\.yaml:1:\d+/],
  [['--formt', 'json'], 2, /--format/],
  [['--format', 'xml'], 2, /json/],
  [['--from', 'yesterday'], 2, /10m/],
])('%j is a mistake: %i', async (args, code, message) => {
  const path = scratch({ 'vernewatch.yaml': 'lgos: []\n' });
  const outcome = await vernewatch([
    'follow',
    ...args.map((arg) => (arg === 'CONFIG' ? path('vernewatch.yaml') : arg)),
    path('console.log'),
  ]);
  expect(outcome).toMatchObject({ code, stdout: '' });
  expect(outcome.stderr).toMatch(message);
});

test('a second one on the same state directory is refused, one after a kill is not', async () => {
  const { path, log, args } = place();
  fs.writeFileSync(log, '');
  const first = new Service(args);
  await first.says('started');
  const second = await vernewatch(['follow', ...args]);
  expect(second.code).toBe(78);
  expect(second.stderr).toContain(`another vernewatch uses ${path('state')}`);
  await first.signal('SIGKILL');
  const third = new Service(args);
  await third.says('started');
});

test('a state directory that cannot be is a mistake', async () => {
  const { path, log } = place();
  fs.writeFileSync(path('file'), '');
  const outcome = await vernewatch(['follow', '--state', path('file/state'), log]);
  expect(outcome.code).toBe(78);
  expect(outcome.stderr).toContain('--state DIR');
});

test('a state file that cannot be read is set aside, said, and no bug', async () => {
  const { path, log, args } = place();
  fs.mkdirSync(path('state/state'), { recursive: true });
  fs.writeFileSync(log, burst(6));
  const service = new Service(args);
  await service.says('raised');
  expect(service.entries.map(({ notice }) => notice)).toContain('state_set_aside');
});

test('| head -1 ends it quietly', () => {
  const { log, args } = place();
  fs.writeFileSync(log, burst(6));
  const command = [process.execPath, join(ROOT, 'dist/cli.js'), 'follow', ...args].map((arg) => `'${arg}'`).join(' ');
  const shell = spawnSync('sh', ['-c', `(${command}; echo "exit $?" >&2) | head -1`], { encoding: 'utf8', timeout: 15_000 });
  expect(shell.stdout.trim().split('\n')).toHaveLength(1);
  expect(shell.stderr).toBe('exit 0\n');
});

test('nobody reads the output: it goes on reading, and leaves when it is told to', async () => {
  const { path, log, args } = place(`alerts:\n  ${RULE}: { raise_above: 0, window: 1s }\n`);
  execFileSync('mkfifo', [path('pipe')]);
  const reader = fs.openSync(path('pipe'), 'r+');
  const old = (n: number) =>
    `2026-11-20T${new Date(n * 10_000).toISOString().slice(11, 19)}.000000+00:00 [warning] <0.174.0> vmq_mqtt_fsm:check_user/2:739: can't authenticate client {[],<<"p">>} from 192.0.2.17:51234 due to invalid_credentials\n`;
  fs.writeFileSync(log, Array.from({ length: 8_000 }, (_, n) => old(n)).join(''));
  const service = new Service(['--from', 'start', ...args], { output: reader });
  await until(() => fs.existsSync(path('state/state')));
  await until(() => fs.readFileSync(path('state/state'), 'latin1').includes(`"offset":${fs.statSync(log).size}`), 'the end of the log');
  expect(await service.signal('SIGTERM')).toBe(0);
  fs.closeSync(reader);
});

test('as text on a pipe, as JSON into a file', async () => {
  const { path, log, args } = place();
  fs.writeFileSync(log, burst(6));
  const text = new Service(['--format', 'text', ...args]);
  await until(() => text.stdout.includes('WARNING'));
  expect(text.stdout).toContain('pump-7');
  expect(text.stdout).not.toContain('\x1b');
  expect(text.stderr).toContain('vernewatch: following');
  await text.signal('SIGTERM');
  fs.rmSync(path('state'), { recursive: true });
  const file = new Service(['-o', path('out.json'), ...args]);
  await until(() => fs.existsSync(path('out.json')) && fs.readFileSync(path('out.json'), 'utf8').includes('"raised"'));
  await file.signal('SIGTERM');
  expect(file.stdout).toBe('');
});

test('under the journal each line has its priority', async () => {
  const { path, log, args } = place();
  fs.writeFileSync(log, burst(6));
  const journal = fs.openSync(path('journal'), 'a');
  const { dev, ino } = fs.fstatSync(journal);
  const service = new Service(args, { output: journal, env: { JOURNAL_STREAM: `${dev}:${ino}` } });
  await until(() => fs.readFileSync(path('journal'), 'utf8').includes('"raised"'));
  await service.signal('SIGTERM');
  const lines = fs.readFileSync(path('journal'), 'utf8').trim().split('\n');
  expect(lines.filter((line) => !/^<[2-6]>\{.*\}$/.test(line))).toEqual([]);
  expect(lines.find((line) => line.includes('"raised"'))).toMatch(/^<4>/);
});

test.each(['credential-burst.log', 'refused-connects-after-boot.log', 'denied-publishes-1.x.log'])(
  'live equals archive, with a rotation and a kill: %s',
  async (name) => {
    const recording = join(ROOT, 'fixtures/logs', name);
    const { path, log, args } = place();
    const lines = fs.readFileSync(recording, 'latin1').split(/(?<=\n)/);
    const part = (n: number) => lines.slice(Math.floor((lines.length * n) / 3), Math.floor((lines.length * (n + 1)) / 3)).join('');
    const told: Service['entries'] = [];
    const options = ['--from', 'start', ...args];
    const read = () =>
      fs.existsSync(path('state/state')) && fs.readFileSync(path('state/state'), 'latin1').includes(`"offset":${part(0).length}`);
    fs.writeFileSync(log, part(0), 'latin1');
    const first = new Service(options);
    await until(read, 'the first part');
    fs.appendFileSync(log, part(1), 'latin1');
    await first.signal('SIGKILL');
    fs.writeFileSync(path('console.log.0.gz'), gzipSync(fs.readFileSync(log)));
    fs.unlinkSync(log);
    fs.writeFileSync(log, part(2), 'latin1');
    fs.utimesSync(log, 0, 0);
    const second = new Service(options);
    const report = await vernewatch(['analyze', '--exit-zero', '--format', 'json', '--timezone', 'UTC', recording]);
    const wanted = (JSON.parse(report.stdout) as { alerts: { alert: string; raised_at: string; events: number }[] }).alerts;
    const cleared = () => [...first.entries, ...second.entries].filter(({ change }) => change === 'cleared');
    const keyOf = ({ alert, raised_at, events }: Record<string, unknown>) => JSON.stringify([alert, raised_at, events]);
    await until(() => new Set(cleared().map(keyOf)).size >= wanted.length, `${wanted.length} alerts in ${second.stdout}`);
    await second.signal('SIGTERM');
    told.push(...cleared());
    expect([...new Set(told.map(keyOf))].sort()).toEqual(wanted.map((alert) => keyOf({ ...alert })).sort());
  },
);
