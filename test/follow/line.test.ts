/** Lines that are not there yet, odd, long, or full of zeros. */
import { expect, test } from 'vitest';
import { followed, lines, text } from './followed.ts';

const MiB = 1024 * 1024;

test('half a line for minutes, in a log whose directory holds still', async () => {
  const log = await followed({ ahead: 3_600_000 });
  log.write(`${text(1, 2)}2026-11-20 th`);
  await log.ring();
  for (let minute = 0; minute < 5; minute += 1) await log.wait(60_000);
  log.write('ird\n');
  await log.ring();
  expect(log.seen).toEqual([...lines(1, 2), '2026-11-20 third']);
});

test('half a first line, in a log whose directory holds still', async () => {
  const log = await followed({ ahead: 3_600_000 });
  log.write('2026-11-20 fi');
  await log.ring();
  await log.wait(60_000);
  log.write('rst\n');
  await log.ring();
  expect(log.seen).toEqual(['2026-11-20 first']);
});

test('written byte by byte, in the middle of characters', async () => {
  const log = await followed();
  for (const byte of Buffer.from('grüße\n→ zwei\n')) {
    log.write(Uint8Array.of(byte));
    await log.ring();
  }
  expect(log.seen).toEqual(['grüße', '→ zwei']);
});

test('carriage returns stay, and so do empty lines', async () => {
  const log = await followed();
  log.write('one\r\n\r\n\nfour\r\n');
  await log.ring();
  expect(log.seen).toEqual(['one\r', '\r', '', 'four\r']);
});

test('offsets and line numbers, over passes and restarts', async () => {
  const log = await followed();
  log.write(text(1, 3));
  await log.ring();
  log.save();
  log.kill();
  log.write(text(4, 5));
  await log.ring();
  expect(log.blocks.map(({ offset, line }) => [offset, line])).toEqual([
    [0, 1],
    [Buffer.byteLength(text(1, 3)), 4],
  ]);
});

test('a first line of 1 MB, then one longer than 1 KiB that begins a rotated log', async () => {
  const log = await followed();
  log.write(`${'a'.repeat(MiB)}\n${text(1, 2)}`);
  await log.ring(10_000);
  await log.ring();
  log.rotate();
  log.write(`${'b'.repeat(1500)}\n${text(3, 4)}`);
  await log.ring();
  log.save();
  log.kill();
  await log.ring();
  expect(log.seen.map((line) => (line.length > 100 ? line.length : line))).toEqual([MiB, ...lines(1, 2), 1500, ...lines(3, 4)]);
});

test('a line over 8 MiB is cut, counted, and passed over, also by a restart within it', async () => {
  const log = await followed();
  log.write(`${text(1, 2)}${'x'.repeat(9 * MiB)}`);
  await log.ring();
  log.save();
  log.kill();
  log.write('x'.repeat(3 * MiB));
  await log.ring();
  log.write(`end\n${text(3, 4)}`);
  await log.ring();
  expect(log.seen.map((line) => (line.length > 100 ? line.length : line))).toEqual([...lines(1, 2), 64 * 1024, ...lines(3, 4)]);
  expect(log.notices.of('overlongLine')).toEqual([['overlongLine', log.path, 3]]);
  expect(log.blocks.at(-1)!.line).toBe(4);
});

test('zeros in the place of lines are passed over and counted; single ones belong to their line', async () => {
  const log = await followed();
  log.write(text(1, 2));
  await log.ring();
  log.write(Buffer.concat([Buffer.from('cut sh'), Buffer.alloc(4096), Buffer.from(`${text(3, 3)}a\0b\n`), Buffer.alloc(100)]));
  await log.ring();
  log.write(text(4, 4));
  await log.ring();
  expect(log.seen).toEqual([...lines(1, 2), 'cut sh', ...lines(3, 3), 'a\0b', ...lines(4, 4)]);
  expect(log.notices.of('nulHole').map(([, , bytes]) => bytes)).toEqual([4096, 100]);
});

test('an empty file, then lines', async () => {
  const log = await followed();
  log.write('');
  expect(await log.ring()).toBe(true);
  log.write(text(1, 1));
  await log.ring();
  expect(log.seen).toEqual(lines(1, 1));
});

test('two generations with the same first line', async () => {
  const log = await followed();
  log.write(`started\n${text(1, 5)}`);
  await log.ring();
  log.rotate();
  log.write(`started\n${text(6, 7)}`);
  await log.ring();
  log.save();
  log.kill();
  log.write(text(8, 9));
  log.rotate();
  log.write(text(10, 10));
  await log.ring();
  expect(log.seen).toEqual(['started', ...lines(1, 5), 'started', ...lines(6, 10)]);
});

test('a burst is handed over in turns', async () => {
  const log = await followed();
  log.write(text(1, 50_000));
  let turns = 0;
  while (!(await log.ring(200_000))) turns += 1;
  expect(turns).toBeGreaterThan(5);
  expect(log.seen).toEqual(lines(1, 50_000));
});
