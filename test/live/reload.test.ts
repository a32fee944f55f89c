/** Other rules, other logs, other names: what is known of what stays is kept. */
import * as fs from 'node:fs';
import { expect, test } from 'vitest';
import type { AlertDefinition } from '../../src/core/model.ts';
import type { Knowledge } from '../../src/core/pack/compile.ts';
import { knowledge } from '../helpers/engine.ts';
import { clock, denied, otp } from '../helpers/lines.ts';
import { lived, range, type Lived } from './lived.ts';

const REFUSED = 'vernemq_mqtt_connack_sent_reason_unsuccessful';

/** @param change of the rule; null: it is turned off. */
function adjusted(change: Partial<AlertDefinition> | null, name = REFUSED): Knowledge {
  const alerts = knowledge.alerts.flatMap((alert) => {
    if (alert.alert !== name) return [alert];
    return change === null ? [] : [{ ...alert, ...change }];
  });
  return { ...knowledge, alerts };
}

const logs = [{ path: 'console.log' }];

async function raised(): Promise<Lived> {
  const life = lived(logs);
  life.refuse(range(0, 7));
  await life.turn();
  expect(life.changes).toEqual(['raised 5']);
  return life;
}

test.each([
  ['nothing', knowledge],
  ['another rule', adjusted({ raiseAbove: 1 }, 'vernemq_mqtt_publish_auth_errors')],
  ['packs, one pattern less', { ...knowledge, patterns: knowledge.patterns.slice(0, -1) }],
])('changed: %s. A raised alert goes on with its clients', async (_, known) => {
  const life = await raised();
  await life.live.reload(life.watching(logs, known));
  life.refuse([8, 9], { client: 'lamp-1' });
  await life.turn();
  await life.wait(63);
  expect(life.changes).toEqual(['raised 5', 'cleared 69']);
  expect(life.told.at(-1)!.alert.offenders.map(({ clientId, events }) => [clientId, events])).toEqual([
    ['pump-7', 8],
    ['lamp-1', 2],
  ]);
});

test('what was counted before counts afterwards', async () => {
  const life = lived(logs);
  life.refuse([0, 1, 2]);
  await life.turn();
  await life.live.reload(life.watching(logs));
  life.refuse([3, 4, 5]);
  await life.turn();
  expect(life.changes).toEqual(['raised 5']);
});

test('a lower limit is in force at once, a higher one too', async () => {
  const life = lived(logs);
  await life.turn();
  life.write('');
  await life.turn();
  await life.live.reload(life.watching(logs, adjusted({ raiseAbove: 1 })));
  life.refuse([0, 1]);
  await life.turn();
  expect(life.changes).toEqual(['raised 1']);
  await life.live.reload(life.watching(logs, adjusted({ raiseAbove: 10 })));
  life.refuse(range(100, 109));
  await life.turn();
  expect(life.changes.slice(1)).not.toContainEqual(expect.stringContaining('raised'));
  life.refuse([110]);
  await life.turn();
  expect(life.changes.at(-1)).toBe('raised 110');
});

test('a rule that was changed begins anew', async () => {
  const life = lived(logs);
  life.refuse([0, 1, 2]);
  await life.turn();
  await life.live.reload(life.watching(logs, adjusted({ raiseAbove: 3 })));
  life.refuse([3, 4, 5]);
  await life.turn();
  expect(life.changes).toEqual([]);
  life.refuse([6]);
  await life.turn();
  expect(life.changes).toEqual(['raised 6']);
});

test('a rule is turned off: the others go on', async () => {
  const life = await raised();
  life.write(
    range(10, 16)
      .map((at) => otp(clock(at), denied('lamp-1')))
      .join(''),
  );
  await life.turn();
  await life.live.reload(life.watching(logs, adjusted(null)));
  life.refuse(range(17, 30));
  await life.turn();
  await life.wait(63);
  expect(life.told.map(({ change, alert }) => `${change} ${alert.definition.alert}`).slice(1)).toEqual([
    'raised vernemq_mqtt_publish_auth_errors',
    'lost_sight vernemq_mqtt_connack_sent_reason_unsuccessful',
    'cleared vernemq_mqtt_publish_auth_errors',
  ]);
});

test('a log is added: read from where it is to begin', async () => {
  const life = await raised();
  life.refuse(range(0, 7), { name: 'b/console.log' });
  await life.live.reload(life.watching([...logs, { path: 'b/console.log', node: 'b' }]));
  await life.turn();
  expect(life.changes).toEqual(['raised 5', 'raised 5 b']);
});

test('a log is removed: closed, said, and not read any more; the other goes on', async () => {
  const both = [...logs, { path: 'b/console.log', node: 'b' }];
  const life = lived(both);
  life.refuse(range(0, 7));
  life.refuse([0, 1, 2], { name: 'b/console.log' });
  await life.turn();
  await life.live.reload(life.watching(logs));
  expect(life.notices).toContain('not_following');
  life.refuse(range(3, 9), { name: 'b/console.log' });
  await life.turn();
  await life.wait(63);
  expect(life.changes).toEqual(['raised 5', 'cleared 67']);
  expect(life.disk.descriptors).toBe(1);
});

test('one of two logs of a node is removed: nobody waits for it', async () => {
  const both = [...logs, { path: 'error.log' }];
  const life = lived(both);
  life.refuse([0, 1, 2]);
  life.refuse([0], { name: 'error.log' });
  await life.turn();
  fs.unlinkSync(life.log('error.log').path);
  await life.live.reload(life.watching(logs));
  life.refuse([3, 4, 5]);
  await life.turn();
  expect(life.changes).toEqual(['raised 5']);
  await life.wait(63);
  expect(life.changes).toEqual(['raised 5', 'cleared 65']);
});

test('the node has another name: read on where it was, counted anew', async () => {
  const life = lived([{ node: 'old' }]);
  life.refuse([0, 1, 2, 3]);
  await life.turn();
  await life.live.reload(life.watching([{ node: 'new' }]));
  life.refuse(range(4, 9));
  await life.turn();
  expect(life.changes).toEqual(['raised 9 new']);
  expect(life.told[0]!.alert.events).toBe(6);
});

test('a restart after a reload goes on from it', async () => {
  const life = await raised();
  const other = life.watching(
    [...logs, { path: 'b/console.log', node: 'b' }],
    adjusted({ raiseAbove: 1 }, 'vernemq_mqtt_publish_auth_errors'),
  );
  await life.live.reload(other);
  await life.turn();
  life.kill();
  life.watch = other;
  life.refuse([8], { client: 'lamp-1' });
  await life.turn();
  await life.wait(63);
  expect(life.changes).toEqual(['raised 5', 'cleared 68']);
  expect(life.told.at(-1)!.alert.events).toBe(9);
});
