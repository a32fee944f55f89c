/** Which logs a path or a glob stands for at the moment: live files, not what was set aside of them. */
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { logsOf } from './generations.ts';

/** More are surely not meant. */
const MOST_LOGS = 256;

/** A path stands for itself, whether it is there or not. */
export function isGlob(path: string): boolean {
  return isDynamicPattern(path);
}

/** Whether a glob stands for a path, without looking at the disk; of wildcards it knows `*`, `**` and `?`. */
export function fits(pattern: string, path: string): boolean {
  const parts = resolve(pattern)
    .split(/(\*\*\/|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('')}$`).test(path);
}

const WILDCARDS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '*': '[^/]*', '?': '[^/]' };

/** @returns absolute paths in the order of their names. */
export async function liveLogs(path: string): Promise<string[]> {
  if (!isGlob(path)) return [resolve(path)];
  const files = await glob(resolve(path), { absolute: true, onlyFiles: true, dot: false, expandDirectories: false });
  return logsOf(files.toSorted())
    .logs.map(({ name }) => name)
    .slice(0, MOST_LOGS);
}
