/**
 * Which files are one log, and in what order they were written.
 *
 * The broker, logrotate and people put something behind the name of a log when they set it aside: a number, a date, the mark of a packer.
 * Everything here is read off names; it suffices for archives that hold still (a log that is being followed is told by its content).
 */
import { basename, resolve } from 'node:path';

export interface Log {
  /** What the generations share, directory and base name, as it was given for the first of them. */
  readonly name: string;
  /** Oldest first. */
  readonly files: readonly string[];
}

/** A file that is there a second time, packed: while a generation is being compressed, both are in the directory. */
export interface Twin {
  readonly file: string;
  readonly of: string;
}

/** Where a generation stands, the first to be written first. */
interface Age {
  /** Dated ones were set aside by a tool that keeps them for good, so they are older than numbered ones; the live file comes last. */
  readonly kind: 'dated' | 'numbered' | 'live';
  /** Digits of date and time of day, ascending. */
  readonly date: string;
  /** Of the rotation's moment in seconds (logrotate's %s), or the number that grows with age. */
  readonly number: number;
}

const KINDS: Record<Age['kind'], number> = { dated: 0, numbered: 1, live: 2 };
/** In the order of preference between two packed twins. */
const PACKED = ['', '.gz', '.zst', '.bz2', '.xz'];

const NAME = new RegExp(
  [
    String.raw`^(?<base>.+?)`,
    String.raw`(?<aside>`,
    String.raw`\.(?<number>\d{1,4})`,
    String.raw`|[.-](?<year>[12]\d{3})(?<dash>-?)(?<month>0[1-9]|1[0-2])\k<dash>(?<day>0[1-9]|[12]\d|3[01])(?<time>\d{2,6})?(?:-(?<seconds>\d+))?`,
    String.raw`)?`,
    String.raw`(?<packed>\.gz|\.zst|\.bz2|\.xz)?$`,
  ].join(''),
);

/** Groups files into logs, in the order in which a file of each appears. */
export function logsOf(files: readonly string[]): { logs: readonly Log[]; twins: readonly Twin[] } {
  const groups = new Map<string, { name: string; generations: Generation[] }>();
  const twins: Twin[] = [];
  for (const file of files) {
    const generation = generationOf(file);
    const key = resolve(generation.log);
    const group = groups.get(key) ?? { name: generation.log, generations: [] };
    groups.set(key, group);
    group.generations.push(generation);
  }
  const logs = [...groups.values()].map(({ name, generations }) => {
    const kept: Generation[] = [];
    for (const generation of generations.toSorted(byAge)) {
      const newest = kept.at(-1);
      if (newest?.unpacked === generation.unpacked) twins.push({ file: generation.file, of: newest.file });
      else kept.push(generation);
    }
    return { name, files: kept.map(({ file }) => file) };
  });
  return { logs, twins };
}

/** Those of the names that a log of this name may have been set aside under, oldest first. */
export function setAside(log: string, names: readonly string[]): string[] {
  return names
    .filter((name) => name.length > log.length && name.startsWith(log))
    .map((name) => ({ name, generation: generationOf(ANY + name.slice(log.length)) }))
    .filter(({ generation }) => generation.log === ANY)
    .sort((a, b) => byAge(a.generation, b.generation))
    .map(({ name }) => name);
}

/** The names without those of packed files whose unpacked twin is among them. */
export function withoutTwins(names: readonly string[]): string[] {
  const all = new Set(names);
  return names.filter((name) => {
    const { unpacked } = generationOf(name);
    return name === unpacked || !all.has(unpacked);
  });
}

/** Stands for the name of any log. */
const ANY = 'log';

interface Generation {
  readonly file: string;
  /** Directory and base name. */
  readonly log: string;
  /** The base name without the mark of a packer: what twins share. */
  readonly unpacked: string;
  readonly packed: number;
  readonly age: Age;
}

function generationOf(file: string): Generation {
  const name = basename(file);
  const { base = name, aside = '', packed = '', ...rest } = NAME.exec(name)?.groups ?? {};
  return {
    file,
    log: file.slice(0, file.length - name.length) + base,
    unpacked: base + aside,
    packed: PACKED.indexOf(packed),
    age: ageOf(rest),
  };
}

function ageOf({ number, year, month, day, time, seconds }: Record<string, string | undefined>): Age {
  if (number !== undefined) return { kind: 'numbered', date: '', number: -Number(number) };
  if (year !== undefined) return { kind: 'dated', date: `${year}${month}${day}${time ?? ''}`, number: Number(seconds ?? 0) };
  return { kind: 'live', date: '', number: 0 };
}

function byAge(a: Generation, b: Generation): number {
  return (
    KINDS[a.age.kind] - KINDS[b.age.kind] ||
    compare(a.age.date, b.age.date) ||
    a.age.number - b.age.number ||
    compare(a.unpacked, b.unpacked) ||
    a.packed - b.packed
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
