/** A state file that cannot be used is set aside and said, and following begins anew. */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemError } from '../follow/disk.ts';
import { outcomeOf } from '../helpers/engine.ts';
import { entriesOf, lived, Lived, range, refusals } from './lived.ts';

const first = refusals(range(0, 9));
const second = refusals(range(20, 30), 'pump-8');
const wanted = entriesOf(outcomeOf([first + second]).snapshot.alerts);

/** Has read the first part and saved that. */
async function stopped(life: Lived): Promise<string> {
  life.write(first);
  await life.turn();
  await life.wait(1);
  await life.stop();
  return join(life.state, 'state');
}

async function goesOn(life: Lived): Promise<void> {
  life.write(second);
  await life.turn();
  await life.wait(3);
  expect(await life.alerts()).toEqual(wanted);
}

test('torn at any byte', async () => {
  const life = lived();
  const file = await stopped(life);
  const whole = fs.readFileSync(file);
  for (let length = 0; length < whole.length; length += length < 64 || length > whole.length - 64 ? 1 : 41) {
    fs.writeFileSync(file, whole.subarray(0, length));
    life.said.length = 0;
    await life.start();
    expect(life.notices, `${length} bytes`).toEqual(['state_set_aside']);
    expect(life.said[0]!.message).toContain(length === 0 ? 'is empty' : 'is damaged');
    expect(fs.existsSync(file)).toBe(false);
    life.kill();
  }
  await goesOn(life);
});

test('any byte changed', async () => {
  const life = lived();
  const file = await stopped(life);
  const whole = fs.readFileSync(file);
  for (let at = 0; at < whole.length; at += at < 64 ? 1 : 97) {
    const spoiled = Buffer.from(whole);
    spoiled[at]! ^= 0x01;
    fs.writeFileSync(file, spoiled);
    life.said.length = 0;
    await life.start();
    expect(life.notices, `byte ${at}`).toEqual(['state_set_aside']);
    life.kill();
  }
});

test.each([
  ['garbage', 'hello\nworld', 'is damaged'],
  ['JSON of something else', '{"a":1}\n', 'is damaged'],
  ['null', 'null\n', 'is damaged'],
  ['a list', '[]\nrest', 'is damaged'],
  ['NUL bytes, as after a power cut', '\0'.repeat(4096), 'is damaged'],
  ['a newer version', '{"vernewatch":"state","version":2}\nwhatever comes then', 'was written by a newer version'],
])('%s', async (_, content, why) => {
  const life = lived();
  const file = await stopped(life);
  fs.writeFileSync(file, content);
  await life.turn();
  expect(life.said.find(({ notice }) => notice === 'state_set_aside')?.message).toContain(why);
  const aside = fs.readdirSync(life.state).filter((name) => name.startsWith('state.aside-'));
  expect(aside.map((name) => fs.readFileSync(join(life.state, name), 'utf8'))).toEqual([content]);
  await goesOn(life);
});

test.each(['EACCES', 'EIO'])('reading it answers %s', async (code) => {
  const life = lived();
  await stopped(life);
  life.stateDisk.seam = (operation) => {
    if (operation === 'read') throw systemError(code, -1, 'read');
  };
  await life.turn();
  expect(life.said.find(({ notice }) => notice === 'state_set_aside')?.message).toContain(code);
  expect(fs.readdirSync(life.state)).toContain(`state.aside-${code}`);
  life.stateDisk.seam = () => undefined;
  await goesOn(life);
});

test('of another idea of the alerts: positions are kept, alerts begin anew', async () => {
  const life = lived();
  await stopped(life);
  const saved = (await life.saved())!;
  await life.startFrom({ ...saved, engines: null });
  life.write(second);
  await life.turn();
  await life.wait(3);
  const [alert, ...rest] = (await life.alerts()).filter(({ raised_at }) => raised_at === '2026-11-20T22:00:25.000Z');
  expect(rest).toEqual([]);
  expect(alert).toMatchObject({ events: 11, offenders: [{ client_id: 'pump-8', events: 11 }] });
});

test('of another machine, with another log: that log is read whole, and what is missing is said', async () => {
  const life = lived();
  await stopped(life);
  await life.log().stop();
  life.logs.clear();
  fs.unlinkSync(life.log().path);
  life.write(refusals(range(100, 110), 'lamp-1'));
  await life.turn();
  await life.wait(3);
  expect(life.changes).toEqual(['raised 5', 'cleared 69', 'raised 105']);
  expect(life.told.at(-1)!.alert.offenders.map(({ clientId, events }) => [clientId, events])).toEqual([['lamp-1', 6]]);
});

test.each([
  ['create', 'EACCES', -13],
  ['write', 'ENOSPC', -28],
  ['sync', 'EIO', -5],
  ['rename', 'EROFS', -30],
  ['syncDirectory', 'EIO', -5],
])('%s answers %s for a while: said, tried again, and in the end nothing is lost', async (refused, code, errno) => {
  const life = lived();
  life.write(first);
  life.stateDisk.seam = (operation) => {
    if (operation === refused) throw systemError(code, errno, operation);
  };
  await life.turn();
  await life.wait(1);
  await life.wait(1);
  expect(life.notices.filter((notice) => notice === 'state_not_saved')).toHaveLength(1);
  expect(life.changes).toEqual(['raised 5']);
  life.stateDisk.seam = () => undefined;
  await life.wait(1);
  const calls = life.stateDisk.calls.length;
  await life.wait(1);
  expect(life.stateDisk.calls).toHaveLength(calls);
  life.kill();
  await goesOn(life);
  expect(life.changes.filter((change) => change === 'raised 5')).toHaveLength(1);
});

test('never a mixture: what was saved last stays until the next is whole', async () => {
  const life = lived();
  const file = await stopped(life);
  const before = fs.readFileSync(file);
  await life.turn();
  life.stateDisk.calls.length = 0;
  life.stateDisk.seam = (operation) => {
    if (operation === 'sync') throw systemError('ENOSPC', -28, 'fsync');
  };
  life.write(second);
  await life.wait(2);
  expect(fs.readFileSync(file)).toEqual(before);
  expect(life.stateDisk.calls).not.toContain('rename');
});

test('written to another name, synced, renamed, and the directory synced', async () => {
  const life = lived();
  life.write(first);
  await life.turn();
  expect(life.stateDisk.calls).toEqual(['read', 'create', 'write', 'sync', 'rename', 'syncDirectory']);
});

test('nothing new, nothing saved', async () => {
  const life = lived();
  await stopped(life);
  await life.turn();
  await life.wait(10);
  expect(life.stateDisk.calls.filter((call) => call === 'rename')).toEqual(['rename']);
});
