/**
 * Which lines of a block deserve a look: those that do not begin like the lines before them, are loud, or hold a text that a pattern needs.
 *
 * The first look at every byte is WebAssembly's (assembly/scan.ts says how it works); what it finds too much is sorted out here, so that the
 * same lines are looked at wherever a log is cut into blocks.
 */
import type { Bytes } from './bytes.ts';
import { countsOf, rarestOf, type Mark } from './marks.ts';
import type { Outline } from './outline.ts';
import { SCAN_MODULE } from './scan-module.ts';

/** Of the last second: its text as far as `SecondPlace` says, and its lines so far. */
export interface InSecond {
  text: string;
  lines: number;
}

/** A line to be looked at. */
export interface Item {
  start: number;
  end: number;
  /** Lines of the stretch before it. */
  line: number;
  /** It begins as usual. */
  usual: boolean;
  /** It is the line that makes its second a burst. */
  burst: boolean;
  /** It has to be looked at whatever came before it. */
  wanted: boolean;
  /** It may hold a needle; for a line that begins as usual: it does. */
  needle: boolean;
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly position: { readonly value: number };
  readonly lines: { readonly value: number };
  readonly usualStart: { readonly value: number };
  readonly usualEnd: { readonly value: number };
  expect(beginning: number, level: number, second: number, length: number, burst: number): void;
  scan(from: number, to: number, until: number, stride: number): number;
}

/** Of the web platform, which the core's types do not know. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
};
declare function atob(base64: string): string;

const PAGE = 65_536;
// The layout of the memory, as assembly/scan.ts has it.
const TABLE_BITS = 18;
const FACTOR = 0x9e3779b1;
const TABLES = { behind: 0x8000, before: 0x10000, nothing: 0x18000 };
const ITEMS = 0x20000;
const ITEM = 8;
const USUAL = 1;
const LOUD = 2;
const BURST = 4;
const BEGINNING = 0x30000;
const MASK = 0x30010;
const MASK_LENGTH = 16;
const QUIET = 0x30020;
const MOST_QUIET = 4;
const BEFORE_SECOND = 0x30030;
const SECOND = 0x30038;
const IN_SECOND = 0x30040;
const TEXT = 0x30080;
const ROOM = 64;
const NEWLINE = 10;

/** A needle and where in it a word of four bytes stands. */
interface Holder {
  readonly needle: string;
  readonly at: number;
}

/** So much of a log tells which words are common in it. */
const SAMPLE = 64 * 1024;

export class Scan {
  private readonly stride: number;
  private readonly wasm: Exports;
  private memory: Uint8Array;
  private numbers: Int32Array;
  private bytes: Bytes | null = null;
  /** By a word of four bytes. */
  private readonly holders = new Map<number, Holder[]>();
  private readonly needles: readonly string[];
  private isTuned = false;
  readonly item: Item = { start: 0, end: 0, line: 0, usual: false, burst: false, wanted: false, needle: false };

  /** @param needles texts of at least four characters. */
  constructor(needles: readonly string[]) {
    const shortest = needles.reduce((least, { length }) => Math.min(least, length), Infinity);
    this.stride = [8, 4, 2].find((stride) => shortest >= stride + 3) ?? 1;
    this.wasm = instantiate();
    this.memory = new Uint8Array(this.wasm.memory.buffer);
    this.numbers = new Int32Array(this.wasm.memory.buffer);
    this.needles = needles;
    this.choose(needles.join('\n'));
  }

  /** The block that is looked through from now on. */
  load(bytes: Bytes): void {
    const needed = TEXT + bytes.length + ROOM;
    if (needed > this.memory.length) {
      this.wasm.memory.grow(Math.ceil((needed - this.memory.length) / PAGE));
      this.memory = new Uint8Array(this.wasm.memory.buffer);
      this.numbers = new Int32Array(this.wasm.memory.buffer);
    }
    this.memory.set(bytes, TEXT);
    this.memory.fill(0, TEXT + bytes.length, needed);
    this.bytes = bytes;
    if (this.isTuned || bytes.length < SAMPLE) return;
    this.isTuned = true;
    const lines = bytes.toString('latin1', 0, SAMPLE).split('\n');
    this.choose(lines.filter((line) => !this.needles.some((needle) => line.includes(needle))).join('\n'));
  }

  /** Chooses the words by which needles are found: those that are rare where there is no needle. */
  private choose(sample: string): void {
    const { needles, stride, memory, holders } = this;
    const counts = countsOf(sample, needles);
    memory.fill(0, 0, ITEMS);
    holders.clear();
    for (const needle of needles) for (const mark of rarestOf(needle, stride, counts)) this.add(needle, mark);
  }

  expect({ beginning, level, second, burst }: Outline, { text, lines }: InSecond): void {
    const { memory } = this;
    // Before a line stands a newline or nothing, so none is usual that has to begin behind something else.
    const begins = beginning ?? { at: -1, text: 'x' };
    put(memory, BEGINNING, begins.text, MASK_LENGTH);
    memory.fill(0, MASK, MASK + MASK_LENGTH).fill(0xff, MASK, MASK + begins.text.length);
    const quiet = level?.quiet ?? [];
    for (let place = 0; place < MOST_QUIET; place += 1) put(memory, QUIET + 4 * place, quiet[place] ?? quiet[0] ?? '\n', 4);
    put(memory, BEFORE_SECOND, second?.before ?? '', 8);
    put(memory, SECOND, text, 8);
    this.numbers[IN_SECOND / 4] = lines;
    this.wasm.expect(begins.at, level?.at ?? -1, second?.at ?? 0, second?.length ?? 0, second === null || burst === Infinity ? 0 : burst);
  }

  /**
   * Looks through the block.
   * @param from where a line begins. @param most about so many bytes. @returns how many items there are; ask for each with `get`.
   */
  next(from: number, most: number): number {
    return this.wasm.scan(from, this.bytes!.length, from + most, this.stride);
  }

  /** Where `next` stopped: behind a line. */
  get position(): number {
    return this.wasm.position.value;
  }

  /** Lines that `next` went through. */
  get lines(): number {
    return this.wasm.lines.value;
  }

  /** The last usual line that `next` went through; null where there was none. */
  get lastUsual(): readonly [number, number] | null {
    const start = this.wasm.usualStart.value;
    return start < 0 ? null : [start, this.wasm.usualEnd.value];
  }

  /** @returns the same object each time. */
  get(index: number): Item {
    const { numbers, item } = this;
    const at = ITEMS / 4 + index * ITEM;
    const flags = numbers[at + 4]!;
    item.start = numbers[at]!;
    item.end = numbers[at + 1]!;
    item.line = numbers[at + 2]!;
    item.usual = (flags & USUAL) !== 0;
    item.burst = (flags & BURST) !== 0;
    item.needle = !item.usual || this.holds(numbers[at + 3]!, item.start, item.end);
    item.wanted = item.needle || (flags & LOUD) !== 0;
    return item;
  }

  /** How the counting of seconds stood after an item. */
  inSecond(index: number, into: InSecond, length: number): void {
    const at = ITEMS + index * ITEM * 4;
    into.lines = this.numbers[at / 4 + 5]!;
    into.text = textOf(this.memory, at + 24, length);
  }

  /** The same after the last line. */
  lastSecond(into: InSecond, length: number): void {
    into.lines = this.numbers[IN_SECOND / 4]!;
    into.text = textOf(this.memory, SECOND, length);
  }

  /** End of the line that begins there. */
  endOf(start: number): number {
    const end = this.bytes!.indexOf(NEWLINE, start);
    return end < 0 ? this.bytes!.length : end;
  }

  private add(needle: string, { at, known, beside }: Mark): void {
    const word = wordOf(needle, at);
    const holders = this.holders.get(word);
    if (holders) holders.push({ needle, at });
    else this.holders.set(word, [{ needle, at }]);
    const hash = hashOf(word);
    this.mark(0, hash);
    this.mark(TABLES[known], known === 'nothing' ? hash : hashOf(hash ^ wordOf(needle, beside)));
  }

  private mark(table: number, hash: number): void {
    const place = hash >>> (32 - TABLE_BITS);
    this.memory[table + (place >>> 3)]! |= 1 << (place & 7);
  }

  /** Whether a needle stands in the line; the first place where one may is known. */
  private holds(hit: number, start: number, end: number): boolean {
    if (hit < 0) return false;
    const { memory, holders, stride } = this;
    for (let at = hit; at + 4 <= end; at += stride) {
      const p = TEXT + at;
      const word = memory[p]! | (memory[p + 1]! << 8) | (memory[p + 2]! << 16) | (memory[p + 3]! << 24);
      const found = holders.get(word);
      if (found === undefined) continue;
      for (const { needle, at: within } of found) {
        const from = at - within;
        if (from >= start && from + needle.length <= end && stands(memory, TEXT + from, needle)) return true;
      }
    }
    return false;
  }
}

/** One for all logs that the same packs read: only one block is looked through at a time. */
const scans = new WeakMap<object, Scan>();

export function scanOf(knowledge: { readonly needles: readonly string[] | null }): Scan {
  let scan = scans.get(knowledge);
  if (!scan) scans.set(knowledge, (scan = new Scan(knowledge.needles ?? [])));
  return scan;
}

function instantiate(): Exports {
  const bytes = Uint8Array.from(atob(SCAN_MODULE), (char) => char.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports as Exports;
}

function put(memory: Uint8Array, at: number, text: string, room: number): void {
  memory.fill(0, at, at + room);
  for (let index = 0; index < Math.min(text.length, room); index += 1) memory[at + index] = text.charCodeAt(index);
}

function textOf(memory: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...memory.subarray(at, at + Math.min(length, 8)));
}

function stands(memory: Uint8Array, at: number, needle: string): boolean {
  for (let index = 0; index < needle.length; index += 1) if (memory[at + index] !== needle.charCodeAt(index)) return false;
  return true;
}

/** Four characters as the number that their bytes are. */
function wordOf(text: string, at: number): number {
  return text.charCodeAt(at) | (text.charCodeAt(at + 1) << 8) | (text.charCodeAt(at + 2) << 16) | (text.charCodeAt(at + 3) << 24);
}

function hashOf(word: number): number {
  return Math.imul(word, FACTOR) >>> 0;
}
