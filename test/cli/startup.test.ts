/** What is not needed is not loaded, and what the build knows beforehand is never taken for something else. */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtInPacks, loadPacks } from '../../src/config/packs.ts';
import type { Shape } from '../../src/core/pack/regex.ts';
import { ROOT, scratch, vernewatch, type Outcome } from '../helpers/cli.ts';

const BURST = 'fixtures/logs/credential-burst.log';
const PACKAGES = Object.keys(
  (JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { dependencies: Record<string, string> }).dependencies,
);

interface Copy {
  readonly path: (name: string) => string;
  readonly run: (...args: string[]) => Promise<Outcome>;
}

/** The program once more, with these packages and no others. */
function copyWith(packages: readonly string[]): Copy {
  const path = scratch();
  for (const name of ['dist', 'patterns', 'package.json']) cpSync(ROOT + name, path(name), { recursive: true });
  mkdirSync(path('node_modules'));
  for (const name of packages) symlinkSync(`${ROOT}node_modules/${name}`, path(`node_modules/${name}`));
  return { path, run: (...args) => vernewatch(args, '', {}, path('dist/cli.js')) };
}

function edit({ path }: Copy, file: string, change: (text: string) => string): void {
  writeFileSync(path(file), change(readFileSync(path(file), 'utf8')));
}

test('the version needs the command line only', async () => {
  expect(await copyWith(['commander']).run('--version')).toMatchObject({ code: 0, stderr: '' });
});

test('the report of a plain log needs the command line and colours only', async () => {
  const args = ['analyze', BURST];
  expect(await copyWith(['commander', 'picocolors']).run(...args)).toEqual(await vernewatch(args));
});

test('what the build knows of the built-in packs is what their files say', async () => {
  const shapes = new Map<string, Shape>();
  const { sources } = await loadPacks(builtInPacks(), { shapes });
  const data = sources.map(({ file, ...said }) => [readFileSync(file, 'utf8'), said]);
  expect(JSON.parse(readFileSync(`${ROOT}dist/packs.json`, 'utf8'))).toEqual({ data, shapes: [...shapes] });
});

test('a built-in pack that was edited since the build says what it says now', async () => {
  const copy = copyWith(PACKAGES);
  edit(copy, 'patterns/vernemq/alerts.yaml', (text) => text.replaceAll(/raise_above: \d+/g, 'raise_above: 1000000'));
  expect(await copy.run('analyze', BURST)).toMatchObject({ code: 0, stderr: '' });
});

test('a built-in pack that was broken since the build is refused with the place', async () => {
  const copy = copyWith(PACKAGES);
  edit(copy, 'patterns/vernemq/alerts.yaml', (text) => text.replace('alerts:', 'alerst:'));
  const { code, stderr } = await copy.run('analyze', BURST);
  expect(code).toBe(2);
  expect(stderr).toMatch(/alerts\.yaml:\d+:1: unknown key alerst/);
});

test('a mistake that shows in a file which the build knows has its place there', async () => {
  const copy = copyWith(PACKAGES);
  rmSync(copy.path('patterns/vernemq/envelopes.yaml'));
  const { code, stderr } = await copy.run('analyze', BURST);
  expect(code).toBe(2);
  expect(stderr).toMatch(/connect\.yaml:\d+:\d+: there is no fragment/);
});
