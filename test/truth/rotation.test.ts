/**
 * A storm of refused CONNECTs while the broker rotated its log six times (`rotation.size = 12KB`, `keep = 4`).
 * What is left on disk, and every file that ever was, must tell each refusal once and in the order in which they happened.
 */
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { refusals, truthOf } from './actions.ts';
import { compare, extract, root, Scratch, type Event } from './truth.ts';

const folder = 'fixtures/real/2.2.0/rotation';
const truth = truthOf(`${folder}/truth.json`);
const wanted = refusals({ truth, version: '2.2.0' });
const inOrder = readdirSync(join(root, folder, 'all-files-in-order'))
  .sort()
  .map((name) => `${folder}/all-files-in-order/${name}`);
/** How many refusals the two generations hold that rotation deleted. */
const deleted = inOrder.slice(0, 2).reduce((sum, path) => sum + refusalsIn(readFileSync(join(root, path), 'utf8')), 0);

const scratch = new Scratch();
afterAll(() => scratch.remove());

function refusalsIn(text: string): number {
  return text.split('\n').filter((line) => line.includes("can't authenticate")).length;
}

function refused(events: readonly Event[]): Event[] {
  return events.filter(({ event }) => event === 'connack_refused');
}

function ids(list: readonly { client_id?: string | null }[]): unknown[] {
  return list.map(({ client_id }) => client_id);
}

test('every file of the storm, oldest first, gives each refusal once and in order', async () => {
  const events = refused(await extract(...inOrder));
  const { came, wanted: should } = compare(events, wanted);
  expect(came).toEqual(should);
  expect(ids(events)).toEqual(ids(wanted));
});

test('the log directory as rotation left it gives the refusals of its five files once and in order', async () => {
  for (const name of readdirSync(join(root, folder)).filter((file) => file.startsWith('console.log'))) {
    copyFileSync(join(root, folder, name), join(scratch.path, name));
  }
  const events = refused(await extract(scratch.path));
  expect(deleted).toBeGreaterThan(0);
  expect(ids(events)).toEqual(ids(wanted.slice(deleted)));
  expect(new Set(events.map(({ source }) => source.file.replace(/^.*\//, '')))).toEqual(
    new Set(['console.log.3', 'console.log.2', 'console.log.1', 'console.log.0', 'console.log']),
  );
});

test('five generations named newest first, two of them compressed under plain names, give the same refusals in order', async () => {
  const packed = new Scratch();
  const names = ['console.log', 'console.log.0', 'console.log.1', 'console.log.2', 'console.log.3'];
  const paths = names.map((name, age) => {
    const bytes = readFileSync(join(root, folder, name));
    return packed.write(name, age === 1 || age === 3 ? gzipSync(bytes) : bytes);
  });
  try {
    expect(ids(refused(await extract(...paths)))).toEqual(ids(wanted.slice(deleted)));
  } finally {
    packed.remove();
  }
});

test('a refused last will in a storm is one refusal, and its lines deny no publish', async () => {
  const events = await extract(...inOrder);
  const wills = truth.actions.filter(
    ({ kind, received }) => kind === 'connect' && (received ?? []).some(({ code }) => code === 135),
  ).length;
  expect(wills).toBe(2);
  expect(events.filter(({ event }) => event === 'publish_denied')).toEqual([]);
  expect(events.filter(({ reason }) => reason === 'not_allowed')).toHaveLength(5);
});

test('beside the refusals there is only the one connection that never spoke MQTT', async () => {
  const others = (await extract(...inOrder)).filter(({ event }) => event !== 'connack_refused');
  expect(others.map(({ event, reason, client_id }) => [event, reason, client_id])).toEqual([
    ['connect_aborted', 'cant_parse_connect_fixed_header', null],
  ]);
});
