/**
 * Logs to be read once from end to end: files, directories, globs, standard input, plain or packed; each log with its generations, oldest
 * first.
 */
import * as nodeDisk from 'node:fs/promises';
import { find, type Disk, type Found } from './find.ts';
import { logsOf } from './generations.ts';
import { inputOf, type ArchiveInput, type ArchiveLog, type Progress } from './input.ts';
import { partsOf, type Part } from './part.ts';
import { skipped, type Problem } from './problem.ts';
import { pipe, STDIN } from './stdin.ts';
import { HEAD, isPacked } from './unpack.ts';

export interface ArchiveOptions {
  readonly stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  readonly now: () => number;
  /** The file system; another one in tests. */
  readonly disk?: Disk;
}

const KiB = 1024;
/** Measured: 64 KiB reads take five times as long (speed.md). */
const LONGEST_READ = 1024 * KiB;

/** @param paths files, directories, globs, `-`. What is wrong with one of them does not stop the others. */
export async function openArchives(
  paths: readonly string[],
  { stdin, now, disk = nodeDisk }: ArchiveOptions,
): Promise<{ logs: readonly ArchiveLog[]; problems: readonly Problem[] }> {
  const { found, problems } = await find(
    paths.filter((path) => path !== STDIN),
    disk,
  );
  const inputs = new Map(found.map((file) => [file.file, open(file, disk)]));
  const { logs, twins } = logsOf([...inputs.keys()]);
  const opened = {
    logs: logs.map(({ name, files }): ArchiveLog => ({ name, inputs: files.map((file) => inputs.get(file)!) })),
    problems: [
      ...problems,
      ...twins.map(({ file, of }) =>
        skipped(file, `${of} holds the same, so it was read instead`, 'if rotation is under way, it is about to be done'),
      ),
    ],
  };
  if (!paths.includes(STDIN)) return opened;
  if (stdin.isTTY === true) return { ...opened, problems: [...opened.problems, NO_PIPE] };
  return { ...opened, logs: [...opened.logs, { name: STDIN, inputs: [pipe(stdin, now())] }] };
}

const NO_PIPE: Problem = {
  path: STDIN,
  kind: 'unreadable',
  message: 'cannot read standard input: it is a terminal; pipe a log into it, or name files',
};

function open(found: Found, disk: Disk): ArchiveInput {
  return inputOf(
    found,
    (progress) => piecesOf(found, disk, progress),
    async (length) => partsOf(found, isPacked(await headOf(found, disk)), length),
  );
}

/** A part of a file, to be read without the rest. Blocks begin up to a line before the part, and go on behind it. */
export function openPart(part: Part, disk: Disk = nodeDisk): ArchiveInput {
  if (part.from === 0) return open(part, disk);
  // A byte before, which tells whether a line begins with the part.
  const start = part.from - 1;
  const input = inputOf(part, (progress) => piecesOf(part, disk, progress, start));
  return {
    ...input,
    async *blocks(progress) {
      for await (const block of input.blocks(progress)) yield { offset: start + block.offset, bytes: block.bytes };
    },
  };
}

async function headOf({ file }: Found, disk: Disk): Promise<Uint8Array> {
  const handle = await disk.open(file);
  try {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function* piecesOf({ file, size }: Found, disk: Disk, progress: Progress, start = 0): AsyncGenerator<Uint8Array, void, void> {
  const handle = await disk.open(file);
  try {
    // Room for a little more than the file has: the live one grows meanwhile.
    const length = Math.min(LONGEST_READ, (size ?? LONGEST_READ) + 64 * KiB);
    let [buffer, other] = [Buffer.allocUnsafeSlow(length), Buffer.allocUnsafeSlow(length)];
    let total = 0;
    // A pipe has no positions.
    const read = (into: Buffer) => handle.read(into, 0, length, start === 0 ? null : start + total);
    // The next piece is read while somebody looks at this one.
    for (let coming = read(buffer); ; [buffer, other] = [other, buffer]) {
      const { bytesRead } = await coming;
      if (bytesRead === 0) return;
      total += bytesRead;
      coming = read(other);
      coming.catch(() => undefined);
      progress(total);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}
