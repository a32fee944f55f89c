/** A log of a glob that is not there at the moment, as in the gap of a rotation, is still one of its logs. */
import { mkdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Watching } from '../../src/commands/shared/watching.ts';
import { fits } from '../../src/sources/live-logs.ts';
import { scratch } from '../helpers/cli.ts';

async function followed(watching: Watching): Promise<string[]> {
  return (await watching.scan()).logs.map(({ path }) => path);
}

test('while the service runs, and after a restart; but not when its directory is gone', async () => {
  const path = scratch();
  const log = path('b1/console.log');
  mkdirSync(path('b1'));
  writeFileSync(log, '');
  const glob = [path('*/console.log')];
  const watching = await Watching.open(glob, { color: false });
  expect(await followed(watching)).toEqual([log]);
  unlinkSync(log);
  expect(await followed(watching)).toEqual([log]);

  const restarted = await Watching.open(glob, { color: false });
  restarted.remember([log, path('b1/other.log'), '/elsewhere/console.log']);
  expect(await followed(restarted)).toEqual([log]);

  rmSync(path('b1'), { recursive: true });
  const later = await Watching.open(glob, { color: false });
  later.remember([log]);
  expect(await followed(later)).toEqual([]);
});

test.each([
  ['/logs/*/console.log', '/logs/b1/console.log', true],
  ['/logs/*/console.log', '/logs/b1/c/console.log', false],
  ['/logs/**/console.log', '/logs/b1/c/console.log', true],
  ['/logs/**/console.log', '/logs/console.log', true],
  ['/logs/b?/console.log*', '/logs/b1/console.log', true],
  ['/logs/b?/console.log', '/logs/b12/console.log', false],
  ['/logs/b.1/*.log', '/logs/bx1/console.log', false],
])('%s and %s: %s', (glob, path, expected) => {
  expect(fits(glob, path)).toBe(expected);
});
