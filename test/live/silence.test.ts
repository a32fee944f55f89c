/** A log that says nothing clears by the clock, a log that cannot be read says nothing about anybody. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import { systemError } from '../follow/disk.ts';
import { clock, denied, otp, refused } from '../helpers/lines.ts';
import { lived, range } from './lived.ts';

test('clears at its last event + 60 s, once the clock is further by that and what a writer may lag', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  await life.wait(62.9);
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(0.1);
  expect(life.changes).toEqual(['raised 5', 'cleared 69']);
});

test('a line of anybody else is no silence, but it tells the time', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  await life.wait(50);
  life.write(otp(clock(59), 'nothing to do with it', { level: 'info' }));
  await life.wait(10);
  await life.wait(12.9);
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(0.1);
  expect(life.changes).toEqual(['raised 5', 'cleared 69']);
});

test('while there is more to read the clock says nothing', async () => {
  const life = lived();
  const lines = otp(clock(20), 'x'.repeat(100_000), { level: 'info' });
  life.refuse(range(0, 9));
  life.write(lines.repeat(45));
  life.refuse([30]);
  await life.start();
  await life.live.turn();
  life.now += 600_000;
  fs.utimesSync(life.log().path, 0, 0);
  expect(await life.live.turn()).toBe(false);
  expect(life.changes).toEqual(['raised 5', 'cleared 90']);
});

test('half a line is not there yet', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  const line = otp(clock(68), refused('pump-7'));
  life.write(line.slice(0, 50));
  await life.wait(62);
  life.write(line.slice(50));
  await life.turn();
  await life.wait(62);
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(1);
  expect(life.changes).toEqual(['raised 5', 'cleared 128']);
});

test('missing: after 60 s nobody knows, said once; it clears when it is there again', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  life.log().rename('console.log', 'elsewhere');
  await life.wait(59.9);
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(0.1);
  await life.wait(600);
  expect(life.changes).toEqual(['raised 5', 'lost_sight 5']);
  life.log().rename('elsewhere', 'console.log');
  await life.wait(1);
  await life.wait(62);
  expect(life.changes).toEqual(['raised 5', 'lost_sight 5']);
  await life.wait(1);
  expect(life.changes).toEqual(['raised 5', 'lost_sight 5', 'cleared 69']);
  expect(life.notices).toEqual(expect.arrayContaining(['missing', 'blind', 'appeared', 'sees_again']));
});

test('not readable: the same', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  life.disk.seam = (operation) => {
    if (operation === 'read') throw systemError('EIO', -5, 'read');
  };
  await life.waitInSteps(300);
  expect(life.changes).toEqual(['raised 5', 'lost_sight 5']);
  life.disk.seam = () => undefined;
  life.refuse([10]);
  await life.wait(1);
  await life.wait(63);
  expect(life.changes).toEqual(['raised 5', 'lost_sight 5', 'cleared 70']);
});

test('two logs of a node are missing: said once for each alert', async () => {
  const life = lived([{ path: 'console.log' }, { path: 'error.log' }]);
  life.refuse(range(0, 9));
  life.write('', 'error.log');
  await life.turn();
  await life.wait(3);
  fs.unlinkSync(life.log().path);
  fs.unlinkSync(life.log('error.log').path);
  await life.waitInSteps(100);
  expect(life.changes).toEqual(['raised 5', 'lost_sight 5']);
});

test('an old file that can never be read again does not keep an alert for ever', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  life.log().rotate();
  life.refuse([10]);
  await life.turn();
  // As a network file system answers for a file that somebody else has removed.
  fs.unlinkSync(life.log().at('console.log.0'));
  life.disk.seam = (operation, path) => {
    if ((operation === 'read' || operation === 'fstat') && path.endsWith('.0')) throw systemError('ESTALE', -116, operation);
  };
  await life.waitInSteps(100);
  expect(life.changes).toEqual(['raised 5', 'cleared 70']);
});

test.each([
  ['for a while after the rotation', 1],
  ['for longer than anybody waits', 50],
])('the gap of a rotation is no silence: no live log %s', async (_, seconds) => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  life.log().rotate();
  await life.wait(seconds);
  life.refuse([11]);
  await life.turn();
  await life.wait(62);
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(1);
  expect(life.changes).toEqual(['raised 5', 'cleared 71']);
});

test('begun in the gap of a rotation: two lines of one refusal in two files are one', async () => {
  const life = lived();
  const pid = { pid: '<0.900.0>' };
  life.write(otp(clock(0), denied('pump-7'), { ...pid, level: 'error', at: 'vmq_mqtt_fsm:auth_on_publish' }));
  life.log().rotate();
  await life.turn();
  life.write(
    otp(clock(0.1), `can't authenticate last will, for client {[],<<"pump-7">>} due to not_allowed`, {
      ...pid,
      at: 'vmq_mqtt_fsm:check_will',
    }),
  );
  life.refuse([1, 2, 3, 4, 5]);
  await life.wait(3);
  await life.wait(70);
  expect(life.told.map(({ change, alert }) => [change, alert.definition.alert, alert.events])).toEqual([
    ['raised', 'vernemq_mqtt_connack_sent_reason_unsuccessful', 6],
    ['cleared', 'vernemq_mqtt_connack_sent_reason_unsuccessful', 6],
  ]);
});

test('the clock is set forward: silence, for the broker as well; set back: nothing has passed', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  await life.wait(-3_600);
  await life.wait(-86_400);
  await life.wait(62.9);
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(86_400);
  expect(life.changes).toEqual(['raised 5', 'cleared 69']);
  life.refuse(range(200, 205));
  await life.wait(-86_400);
  expect(life.changes).toEqual(['raised 5', 'cleared 69', 'raised 205']);
});

test('started after an hour of silence: cleared at once, at its own time', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  await life.stop();
  life.now += 3_600_000;
  await life.turn();
  expect(life.changes).toEqual(['raised 5', 'cleared 69']);
});

test('started while an incident runs: the time before counts as silence, no more than that', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  await life.turn();
  life.kill();
  life.now += 40_000;
  await life.turn();
  await life.wait(22.9);
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(0.2);
  expect(life.changes).toEqual(['raised 5', 'cleared 69']);
});

test('begun anew with an old log: raised and cleared at once', async () => {
  const life = lived();
  life.refuse(range(0, 9));
  life.now += 3_600_000;
  await life.turn();
  expect(life.changes).toEqual(['raised 5', 'cleared 69']);
});
