/** An output that cannot be written is a failure with a reason, and nothing that was to be told is lost by it. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ROOT, scratch } from '../helpers/cli.ts';

function follow(args: readonly string[], stdout: number | 'pipe') {
  const child = spawn(process.execPath, ['dist/cli.js', 'follow', '--format', 'json', ...args], {
    cwd: ROOT,
    stdio: ['ignore', stdout, 'pipe'],
  });
  let stderr = '';
  child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, stderr: () => stderr };
}

test('the disk is full: 74 and a sentence; the alert is told at the next start', async () => {
  const refused = (second: number) =>
    `2026-11-20T22:13:0${second}.000000+00:00 [warning] <0.1.0> vmq_mqtt_fsm:check_user/2:739: can't authenticate client {[],<<"pump-7">>} from 127.0.0.1:5 due to invalid_credentials\n`;
  const path = scratch({ 'console.log': [1, 2, 3, 4, 5, 6].map(refused).join('') });
  const args = ['--from', 'start', '--state', path('state'), path('console.log')];

  const full = follow(args, openSync('/dev/full', 'w'));
  expect(await once(full.child, 'close')).toEqual([74, null]);
  expect(full.stderr()).toMatch(/cannot write the output: .*ENOSPC/);

  const next = follow(args, 'pipe');
  let told = '';
  for await (const chunk of next.child.stdout!) if ((told += String(chunk)).includes('"change":"raised"')) break;
  next.child.kill();
  await once(next.child, 'close');
  expect(told).toContain('"client_id":"pump-7"');
});
