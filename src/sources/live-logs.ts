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

/** @returns absolute paths in the order of their names. */
export async function liveLogs(path: string): Promise<string[]> {
  if (!isGlob(path)) return [resolve(path)];
  const files = await glob(resolve(path), { absolute: true, onlyFiles: true, dot: false, expandDirectories: false });
  return logsOf(files.toSorted())
    .logs.map(({ name }) => name)
    .slice(0, MOST_LOGS);
}
