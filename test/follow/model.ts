/**
 * A log and its misfortunes, with a model beside it that knows which lines there were, where, and which are gone for good.
 *
 * What a rotation does is done in single steps, so that a follower can look in between any two of them.
 */
import * as fs from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export type Act =
  | { readonly act: 'append'; readonly lines: number }
  | { readonly act: 'half' }
  | { readonly act: 'lager'; readonly createLate: boolean }
  | { readonly act: 'otp'; readonly gzip: boolean }
  | { readonly act: 'logrotate'; readonly late: number }
  | { readonly act: 'copytruncate'; readonly between: number }
  | { readonly act: 'truncate' }
  | { readonly act: 'delete'; readonly recreate: boolean; readonly late: number }
  | { readonly act: 'late'; readonly lines: number };

const KEEP = 4;

/** Where a line stands in its generation. */
export interface Written {
  readonly offset: number;
  readonly line: number;
  readonly generation: number;
  /** When it was written, in steps of the world. */
  readonly at: number;
}

interface Body {
  generation: number;
  text: string;
}

export class World {
  readonly directory: string;
  readonly path: string;
  readonly written = new Map<string, Written>();
  /** Lines that are in no file any more, and since which step. */
  readonly destroyed = new Map<string, number>();
  step = 0;
  /** What a follower holds open; removed files stay as long. */
  held: () => ReadonlySet<string> = () => new Set();
  onDestroyed: (lines: readonly string[], how: string) => void = () => undefined;
  readonly #bodies = new Map<string, Body>();
  readonly #names = new Map<string, string>();
  readonly #queue: { how: string; run: () => unknown }[] = [];
  /** Something was taken away since lines were counted last. */
  #lessened = false;
  #fd: number | null = null;
  #old: number | null = null;
  #pending = '';
  #count = 0;
  #generations = 0;

  constructor(directory: string) {
    this.directory = directory;
    this.path = join(directory, 'console.log');
  }

  begin(act: Act): void {
    this.#plan(act);
  }

  /** The next single step of what is under way. @returns whether there was one. */
  move(): boolean {
    for (;;) {
      const next = this.#queue.shift();
      if (next === undefined) return false;
      this.step += 1;
      const moved = next.run() !== false;
      if (this.#lessened) this.reckon(next.how);
      if (moved) return true;
    }
  }

  finish(): void {
    while (this.move());
  }

  close(): void {
    for (const fd of [this.#fd, this.#old]) if (fd !== null) fs.closeSync(fd);
  }

  /** Which lines are gone since the last time? */
  reckon(how: string): void {
    this.#lessened = false;
    const held = this.held();
    const kept = new Set(this.#names.values());
    const writers = new Set([this.#fd, this.#old].flatMap((fd) => (fd === null ? [] : [idOf(fs.fstatSync(fd, { bigint: true }))])));
    const there = new Set<string>();
    for (const [id, body] of this.#bodies) {
      if (kept.has(id) || held.has(id)) for (const line of linesOf(body.text)) there.add(line);
      else if (!writers.has(id)) this.#bodies.delete(id);
    }
    const gone = [...this.written.keys()].filter((line) => !there.has(line) && !this.destroyed.has(line));
    for (const line of gone) this.destroyed.set(line, this.step);
    if (gone.length > 0) this.onDestroyed(gone, how);
  }

  #plan(act: Act): void {
    const doing = (how: string, run: () => unknown): void => void this.#queue.push({ how, run });
    const write = (lines: number, to: () => number | null = () => this.#writer()): void => {
      if (lines > 0) doing('write', () => this.#write(to(), lines));
    };
    switch (act.act) {
      case 'append':
        return write(act.lines);
      case 'half':
        return doing('write', () => this.#half());
      case 'late':
        return write(act.lines, () => this.#old);
      case 'lager':
        this.#chain(doing);
        doing('rename', () => this.#rename('console.log', 'console.log.0'));
        doing('close', () => this.#leave());
        if (!act.createLate) doing('create', () => void this.#writer());
        return;
      case 'otp':
        doing('close', () => this.#leave(true));
        this.#chain(doing);
        doing('rename', () => this.#rename('console.log', 'console.log.0'));
        if (act.gzip) this.#gzip(doing);
        doing('create', () => void this.#writer());
        return;
      case 'logrotate':
        this.#chain(doing);
        doing('rename', () => this.#rename('console.log', 'console.log.0'));
        doing('create', () => this.#create());
        write(act.late, () => this.#fd);
        doing('reopen', () => this.#leave());
        write(1);
        return;
      case 'copytruncate': {
        this.#chain(doing);
        let copied = '';
        doing('copy', () => {
          const live = this.#live()?.text ?? '';
          copied = live.slice(0, live.length / 2);
          this.#copy(copied);
        });
        doing('copy', () => this.#copy((this.#live()?.text ?? '').slice(copied.length)));
        write(act.between);
        doing('copytruncate', () => this.#truncate());
        return;
      }
      case 'truncate':
        return doing('truncate', () => this.#truncate());
      case 'delete':
        doing('delete', () => this.#remove('console.log'));
        write(act.late, () => this.#fd);
        doing('close', () => this.#leave());
        if (act.recreate) doing('create', () => void this.#writer());
        return;
    }
  }

  #chain(doing: (how: string, run: () => unknown) => void): void {
    for (const packed of ['', '.gz']) doing('keep', () => this.#remove(`console.log.${KEEP - 1}${packed}`));
    for (let age = KEEP - 2; age >= 0; age -= 1) {
      for (const packed of ['', '.gz']) {
        doing('rename', () => this.#rename(`console.log.${age}${packed}`, `console.log.${age + 1}${packed}`));
      }
    }
  }

  #gzip(doing: (how: string, run: () => unknown) => void): void {
    let packed = Buffer.alloc(0);
    let text = '';
    let generation = 0;
    const name = join(this.directory, 'console.log.0.gz');
    doing('gzip', () => {
      const body = this.#bodies.get(this.#names.get('console.log.0') ?? '');
      if (body === undefined) return;
      ({ text, generation } = body);
      packed = gzipSync(text);
      fs.writeFileSync(name, packed.subarray(0, 10));
    });
    doing('gzip', () => {
      if (packed.length > 0) fs.appendFileSync(name, packed.subarray(10, packed.length / 2));
    });
    doing('gzip', () => {
      if (packed.length === 0) return;
      fs.appendFileSync(name, packed.subarray(Math.max(10, Math.floor(packed.length / 2))));
      this.#note('console.log.0.gz', { generation, text });
    });
    doing('gzip', () => {
      if (packed.length > 0) this.#remove('console.log.0');
    });
  }

  #writer(): number {
    if (this.#fd === null) {
      this.#create();
      this.#fd = fs.openSync(this.path, 'a');
    }
    return this.#fd;
  }

  #create(): void {
    if (this.#names.has('console.log')) return;
    fs.closeSync(fs.openSync(this.path, 'a'));
    this.#note('console.log', { generation: (this.#generations += 1), text: '' });
  }

  /** The writer lets go of its file; a late line may still come through the old descriptor. */
  #leave(forGood = false): void {
    this.#lessened = true;
    if (this.#old !== null) fs.closeSync(this.#old);
    this.#old = null;
    if (this.#fd === null) return;
    if (this.#pending !== '') this.#put(this.#fd, this.#pending, '');
    if (forGood) fs.closeSync(this.#fd);
    else this.#old = this.#fd;
    this.#fd = null;
  }

  #write(fd: number | null, lines: number): void {
    if (fd === null) return;
    let text = fd === this.#fd ? this.#pending : '';
    for (let n = 0; n < lines; n += 1) text += this.#line();
    this.#put(fd, text, fd === this.#fd ? '' : this.#pending);
  }

  #half(): void {
    const fd = this.#writer();
    if (this.#pending !== '') return;
    const line = this.#line();
    const cut = Math.floor(line.length / 3);
    this.#put(fd, line.slice(0, cut), line.slice(cut));
  }

  #put(fd: number, text: string, pending: string): void {
    fs.writeSync(fd, text);
    this.#pending = pending;
    const id = idOf(fs.fstatSync(fd, { bigint: true }));
    // Into a file that was removed: gone as it is written, if nobody holds it.
    if (!this.isNamed(id)) this.#lessened = true;
    const body = this.#bodies.get(id)!;
    const from = body.text.lastIndexOf('\n') + 1;
    const before = linesOf(body.text).length;
    body.text += text;
    let offset = from;
    for (const [index, line] of linesOf(body.text.slice(from)).entries()) {
      this.written.set(line, { offset, line: before + index + 1, generation: body.generation, at: this.step });
      offset += line.length;
    }
  }

  #line(): string {
    this.#count += 1;
    const n = String(this.#count).padStart(6, '0');
    return `2026-11-20T23:20:57.${n}+01:00 [warning] ${'x'.repeat((this.#count * 37) % 90)} <${n}>\n`;
  }

  #live(): Body | undefined {
    return this.#bodies.get(this.#names.get('console.log') ?? '');
  }

  #copy(text: string): void {
    const name = 'console.log.0';
    const known = this.#names.get(name);
    const body = known === undefined ? undefined : this.#bodies.get(known);
    fs.appendFileSync(join(this.directory, name), text);
    if (body === undefined) this.#note(name, { generation: this.#live()?.generation ?? 0, text });
    else body.text += text;
  }

  #truncate(): void {
    const body = this.#live();
    if (body === undefined) return;
    fs.truncateSync(this.path, 0);
    this.#lessened = true;
    body.text = '';
    body.generation = this.#generations += 1;
  }

  #remove(name: string): boolean {
    if (!this.#names.delete(name)) return false;
    fs.unlinkSync(join(this.directory, name));
    this.#lessened = true;
    return true;
  }

  #rename(from: string, to: string): boolean {
    const id = this.#names.get(from);
    if (id === undefined) return false;
    fs.renameSync(join(this.directory, from), join(this.directory, to));
    this.#names.delete(from);
    this.#names.set(to, id);
    return true;
  }

  /** Has the file a name? */
  isNamed(id: string): boolean {
    return [...this.#names.values()].includes(id);
  }

  #note(name: string, body: Body): void {
    const id = idOf(fs.statSync(join(this.directory, name), { bigint: true }));
    this.#names.set(name, id);
    this.#bodies.set(id, body);
  }
}

export function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n/g) ?? [];
}

function idOf({ dev, ino }: { dev: bigint; ino: bigint }): string {
  return `${dev}:${ino}`;
}
