/**
 * What the built-in packs say, read and checked when the program was built: parsing YAML takes longer than reading a log of some megabytes.
 *
 * A file is known by its whole text, so one that was edited since is never taken for what it was.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { PackData } from '../core/pack/pack.ts';

/** Written beside the program by scripts/build-packs.ts; the sources have none. */
const FILE = new URL('../packs.json', import.meta.url);

/** Text of a pack file → its data. */
export function knownPacks(): ReadonlyMap<string, PackData> {
  if (!existsSync(FILE)) return new Map();
  return new Map(JSON.parse(readFileSync(FILE, 'utf8')) as [string, PackData][]);
}
