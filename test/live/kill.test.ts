/** Killed between any two calls, of the disk of the logs and of that of the state: the alerts are the same. Changes may be told again. */
import { expect, test } from 'vitest';
import { outcomeOf } from '../helpers/engine.ts';
import { Killed } from '../follow/disk.ts';
import { entriesOf, Lived, range, refusals } from './lived.ts';

const parts = [
  refusals(range(0, 3)),
  refusals(range(4, 9), 'pump-8'),
  refusals(range(20, 30)) + refusals([200]),
  refusals(range(201, 207), 'pump-9') + refusals([260]),
];
const wanted = entriesOf(outcomeOf([parts.join('')]).snapshot.alerts);

/** @param before told before each part is written; kills or does not. */
async function play(life: Lived, doom: (part: number) => void): Promise<void> {
  for (const [index, part] of parts.entries()) {
    if (index === 2) life.log().rotate();
    life.write(part);
    doom(index);
    try {
      await life.turn();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
    life.disk.seam = () => undefined;
    life.stateDisk.seam = () => undefined;
    if (life.isDoomed) life.kill();
    await life.turn();
    // So that lines are saved as well.
    await life.wait(1);
  }
  await life.wait(3);
}

async function check(life: Lived): Promise<void> {
  const kinds = new Set(life.changes);
  expect(await life.alerts()).toEqual(wanted);
  expect([...kinds]).toEqual(expect.arrayContaining(['raised 5', 'cleared 90', 'raised 205']));
}

test.each(parts.map((_, index) => index))('before any call of the disk of the logs, while part %i is read', async (doomed) => {
  for (let call = 0, more = true; more; call += 1) {
    const life = new Lived();
    try {
      let left = call;
      await play(life, (part) => {
        if (part !== doomed) return;
        life.disk.seam = () => {
          if ((left -= 1) < 0) life.doom();
        };
      });
      more = left < 0;
      await check(life);
    } finally {
      await life.end();
    }
  }
});

test.each(parts.map((_, index) => index))('before any call of the disk of the state, while part %i is read', async (doomed) => {
  let died = 0;
  for (let call = 0; call < 8; call += 1) {
    const life = new Lived();
    try {
      let left = call;
      await play(life, (part) => {
        if (part !== doomed) return;
        life.now += 1_000;
        life.stateDisk.seam = () => {
          if ((left -= 1) >= 0) return;
          died += life.isDoomed ? 0 : 1;
          life.doom();
        };
      });
      await check(life);
    } finally {
      await life.end();
    }
  }
  expect(died).toBeGreaterThanOrEqual(4);
});

test('a change that nobody took is told again after a restart, one that was taken is not', async () => {
  const life = new Lived();
  try {
    life.refuse(range(0, 5));
    life.reads = false;
    await life.turn();
    life.kill();
    life.reads = true;
    await life.turn();
    expect(life.changes).toEqual(['raised 5']);
    life.kill();
    await life.turn();
    expect(life.changes).toEqual(['raised 5']);
  } finally {
    await life.end();
  }
});

test('taken long after it was saved: that is saved, too', async () => {
  const life = new Lived();
  try {
    life.refuse(range(0, 5));
    life.reads = false;
    await life.turn();
    await life.wait(10);
    life.takeAll();
    await life.turn();
    life.kill();
    life.reads = true;
    await life.turn();
    expect(life.changes).toEqual(['raised 5']);
  } finally {
    await life.end();
  }
});

test('what was told is saved at once, however little time has passed', async () => {
  const life = new Lived();
  try {
    life.refuse(range(0, 3));
    await life.turn();
    life.refuse([4, 5]);
    await life.turn();
    life.kill();
    await life.turn();
    expect(life.changes).toEqual(['raised 5']);
  } finally {
    await life.end();
  }
});

test('taken before it was saved: told again rather than not at all', async () => {
  const life = new Lived();
  try {
    life.refuse(range(0, 5));
    await life.start();
    life.stateDisk.seam = () => life.doom();
    await life.turn();
    life.kill();
    await life.turn();
    expect(life.changes).toEqual(['raised 5', 'raised 5']);
  } finally {
    await life.end();
  }
});
