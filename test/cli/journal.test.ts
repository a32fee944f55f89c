/** What the journal is told by a program that cannot start. */
import { spawnSync } from 'node:child_process';
import { openSync, readFileSync, fstatSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lines, ROOT, scratch } from '../helpers/cli.ts';

test('a wrong configuration is an error there, in each of its lines', () => {
  const path = scratch({ 'vernewatch.yaml': 'nod: 1\nprofile: netdata-rat\n' });
  const journal = openSync(path('journal'), 'w');
  const { dev, ino } = fstatSync(journal, { bigint: true });
  const { status } = spawnSync(process.execPath, [join(ROOT, 'dist/cli.js'), 'follow', '--config', path('vernewatch.yaml')], {
    env: { ...process.env, JOURNAL_STREAM: `${dev}:${ino}`, STATE_DIRECTORY: path('state') },
    stdio: ['ignore', journal, journal],
  });
  expect(status).toBe(78);
  const told = lines(readFileSync(path('journal'), 'utf8'));
  expect(told.length).toBeGreaterThan(1);
  expect(told.filter((line) => !line.startsWith('<3>'))).toEqual([]);
});
