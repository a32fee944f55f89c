/** `vernewatch follow` as a process of its own: what it does is waited for, never slept for. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { ROOT } from './cli.ts';

const PATIENCE_MS = 15_000;

export interface Entry {
  readonly [key: string]: unknown;
  readonly change?: string;
  readonly notice?: string;
  readonly alert?: string;
  readonly msg: string;
}

export class Service {
  readonly process: ChildProcess;
  stdout = '';
  stderr = '';
  readonly ended: Promise<number | null>;

  /** @param output who reads standard output; by default this. */
  constructor(args: readonly string[], { env = {}, output = 'pipe' }: { env?: NodeJS.ProcessEnv; output?: 'pipe' | number } = {}) {
    this.process = spawn(process.execPath, [join(ROOT, 'dist/cli.js'), 'follow', ...args], {
      cwd: ROOT,
      env: { ...process.env, TZ: 'UTC', ...env },
      stdio: ['ignore', output, 'pipe'],
    });
    this.process.stdout?.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.process.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve) => this.process.on('close', resolve));
    onTestFinished(() => void this.process.kill('SIGKILL'));
  }

  get entries(): Entry[] {
    return this.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Entry);
  }

  get changes(): string[] {
    return this.entries.flatMap(({ change }) => change ?? []);
  }

  /** Until it says so. */
  async says(what: string): Promise<void> {
    await until(
      () => this.entries.some(({ change, notice }) => change === what || notice === what),
      `${what} in ${this.stdout}${this.stderr}`,
    );
  }

  async signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    this.process.kill(signal);
    return this.ended;
  }
}

export async function until(isSo: () => boolean, what = 'it'): Promise<void> {
  const began = Date.now();
  while (!isSo()) {
    if (Date.now() - began > PATIENCE_MS) throw new Error(`waited in vain for ${what}`);
    await setTimeout(10);
  }
}
