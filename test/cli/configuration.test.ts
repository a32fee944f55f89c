/** Mistakes in configuration and packs come with file, line, column and a hint, all at once. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { lines, ROOT, scratch, vernewatch } from '../helpers/cli.ts';

test('everything that is wrong in a configuration is said at once', async () => {
  const path = scratch({
    'vernewatch.yaml':
      'logs:\n  - path: /var/log/vernemq/console.log\n    nod: broker-1\nprofile: netdata-rat\nalerts:\n  x: { raise_above: -1 }\n',
  });
  const { code, stderr } = await vernewatch(['check', '--config', path('vernewatch.yaml')]);
  expect(code).toBe(2);
  expect(stderr).toContain(`${path('vernewatch.yaml')}:3:5: unknown key nod`);
  expect(stderr).toContain('did you mean node?');
  expect(stderr).toContain(`${path('vernewatch.yaml')}:4:10:`);
  expect(stderr).toContain('did you mean netdata-rate?');
  expect(stderr).toContain(`${path('vernewatch.yaml')}:6:`);
});

test('an alert that does not exist is answered with the nearest one', async () => {
  const path = scratch({ 'vernewatch.yaml': 'alerts:\n  vernemq_socket_error: { raise_above: 20 }\n' });
  const { code, stderr } = await vernewatch(['alerts', 'list', '--config', path('vernewatch.yaml')]);
  expect(code).toBe(2);
  expect(stderr).toContain('did you mean vernemq_socket_errors?');
});

test('thresholds of the configuration are in force', async () => {
  const path = scratch({
    'vernewatch.yaml':
      'alerts:\n  vernemq_mqtt_connack_sent_reason_unsuccessful: { raise_above: 6 }\n  vernemq_netsplits: { enabled: false }\n',
  });
  const config = ['--config', path('vernewatch.yaml')];
  expect((await vernewatch(['alerts', 'list', ...config])).stdout).not.toContain('vernemq_netsplits');
  const { stdout } = await vernewatch(['analyze', '--format', 'json', ...config, 'fixtures/logs/credential-burst.log']);
  const { alerts } = JSON.parse(stdout) as { alerts: { raised_at: string }[] };
  expect(alerts.map(({ raised_at }) => raised_at)).toEqual(['2026-11-20T22:14:06.017591Z', '2026-11-20T22:16:05.645397Z']);
});

test('the node of a log is that of its archives and of the error.log beside it, so an error counts once', async () => {
  const error =
    '2026-11-20T22:02:54.798813+00:00 [error] <0.830.0> vmq_mqtt_fsm:check_user/2:700: can\'t authenticate client {[],<<"pump-7">>} from 10.0.0.7:5 due to no_matching_hook_found\n';
  const path = scratch({ 'console.log.0': error, 'error.log': error });
  writeFileSync(path('vernewatch.yaml'), `logs:\n  - { path: ${relative(ROOT, path('console.log'))}, node: broker-1 }\n`);
  const { stdout } = await vernewatch(['extract', '--config', path('vernewatch.yaml'), path('.')]);
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { node: string; client_id: string });
  expect(events.map(({ node, client_id }) => [node, client_id])).toEqual([['broker-1', 'pump-7']]);
});

test('bad YAML is a sentence with a place, and no stack', async () => {
  const path = scratch({ 'pack.yaml': 'pack: site\npatterns:\n  - id: x\n   event: y\n' });
  const { code, stdout, stderr } = await vernewatch(['patterns', 'check', path('pack.yaml')]);
  expect(code).toBe(2);
  expect(stdout).toMatch(/pack\.yaml:\d+:\d+: .*\[syntax\]/);
  expect(stderr).toBe('');
});

const SITE_PACK = `pack: site
patterns:
  - id: gate-refused
    event: connack_refused
    regex: 'gate refused (?<client_id>\\S+) from (?<peer>\\S+) due to (?<reason>\\w+)'
    examples:
      - line: '2026-11-20T23:20:57.566168+01:00 [warning] <0.1.0> site_gate:check/1:7: gate refused <<"pump-7">> from 10.0.0.7:4711 due to expired'
        expect: { client_id: pump-7, reason: expired, peer_address: 10.0.0.7, peer_port: 4711 }
`;

test('a pack of the user’s own is checked, tested and used', async () => {
  const path = scratch({
    'site.yaml': SITE_PACK,
    'console.log':
      '2026-11-20T23:20:57.566168+01:00 [warning] <0.1.0> site_gate:check/1:7: gate refused <<"pump-9">> from 10.0.0.7:4711 due to expired\n',
  });
  expect(await vernewatch(['patterns', 'check', path('site.yaml')])).toMatchObject({ code: 0 });
  expect(await vernewatch(['patterns', 'test', '--patterns', path('site.yaml')])).toMatchObject({ code: 0 });
  const { stdout } = await vernewatch(['extract', '--patterns', path('site.yaml'), path('console.log')]);
  expect(JSON.parse(stdout)).toMatchObject({ pattern: 'site/gate-refused', client_id: 'pump-9', reason: 'expired' });
});

test('a pattern whose ids are plain text names who stands in the line, also where it looks like a term', async () => {
  const line = (id: string) =>
    `2026-11-20T23:20:57.566168+01:00 [warning] <0.1.0> site_gate:check/1:7: gate refused ${id} from 10.0.0.7:4711 due to expired\n`;
  const path = scratch({
    'site.yaml': SITE_PACK.replaceAll('<<"pump-7">>', 'pump-7').replace('event:', 'text: plain\n    event:'),
    'console.log': ['pump-9', '<<"pump-9">>', 'undefined', '客厅-3'].map(line).join(''),
  });
  expect(await vernewatch(['patterns', 'check', path('site.yaml')])).toMatchObject({ code: 0 });
  const { stdout } = await vernewatch(['extract', '--patterns', path('site.yaml'), path('console.log')]);
  const ids = lines(stdout).map((event) => (JSON.parse(event) as { client_id: string }).client_id);
  expect(ids).toEqual(['pump-9', '<<"pump-9">>', 'undefined', '客厅-3']);
});

test('a pack whose example does not come out is refused with the place of the example', async () => {
  const path = scratch({ 'site.yaml': SITE_PACK.replace('reason: expired', 'reason: stolen') });
  const { code, stdout } = await vernewatch(['patterns', 'check', path('site.yaml')]);
  expect(code).toBe(2);
  expect(stdout).toContain('site.yaml:7:9: reason is "expired" instead of "stolen" [failed-example]');
});
