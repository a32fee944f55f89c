/** A step of the build: leaves what the built-in packs say for `config/known-packs.ts`. Fails where one of them is wrong. */
import { readFileSync, writeFileSync } from 'node:fs';
import { builtInPacks, loadPacks } from '../src/config/packs.ts';
import type { Shape } from '../src/core/pack/regex.ts';

const shapes = new Map<string, Shape>();
const { sources } = await loadPacks(builtInPacks(), { shapes });
const data = sources.map(({ file, ...said }) => [readFileSync(file, 'utf8'), said]);
writeFileSync(new URL('../dist/packs.json', import.meta.url), JSON.stringify({ data, shapes: [...shapes] }));
