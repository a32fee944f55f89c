/** Which files a path means. */
import * as nodeDisk from 'node:fs/promises';
import { link, mkdir, readFile, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { find, type Disk } from '../../src/sources/find.ts';
import { archive, directory, namedPipe } from './material.ts';

/** What was found and what was not, with `.` for the directory of the test. */
async function seen(root: string, paths: readonly string[], disk?: Disk): Promise<{ files: string[]; problems: string[] }> {
  const { found, problems } = await find(paths, disk);
  const short = (text: string): string => text.replaceAll(root, '.');
  return { files: found.map(({ file }) => short(file)), problems: problems.map(({ kind, message }) => `${kind}: ${short(message)}`) };
}

describe('a name', () => {
  test('is read as it was written', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    const written = [
      `${root}/console.log`,
      `${root}/../${root.split('/').at(-1)}/console.log`,
      relative(process.cwd(), `${root}/console.log`),
    ];
    for (const path of written) expect((await find([path])).found[0]?.file).toBe(path);
  });

  test('tells size and time of the file', async () => {
    const root = await directory({ 'console.log': 'abc\n' });
    await nodeDisk.utimes(`${root}/console.log`, 1_763_600_000, 1_763_600_000);
    expect((await find([`${root}/console.log`])).found).toEqual([{ file: `${root}/console.log`, size: 4, modified: 1_763_600_000_000 }]);
  });

  test('is read even if it is none that a directory would give', async () => {
    const root = await directory({ 'crash.log': 'a\n', '.hidden': 'b\n', 'x.prom': 'c\n', binary: 'x\0y\0z' });
    const paths = ['crash.log', '.hidden', 'x.prom', 'binary'].map((name) => `${root}/${name}`);
    expect(await seen(root, paths)).toEqual({ files: ['./crash.log', './.hidden', './x.prom', './binary'], problems: [] });
  });

  test('that is not there is a problem of its own', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    expect(await seen(root, [`${root}/consol.log`, `${root}/console.log`, `${root}/console.log/x`])).toEqual({
      files: ['./console.log'],
      problems: [
        'missing: no such file or directory: ./consol.log; check the name, or quote a pattern',
        'missing: no such file or directory: ./console.log/x; check the name, or quote a pattern',
      ],
    });
  });

  test('that may not be read is a problem of its own', async () => {
    const root = await directory({ 'console.log': 'a\n', 'other.log': 'b\n' });
    expect(await seen(root, [`${root}/console.log`, `${root}/other.log`], refusing('console.log', 'EACCES', -13))).toEqual({
      files: ['./other.log'],
      problems: ['unreadable: cannot read ./console.log: permission denied; run as a user that may read it (group vernemq)'],
    });
  });

  test('of a pipe is a file without a size, and is not opened', async () => {
    const root = await directory();
    if (!namedPipe(`${root}/pipe`)) return; // no such thing here
    const { found } = await find([`${root}/pipe`]);
    expect(found).toMatchObject([{ file: `${root}/pipe`, size: null }]);
  });

  test('that is given twice is read once', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    await link(`${root}/console.log`, `${root}/same.log`);
    const paths = ['console.log', './console.log', '', 'same.log'].map((name) => `${root}/${name}`);
    expect((await seen(root, paths)).files).toEqual(['./console.log']);
  });
});

describe('a directory', () => {
  test('is read with all below it, always in the same order', async () => {
    const root = await directory({
      'b/console.log': 'a\n',
      'a/console.log.0': 'a\n',
      'a/console.log': 'a\n',
      'c.log': '',
      'a/b/c/d.log': 'a\n',
    });
    expect(await seen(root, [root])).toEqual({
      files: ['./a/b/c/d.log', './a/console.log', './a/console.log.0', './b/console.log', './c.log'],
      problems: [],
    });
    expect((await seen(root, [`${root}/`])).files).toHaveLength(5);
  });

  test('leaves out what is no log, and says so', async () => {
    const names = [
      'console.log',
      'crash.log',
      'crash.log.0',
      'sasl.log',
      'erlang.log.1',
      'run_erl.log',
      'vernemq.prom',
      'burst.truth.json',
    ];
    const root = await directory({ ...Object.fromEntries(names.map((name) => [name, 'a\n'])), '.hidden': 'a\n', '.git/x.log': 'a\n' });
    const { files, problems } = await seen(root, [root]);
    expect(files).toEqual(['./console.log']);
    expect(problems).toHaveLength(7);
    expect(problems).toContain(
      'skipped: skipped ./run_erl.log: holds messages of the program that started the broker; name the file if you want it read',
    );
  });

  test('leaves out binary files, but neither archives nor logs with holes', async () => {
    const root = await directory({
      'hole-before.log': `${'\0'.repeat(5000)}a\n`,
      'hole-between.log': `a\n${'\0'.repeat(100)}b\n`,
      'empty.log': '',
      'image.png': '\x89PNG\r\n\0\0\0\rIHDR\0\0',
      'late.log': `${'a\n'.repeat(3000)}\0b\0`,
      gz: gzipSync('a\n'),
      zst: await archive('zst'),
      bz2: await archive('bz2'),
      xz: await archive('xz'),
    });
    const { files, problems } = await seen(root, [root]);
    expect(files).toEqual(['./bz2', './empty.log', './gz', './hole-before.log', './hole-between.log', './late.log', './xz', './zst']);
    expect(problems).toEqual([
      'skipped: skipped ./image.png: is neither text nor an archive that can be unpacked (gzip, zstd, bzip2, xz); name the file if you want it read',
    ]);
  });

  test('that contains itself ends, and every file in it is read once', async () => {
    const root = await directory({ 'logs/console.log': 'a\n', 'logs/deep/x.log': 'b\n', 'elsewhere/y.log': 'c\n' });
    await symlink('..', `${root}/logs/deep/up`);
    await symlink('.', `${root}/logs/here`);
    await symlink('../elsewhere', `${root}/logs/away`);
    await symlink('console.log', `${root}/logs/a-latest.log`);
    expect(await seen(root, [`${root}/logs`])).toEqual({
      files: ['./logs/console.log', './logs/deep/x.log', './logs/away/y.log'],
      problems: [],
    });
  });

  test('says which links lead nowhere', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    await symlink('gone.log', `${root}/broken.log`);
    await symlink('loop.log', `${root}/loop.log`);
    expect(await seen(root, [root])).toEqual({
      files: ['./console.log'],
      problems: [
        'missing: no such file or directory: ./broken.log; it is a link that leads nowhere, or was removed just now',
        'unreadable: cannot read ./loop.log: too many symbolic links encountered; name the file that the links should lead to',
      ],
    });
  });

  test('leaves out pipes and sockets', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => void server.listen(`${root}/socket`, resolve));
    expect(await seen(root, [root])).toEqual({
      files: ['./console.log'],
      problems: ['skipped: skipped ./socket: is a pipe, socket or device; name the file if you want it read'],
    });
  });

  test('goes on behind a file and a directory that may not be read', async () => {
    const root = await directory({ 'a.log': 'a\n', 'b/b.log': 'b\n', 'c.log': 'c\n' });
    expect(await seen(root, [root], refusing('a.log', 'EIO', -5))).toEqual({
      files: ['./b/b.log', './c.log'],
      problems: ['unreadable: cannot read ./a.log: i/o error; look after the disk, and read a copy'],
    });
    const { files, problems } = await seen(root, [root], refusing('/b', 'EACCES', -13));
    expect(files).toEqual(['./a.log', './c.log']);
    expect(problems).toHaveLength(1);
  });

  test('whose logs were all named before is no problem', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    expect(await seen(root, [`${root}/console.log`, root])).toEqual({ files: ['./console.log'], problems: [] });
  });

  test('is not said to be empty if its log may not be read', async () => {
    const root = await directory({ 'console.log': 'a\n' });
    expect((await seen(root, [root], refusing('console.log', 'EACCES', -13))).problems).toEqual([
      'unreadable: cannot read ./console.log: permission denied; run as a user that may read it (group vernemq)',
    ]);
  });

  test('without a log is a problem', async () => {
    const root = await directory({ '.hidden': 'a\n' });
    await mkdir(`${root}/deeper`);
    expect(await seen(root, [root])).toEqual({
      files: [],
      problems: ['missing: no logs in .; give the directory that holds console.log'],
    });
  });
});

describe('a glob', () => {
  test('gives names as the user would write them', async () => {
    const root = await directory({ 'n1/console.log': 'a\n', 'n2/console.log': 'b\n', 'n2/console.log.0': 'b\n', 'n2/other': 'b\n' });
    expect((await seen(root, [`${root}/*/console.log*`])).files).toEqual(['./n1/console.log', './n2/console.log', './n2/console.log.0']);
    expect((await seen(root, [`${root}/{n1,n3}/*`])).files).toEqual(['./n1/console.log']);
    expect((await seen(root, [`${root}/{n1/con,n2/oth}*`])).files).toEqual(['./n1/console.log', './n2/other']);
    const near = relative(process.cwd(), root);
    expect((await find([`${near}/n1/*.log`])).found.map(({ file }) => file)).toEqual([`${near}/n1/console.log`]);
    expect((await find(['./fixtures/arch*/*.gz'])).found.map(({ file }) => file)).toEqual(['./fixtures/archives/two-halves.log.gz']);
    expect((await find(['fixt*/archives/*.gz'])).found.map(({ file }) => file)).toEqual(['fixtures/archives/two-halves.log.gz']);
  });

  test('names files, so they are read whatever they are, and directories, so they are walked', async () => {
    const root = await directory({ 'crash.log': 'a\n', 'node/console.log': 'b\n', 'node/crash.log': 'c\n' });
    expect((await seen(root, [`${root}/*`])).files).toEqual(['./crash.log', './node/console.log']);
  });

  test('that matches nothing is a problem', async () => {
    const root = await directory();
    expect((await seen(root, [`${root}/*.log`])).problems).toEqual(['missing: ./*.log matches nothing; check the pattern']);
  });

  test('is none if a file has that name', async () => {
    const root = await directory({ 'node[1].log': 'a\n', 'node1.log': 'b\n' });
    expect((await seen(root, [`${root}/node[1].log`])).files).toEqual(['./node[1].log']);
    expect((await seen(root, [`${root}/node\\[1\\]*`])).files).toEqual(['./node[1].log']);
    expect((await seen(root, [`${root}/node\\[1\\].log`])).files).toEqual(['./node[1].log']);
  });

  test('over a directory that contains itself ends', async () => {
    const root = await directory({ 'a/x.log': 'a\n' });
    await symlink('..', `${root}/a/up`);
    expect((await seen(root, [`${root}/**/*.log`])).files).toEqual(['./a/x.log']);
  });
});

test('what goes wrong without the operating system is not swallowed', async () => {
  const root = await directory({ 'console.log': 'a\n' });
  const broken = { ...nodeDisk, stat: () => Promise.reject(new TypeError('a fault of ours')) } as unknown as Disk;
  await expect(find([`${root}/console.log`], broken)).rejects.toThrow('a fault of ours');
  expect(await readFile(`${root}/console.log`, 'utf8')).toBe('a\n');
});

/** A disk that refuses what ends in this name; root, which tests may run as, is refused nothing by a real one. */
function refusing(name: string, code: string, errno: number): Disk {
  const refuse =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> =>
      String(args[0]).endsWith(name) ? Promise.reject(Object.assign(new Error(code), { code, errno, syscall: 'open' })) : call(...args);
  return { ...nodeDisk, open: refuse(nodeDisk.open), readdir: refuse(nodeDisk.readdir) as Disk['readdir'] };
}
