/** From what the user typed to the lines of every log. */
import * as nodeDisk from 'node:fs/promises';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Disk } from '../../src/sources/find.ts';
import { openArchives, type ArchiveOptions } from '../../src/sources/archive.ts';
import { archive, ARCHIVED, ARCHIVES, directory, linesOf, log, namedPipe, textOf } from './material.ts';

const NOW = 1_795_213_257_566;

function options(more: Partial<ArchiveOptions> = {}): ArchiveOptions {
  return { stdin: Readable.from([]), now: () => NOW, ...more };
}

test('every log is read from its oldest generation to its newest', async () => {
  const root = await directory({
    'n1/console.log': log(10, 20),
    'n1/console.log.0': log(10, 10),
    'n1/console.log.1.gz': gzipSync(log(10)),
    'n2/console.log-20261119': log(5),
    'n2/console.log': log(5, 5),
  });
  const { logs, problems } = await openArchives([root], options());
  expect(problems).toEqual([]);
  expect(logs.map(({ name }) => name)).toEqual([`${root}/n1/console.log`, `${root}/n2/console.log`]);
  const texts = await Promise.all(logs.map(async ({ inputs }) => (await Promise.all(inputs.map(textOf))).join('')));
  expect(texts).toEqual([log(30).toString(), log(10).toString()]);
});

test.each(ARCHIVES)('lines and offsets of a .%s are those of the log, under any name', async (ending) => {
  const root = await directory({ plain: ARCHIVED, packed: await archive(ending) });
  const { logs } = await openArchives([`${root}/plain`, `${root}/packed`], options());
  const [plain, packed] = await Promise.all(logs.map(({ inputs }) => linesOf(inputs[0]!.blocks())));
  expect(packed).toEqual(plain);
  expect(logs.map(({ inputs }) => inputs[0]!.failure())).toEqual([null, null]);
});

test('generations given one by one in any order are one log', async () => {
  const root = await directory({ 'console.log': log(1, 2), 'console.log.2.gz': gzipSync(log(1)), 'console.log.1': log(1, 1) });
  const paths = ['console.log', 'console.log.1', 'console.log.2.gz'].map((name) => `${root}/${name}`);
  const { logs } = await openArchives(paths, options());
  expect(logs.map(({ inputs }) => inputs.map(({ file }) => file))).toEqual([paths.toReversed()]);
});

test('of a file and its packed twin one is read, and the other said', async () => {
  const root = await directory({ 'console.log.0': log(3), 'console.log.0.gz': gzipSync(log(3)).subarray(0, 30) });
  const { logs, problems } = await openArchives([root], options());
  expect(logs.map(({ inputs }) => inputs.map(({ file }) => file))).toEqual([[`${root}/console.log.0`]]);
  expect(problems).toEqual([
    {
      path: `${root}/console.log.0.gz`,
      kind: 'skipped',
      message: `skipped ${root}/console.log.0.gz: ${root}/console.log.0 holds the same, so it was read instead; if rotation is under way, it is about to be done`,
    },
  ]);
});

test('progress counts the bytes on disk up to the size', async () => {
  const root = await directory({ plain: log(20_000), packed: gzipSync(log(20_000)), empty: '' });
  const { logs } = await openArchives([root], options());
  for (const { inputs } of logs) {
    const [input] = inputs;
    const told: number[] = [];
    for await (const block of input!.blocks((bytesRead) => told.push(bytesRead))) expect(block.bytes.length).toBeGreaterThan(0);
    expect(told.at(-1) ?? 0).toBe(input!.size);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  }
});

describe('what fails while it is read', () => {
  test('a broken archive is read as far as it goes', async () => {
    const root = await directory({ 'console.log.0.gz': gzipSync(ARCHIVED).subarray(0, 9000), 'console.log': log(2) });
    const { logs } = await openArchives([root], options());
    const [broken, whole] = logs[0]!.inputs;
    const text = await textOf(broken!);
    expect(text.length).toBeGreaterThan(10_000);
    expect(ARCHIVED.toString().startsWith(text)).toBe(true);
    expect(broken!.failure()).toBe(
      `${root}/console.log.0.gz ends in the middle of its gzip data; what came before was read; if it is still being copied or compressed, wait and run again, else get a complete copy`,
    );
    expect(await textOf(whole!)).toBe(log(2).toString());
    expect(whole!.failure()).toBe(null);
  });

  test('a disk that fails in the middle leaves the lines before', async () => {
    const root = await directory({ 'console.log': log(20_000) });
    const { logs } = await openArchives([`${root}/console.log`], options({ disk: failingAfter(1) }));
    const text = await textOf(logs[0]!.inputs[0]!);
    expect(text.length).toBe(1024 * 1024);
    expect(logs[0]!.inputs[0]!.failure()).toBe(`cannot read ${root}/console.log: i/o error; look after the disk, and read a copy`);
  });

  test('a file that was rotated away in the meantime', async () => {
    const root = await directory({ 'console.log': log(2) });
    const { logs } = await openArchives([root], options());
    await nodeDisk.rm(`${root}/console.log`);
    expect(await textOf(logs[0]!.inputs[0]!)).toBe('');
    expect(logs[0]!.inputs[0]!.failure()).toBe(
      `cannot read ${root}/console.log: no such file or directory; it was there a moment ago and may have been rotated; run again`,
    );
  });

  test('a directory that took the place of a file', async () => {
    const root = await directory({ 'console.log': log(2) });
    const { logs } = await openArchives([root], options());
    await nodeDisk.rm(`${root}/console.log`);
    await nodeDisk.mkdir(`${root}/console.log`);
    expect(await textOf(logs[0]!.inputs[0]!)).toBe('');
    expect(logs[0]!.inputs[0]!.failure()).toMatch(/^cannot read .*: illegal operation on a directory; name the files in it/);
  });

  test('a fault of ours is not dressed up as one of the file', async () => {
    const root = await directory({ 'console.log': log(2) });
    const { logs } = await openArchives([root], options());
    const reading = textOf({
      ...logs[0]!.inputs[0]!,
      blocks: () =>
        logs[0]!.inputs[0]!.blocks(() => {
          throw new TypeError('a fault of ours');
        }),
    });
    await expect(reading).rejects.toThrow('a fault of ours');
  });
});

test('a reader that stops early leaves no file open', async () => {
  const root = await directory({ 'console.log': log(20_000), 'packed.gz': gzipSync(log(20_000)), xz: await archive('xz') });
  let open = 0;
  const counting = {
    ...nodeDisk,
    open: async (...args: Parameters<typeof nodeDisk.open>) => {
      const handle = await nodeDisk.open(...args);
      const close = handle.close.bind(handle);
      open += 1;
      return Object.assign(handle, {
        close: () => {
          open -= 1;
          return close();
        },
      });
    },
  } as Disk;
  const { logs } = await openArchives([root], options({ disk: counting }));
  for (const { inputs } of logs) {
    for await (const block of inputs[0]!.blocks()) {
      expect(block.offset).toBe(0);
      break;
    }
  }
  expect(logs).toHaveLength(3);
  expect(open).toBe(0);
});

test('an over-long line is counted', async () => {
  const root = await directory({ 'console.log': `${'x'.repeat(9 * 1024 * 1024)}\nb\n` });
  const { logs } = await openArchives([root], options());
  const [input] = logs[0]!.inputs;
  expect((await linesOf(input!.blocks())).map(({ text }) => text.length)).toEqual([65_537, 2]);
  expect(input!.overlong()).toBe(1);
});

describe('standard input', () => {
  test.each([
    ['plain', (text: Buffer) => text],
    ['packed', (text: Buffer) => gzipSync(text)],
  ])('is a log of its own, %s', async (_, pack) => {
    const { logs, problems } = await openArchives(['-'], options({ stdin: Readable.from([pack(log(9))]) }));
    expect(problems).toEqual([]);
    expect(logs).toMatchObject([{ name: '-', inputs: [{ file: '-', size: null, modified: NOW }] }]);
    expect(await textOf(logs[0]!.inputs[0]!)).toBe(log(9).toString());
  });

  test('is read once, beside files', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    const { logs } = await openArchives(['-', root, '-'], options({ stdin: Readable.from(['b\n']) }));
    expect(logs.map(({ name }) => name)).toEqual([`${root}/console.log`, '-']);
    expect(await textOf(logs[1]!.inputs[0]!)).toBe('b\n');
  });

  test('that is a terminal is refused', async () => {
    const { logs, problems } = await openArchives(['-'], options({ stdin: Object.assign(Readable.from([]), { isTTY: true }) }));
    expect(logs).toEqual([]);
    expect(problems.map(({ message }) => message)).toEqual([
      'cannot read standard input: it is a terminal; pipe a log into it, or name files',
    ]);
  });
});

test('a named pipe is read', async () => {
  const root = await directory();
  if (!namedPipe(`${root}/pipe`)) return; // no such thing here
  const { logs } = await openArchives([`${root}/pipe`], options());
  const [text] = await Promise.all([textOf(logs[0]!.inputs[0]!), writeFile(`${root}/pipe`, gzipSync(log(100)))]);
  expect(text).toBe(log(100).toString());
});

/** A disk whose files fail at the read after so many. */
function failingAfter(reads: number): Disk {
  const open = async (...args: Parameters<typeof nodeDisk.open>): Promise<nodeDisk.FileHandle> => {
    const handle = await nodeDisk.open(...args);
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<unknown>;
    let done = 0;
    return Object.assign(handle, {
      read: (...how: unknown[]) => {
        if (done === reads)
          return Promise.reject(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' }));
        done += 1;
        return read(...how);
      },
    });
  };
  return { ...nodeDisk, open };
}
