/** A program of its own: what it prints, line by line, and what it takes of the machine (Linux). */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Of a clock tick, USER_HZ [proc(5)]. */
const TICK_MS = 10;

/** None outlives us. */
const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

export interface Usage {
  readonly rssMiB: number;
  readonly cpuMs: number;
}

export class Child {
  /** Returns when it has ended and all that it printed was taken. */
  readonly ended: Promise<unknown>;
  readonly #process: ChildProcess;

  /** @param take takes each whole line as it comes; @param torn what was printed behind the last one. */
  constructor([program = '', ...args]: readonly string[], take: (line: string) => void, torn: (rest: string) => void = () => undefined) {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    running.add(child);
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) take(line);
    });
    this.#process = child;
    this.ended = once(child, 'close').then(() => {
      running.delete(child);
      if (rest !== '') torn(rest);
    });
  }

  get hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }

  /** Null once it has ended. */
  usage(): Usage | null {
    try {
      const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
      const rss = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
      if (rss === undefined) return null;
      // Behind the name, which may hold anything: fields 14 and 15 are utime and stime.
      const stat = readFileSync(`/proc/${this.#process.pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return { rssMiB: Number(rss) / 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
    } catch {
      return null;
    }
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#process.kill(signal);
    await this.ended;
  }
}

/** The built program. */
export function vernewatch(...args: string[]): string[] {
  return [process.execPath, fileURLToPath(new URL('../dist/cli.js', import.meta.url)), ...args];
}

/** A script of this directory. */
export function script(name: string, ...args: string[]): string[] {
  return [process.execPath, '--import', 'tsx', fileURLToPath(new URL(name, import.meta.url)), ...args];
}
