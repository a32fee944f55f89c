/** Whatever is fed to it: a clear sentence, the exit code of the contract, and the rest still analysed. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, lines, scratch, vernewatch } from '../helpers/cli.ts';

const BURST = 'fixtures/logs/credential-burst.log';
const QUIET = 'fixtures/logs/denied-subscriptions.log';

test.each([
  [['analyze', QUIET], 0],
  [['analyze', BURST], 1],
  [['analyze', '--exit-zero', BURST], 0],
  [['analyze', BURST, 'no-such-file.log'], 3],
  [['extract', BURST], 0],
  [['extract', 'no-such-file.log', BURST], 3],
  [['analyse', BURST], 2],
  [['analyze', '--formt', 'json', BURST], 2],
  [['analyze', '--format', 'xml', BURST], 2],
  [['analyze', '--timezone', 'Europe/Berlni', BURST], 2],
  [['analyze', '--since', 'yesterday', BURST], 2],
  [['analyze', '--date', '2026-13-40', BURST], 2],
  [['analyze', '--config', 'no-such.yaml', BURST], 2],
  [['analyze', '--patterns', 'no-such-dir', BURST], 2],
  [['analyze', '-o', 'no/such/dir/report.txt', BURST], 2],
])('%j exits with %i', async (args, code) => {
  const outcome = await vernewatch(args);
  expect(outcome.code).toBe(code);
  if (code >= 2) expect(outcome.stderr).toMatch(/\S/);
  if (code === 2) expect(outcome.stdout).toBe('');
  expect(outcome.stderr).not.toMatch(/at .*\.js:\d+/);
});

test('a wrong option is answered with the nearest one', async () => {
  expect((await vernewatch(['analyze', '--formt', 'json'])).stderr).toContain('--format');
  expect((await vernewatch(['analyse'])).stderr).toContain('analyze');
});

test('what can be read is analysed although something else cannot', async () => {
  const { stdout, stderr } = await vernewatch(['extract', 'no-such-file.log', BURST]);
  expect(lines(stdout)).toHaveLength(25);
  expect(stderr).toContain('no-such-file.log');
});

test('an empty file, binary garbage, NUL bytes, invalid UTF-8 and a line of a megabyte neither stop it nor become events', async () => {
  const event = Buffer.from(readFileSync(join(ROOT, BURST), 'utf8').split('\n')[0]!);
  const path = scratch({
    'empty.log': '',
    'garbage.log': Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7919) % 256)),
    'mixed.log': Buffer.concat([
      Buffer.alloc(4096),
      Buffer.from('\n'),
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from('\n'),
      Buffer.alloc(1_000_000, 'x'),
      Buffer.from('\n'),
      event,
      Buffer.from('\n'),
    ]),
  });
  const { code, stdout } = await vernewatch(['extract', path('empty.log'), path('garbage.log'), path('mixed.log')]);
  expect(code).toBe(0);
  const events = lines(stdout).map((line) => JSON.parse(line) as { source: unknown });
  expect(events.map(({ source }) => source)).toEqual([{ file: path('mixed.log'), line: 4, offset: 4096 + 1 + 3 + 1 + 1_000_001 }]);
});

test('an event of a megabyte is read to its end', async () => {
  const payload = 'p'.repeat(1_000_000);
  const line = `2026-11-20T22:02:54.798813+00:00 [error] <0.830.0> vmq_mqtt_fsm:auth_on_publish/5:1074: can't auth publish [<<"carol">>,{[],<<"pump-7">>},1,[<<"a">>],<<"${payload}">>,false] due to not_authorized\n`;
  const { stdout } = await vernewatch(['extract', '-'], line);
  expect(JSON.parse(stdout)).toMatchObject({ client_id: 'pump-7', topic: 'a', reason: 'not_authorized' });
  expect(stdout).not.toContain('pppp');
});

test('a directory that links to itself ends', async () => {
  const path = scratch();
  mkdirSync(path('logs/inner'), { recursive: true });
  symlinkSync('..', path('logs/inner/up'));
  execFileSync('cp', [join(ROOT, BURST), path('logs/inner/console.log')]);
  const { code, stdout } = await vernewatch(['extract', path('logs')]);
  expect(code).toBe(0);
  expect(lines(stdout)).toHaveLength(25);
});

test('the reader of the result may leave early: no message, no error', async () => {
  const child = spawn(process.execPath, ['dist/cli.js', 'extract', 'fixtures/logs'], { cwd: ROOT });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.once('data', () => child.stdout.destroy());
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('nothing named on a terminal is a usage error that says what to do', async () => {
  // `script` gives the program a terminal of its own.
  const outcome = await vernewatch(['analyze'], '');
  expect(outcome.code).toBe(0);
  expect(outcome.stdout).toContain('Nothing was read');
});

test.each([{}, { CI: 'true', FORCE_COLOR: '1' }])(
  'no control character of a log reaches the terminal, and no colour a pipe: %j',
  async (env) => {
    const { stdout } = await vernewatch(['analyze', 'fixtures/logs/odd-client-ids.log', 'fixtures/samples/lager-1.x.log'], '', env);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  },
);

test('passwords and payloads never leave', async () => {
  const outputs = await Promise.all(['extract', 'analyze'].map((command) => vernewatch([command, 'fixtures/logs', 'fixtures/samples'])));
  for (const { stdout } of outputs) {
    expect(stdout).not.toMatch(/<<\\?"secret|hello q1|bNp\+BIz|encrypted/);
  }
});

test.each([
  `[debug] <0.5.0>@vmq_ranch:handle_data:1 [tcp] parse error 'x' for data: <<"alice s3cret">> and  parser state: <<>>`,
  `[error] <0.5.0>@vmq_mqtt_fsm:auth_on_publish:1 can't auth publish [<<"alice">>,{[],<<"a">>},1,[<<"t">>],<<"s3cret`,
  `[error] <0.5.0>@vmq_diversity_lager:error:1 no user alice with password: s3cret`,
])('nor do they when a line that no pattern takes is explained: %s', async (line) => {
  const { stdout } = await vernewatch(['patterns', 'explain', `2026-11-20 23:23:15.831 ${line}`]);
  expect(stdout).toContain('none takes it');
  expect(stdout).not.toMatch(/s3cret|sNcret/);
});
