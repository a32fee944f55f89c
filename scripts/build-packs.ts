/** A step of the build: leaves what the built-in packs say for `config/known-packs.ts`. Fails where one of them is wrong. */
import { readFileSync, writeFileSync } from 'node:fs';
import { builtInPacks, loadPacks } from '../src/config/packs.ts';

const { sources } = await loadPacks(builtInPacks());
const known = sources.map(({ file, ...data }) => [readFileSync(file, 'utf8'), data]);
writeFileSync(new URL('../dist/packs.json', import.meta.url), JSON.stringify(known));
