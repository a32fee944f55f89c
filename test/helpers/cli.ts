/** The built program as a child process. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CLI = join(ROOT, 'dist/cli.js');

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** @param stdin what is piped in; nothing by default. @param cli another copy of the program. */
export function vernewatch(
  args: readonly string[],
  stdin: string | Buffer = '',
  env: NodeJS.ProcessEnv = {},
  cli: string = CLI,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { cwd: ROOT, env: { ...process.env, TZ: 'UTC', ...env } });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }));
    child.stdin.end(stdin);
  });
}

/** A directory that is gone after the test. */
export function scratch(files: Readonly<Record<string, string | Buffer>> = {}): (name: string) => string {
  const directory = mkdtempSync(join(tmpdir(), 'vernewatch-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = (name: string) => join(directory, name);
  for (const [name, content] of Object.entries(files)) writeFileSync(path(name), content);
  return path;
}

export function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}
