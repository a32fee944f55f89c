/**
 * What the built-in packs say, read and checked when the program was built: parsing YAML takes longer than reading a log of some megabytes.
 *
 * A file is known by its whole text, so one that was edited since is never taken for what it was.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { PackData } from '../core/pack/pack.ts';
import type { Shape } from '../core/pack/regex.ts';

/** Written beside the program by scripts/build-packs.ts; the sources have none. */
const FILE = new URL('../packs.json', import.meta.url);

export interface KnownPacks {
  /** Text of a pack file → its data. */
  readonly data: ReadonlyMap<string, PackData>;
  /** Source of a regex → what can be read off it. */
  readonly shapes: Map<string, Shape>;
}

export function knownPacks(): KnownPacks {
  if (!existsSync(FILE)) return { data: new Map(), shapes: new Map() };
  const { data, shapes } = JSON.parse(readFileSync(FILE, 'utf8')) as { data: [string, PackData][]; shapes: [string, Shape][] };
  return { data: new Map(data), shapes: new Map(shapes) };
}
