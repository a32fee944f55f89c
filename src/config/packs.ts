/** Finds and reads packs: the built-in ones, and those in directories or files that the user names. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../core/errors.ts';
import { compile, type CompileOptions, type Knowledge } from '../core/pack/compile.ts';
import type { PackData, PackFile } from '../core/pack/pack.ts';
import { ConfigError, type Complaint } from './complaint.ts';
import { knownPacks } from './known-packs.ts';
import { located } from './locate.ts';

const BUILT_IN = fileURLToPath(new URL('../../patterns/', import.meta.url));

/** The packs that come with the program. */
export function builtInPacks(): string[] {
  return [join(BUILT_IN, 'vernemq')];
}

/**
 * Reads and compiles packs.
 * @param places YAML files, or directories of them (a subdirectory is a pack too).
 * @throws ConfigError with everything that is wrong in any of them.
 */
export async function loadPacks(places: readonly string[], options: CompileOptions = {}): Promise<Knowledge> {
  const { knowledge, complaints } = await readPacks(places, options);
  if (complaints.length > 0) throw new ConfigError(complaints);
  return knowledge;
}

/** As `loadPacks`, but hands out what is wrong instead of throwing it. */
export async function readPacks(
  places: readonly string[],
  options: CompileOptions = {},
): Promise<{ knowledge: Knowledge; complaints: Complaint[] }> {
  const complaints: Complaint[] = [];
  const { data: known, shapes } = knownPacks();
  const files: PackFile[] = [];
  for (const file of places.flatMap((place) => yamlFiles(place, complaints))) {
    const text = read(file, complaints);
    if (text === null) continue;
    const data = known.get(text) ?? (await checked(file, text, complaints));
    if (data) files.push({ file, ...data });
  }
  const { knowledge, problems } = compile(files, { shapes, ...options });
  // Where a file could not be read, what others miss of it is not their fault.
  if (complaints.length === 0) complaints.push(...(await located(problems)));
  return { knowledge, complaints };
}

async function checked(file: string, text: string, complaints: Complaint[]): Promise<PackData | null> {
  const { Document } = await import('./document.ts');
  const { packSchema } = await import('./pack-schema.ts');
  const { data, problems } = new Document(file, text).check(packSchema);
  complaints.push(...problems);
  return data;
}

/** A pack folder's files in the order of their names. */
export function yamlFiles(place: string, complaints: Complaint[] = []): string[] {
  let isDirectory: boolean;
  try {
    isDirectory = statSync(place).isDirectory();
  } catch {
    complaints.push(missing(place));
    return [];
  }
  if (!isDirectory) return [place];
  return readdirSync(place, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(place, entry.name);
      if (entry.isDirectory()) return yamlFiles(path, complaints);
      return /\.ya?ml$/.test(entry.name) ? [path] : [];
    });
}

function read(file: string, complaints: Complaint[]): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    complaints.push({
      code: 'no-such-file',
      file,
      path: [],
      message: `cannot read the pack: ${(error as Error).message}`,
      position: null,
      excerpt: null,
    });
    return null;
  }
}

function missing(place: string): Complaint {
  const near = nearest(basename(place), siblings(place));
  return {
    code: 'no-such-file',
    file: place,
    path: [],
    message: 'no such file or directory',
    position: null,
    excerpt: null,
    ...(near === null ? {} : { hint: `did you mean ${near}?` }),
  };
}

function siblings(place: string): string[] {
  try {
    return readdirSync(join(place, '..'));
  } catch {
    return [];
  }
}
