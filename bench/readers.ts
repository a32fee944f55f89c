/** Who is compared, each in a process of its own that prints the lines it is handed into a file. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { script } from './child.ts';

export interface Contestant {
  readonly name: string;
  /** What to start for a log; the second argument is a file of its own to remember things in. Null if the tool is not there. */
  readonly command: ((log: string, state: string) => string[]) | null;
}

const GNU = /^tail \(GNU coreutils\) (\S+)/.exec(spawnSync('tail', ['--version'], { encoding: 'utf8' }).stdout)?.[1];

export const VERNEWATCH = 'vernewatch';

export const CONTESTANTS: readonly Contestant[] = [
  { name: 'npm `tail`', command: (log) => script('read-with-tail.ts', log) },
  { name: 'npm `tail`, polling', command: (log) => script('read-with-tail.ts', log, 'polling') },
  {
    name: `GNU \`tail -F\`${GNU === undefined ? '' : ` ${GNU}`}`,
    command: GNU === undefined ? null : (log) => ['tail', '-n', '0', '-F', log],
  },
  { name: VERNEWATCH, command: (log, state) => script('read-with-vernewatch.ts', log, state) },
];

/** None outlives us. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The end of what it printed, in which the last line is looked for. */
const END = 4096;

export class Reader {
  readonly output: string;
  readonly #errors: string;
  readonly #command: readonly string[];
  readonly #log: string;
  #child: ChildProcess | null = null;
  #printedBefore = 0;
  #size = 0;
  #movedAt = Date.now();

  constructor(command: NonNullable<Contestant['command']>, log: string, directory: string) {
    fs.mkdirSync(directory);
    this.#log = log;
    this.output = join(directory, 'output');
    this.#errors = join(directory, 'errors');
    this.#command = command(log, join(directory, 'state'));
  }

  start(): void {
    const [program = '', ...args] = this.#command;
    const files = [this.output, this.#errors].map((path) => fs.openSync(path, 'a'));
    const child = spawn(program, args, { stdio: ['ignore', ...files] });
    running.add(child);
    child.once('exit', () => running.delete(child));
    this.#child = child;
    for (const fd of files) fs.closeSync(fd);
    this.#printedBefore = fs.statSync(this.output).size;
  }

  /** It has printed something, or has said that there is no log yet, or has given up. */
  isListening(): boolean {
    const hasSpoken =
      fs.statSync(this.output).size > this.#printedBefore || (!fs.existsSync(this.#log) && fs.statSync(this.#errors).size > 0);
    return hasSpoken || this.hasEnded();
  }

  hasEnded(): boolean {
    return this.#child?.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Since when it prints nothing, as far as was asked. */
  quietMs(): number {
    const { size } = fs.statSync(this.output);
    if (size !== this.#size) this.#movedAt = Date.now();
    this.#size = size;
    return Date.now() - this.#movedAt;
  }

  hasPrinted(line: string): boolean {
    const fd = fs.openSync(this.output, 'r');
    const { size } = fs.fstatSync(fd);
    const bytes = Buffer.alloc(Math.min(size, END));
    fs.readSync(fd, bytes, 0, bytes.length, size - bytes.length);
    fs.closeSync(fd);
    return bytes.includes(line);
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    if (this.#child === null || this.hasEnded()) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill(signal);
    await ended;
  }
}
