/**
 * A log as the broker's loggers and logrotate write and rotate it, with numbered lines, on a real file system.
 *
 * A line is a function of its number, so whoever reads the log can be asked which lines he was handed, how often, and whether they are whole.
 */
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const BLOCK_LINES = 500;
const TICK_MS = 10;
/** VerneMQ's default for both loggers. */
const KEEP = 5;
const NAME = 'console.log';

/** With its own time, which tells generations apart, and of varying length, so that no two files have lines at the same places. */
export function line(n: number): string {
  const time = new Date(Date.UTC(2026, 10, 20) + n).toISOString().replace('Z', '000+00:00');
  return `${time} [info] <0.174.0> bench:write/1:1: line ${n} ${'.'.repeat((n * 7) % 61)}`;
}

export class Writer {
  readonly directory: string;
  readonly path: string;
  /** Numbers of the lines that are counted. */
  readonly written: number[] = [];
  /** Those that nobody could be sure to see: written behind a copy, emptied away in the next moment. */
  readonly gone = new Set<number>();
  last = 0;
  readonly #text: (n: number) => string;
  #fd: number | null = null;

  /** @param text what the line of a number says. */
  constructor(directory: string, text = line) {
    this.directory = directory;
    this.#text = text;
    this.path = join(directory, NAME);
  }

  /** As fast as it goes, with a breath between blocks; whole lines, as both loggers write them. */
  async burst(lines: number): Promise<void> {
    for (let left = lines; left > 0; left -= BLOCK_LINES) {
      this.write(Math.min(left, BLOCK_LINES));
      await setImmediate();
    }
  }

  async pace(lines: number, perSecond: number): Promise<void> {
    const start = Date.now();
    for (let done = 0; done < lines;) {
      const due = Math.min(lines, Math.ceil(((Date.now() - start) * perSecond) / 1000));
      this.write(due - done);
      done = due;
      await setTimeout(TICK_MS);
    }
  }

  /** With one call, through the descriptor that is open, wherever its file was moved to. @param before done just before. */
  write(lines: number, before?: () => void): void {
    const numbers = Array.from({ length: lines }, (_, n) => this.last + 1 + n);
    this.written.push(...numbers);
    this.#append(numbers, before);
  }

  /** A line that is not counted, to see who is listening. */
  knock(): void {
    this.#append([this.last + 1]);
  }

  open(path = this.path): void {
    this.close();
    this.#fd = fs.openSync(path, 'a');
  }

  close(): void {
    if (this.#fd !== null) fs.closeSync(this.#fd);
    this.#fd = null;
  }

  /** console.log.3 becomes .4, … and console.log becomes .0; the descriptor stays with its file. */
  rename(packed = ''): void {
    this.#shift(packed);
    fs.renameSync(this.path, `${this.path}.0`);
  }

  create(): void {
    fs.closeSync(fs.openSync(this.path, 'a'));
  }

  /** OTP with compress_on_rotate: there is no console.log until the archive is complete. */
  async renameAndCompress(): Promise<void> {
    const archive = `${this.path}.0`;
    this.close();
    this.rename('.gz');
    await pipeline(fs.createReadStream(archive), createGzip(), fs.createWriteStream(`${archive}.gz`));
    fs.unlinkSync(archive);
    this.open();
  }

  /** @param between lines written after the last byte was copied and before the log was emptied. */
  copyAndTruncate(between: number): void {
    this.#shift();
    fs.copyFileSync(this.path, `${this.path}.0`);
    this.write(between);
    fs.truncateSync(this.path);
    for (const n of this.written.slice(-between)) this.gone.add(n);
  }

  /** Emptied in place, with the next lines ready to be written. */
  refill(lines: number): void {
    this.write(lines, () => fs.ftruncateSync(this.#fd!));
  }

  remove(): void {
    fs.unlinkSync(this.path);
  }

  /** The log is a link, which leads to a file of this directory from now on. */
  retarget(directory: string): void {
    const target = join(this.directory, directory, NAME);
    fs.mkdirSync(dirname(target));
    this.open(target);
    fs.symlinkSync(target, `${this.path}.tmp`);
    fs.renameSync(`${this.path}.tmp`, this.path);
  }

  #append(numbers: readonly number[], before?: () => void): void {
    if (numbers.length === 0) return;
    if (this.#fd === null) this.open();
    const bytes = Buffer.from(numbers.map((n) => `${this.#text(n)}\n`).join(''));
    before?.();
    fs.writeSync(this.#fd!, bytes);
    this.last = numbers.at(-1)!;
  }

  #shift(packed = ''): void {
    for (let age = KEEP - 2; age >= 0; age -= 1) {
      const name = `${this.path}.${age}${packed}`;
      if (fs.existsSync(name)) fs.renameSync(name, `${this.path}.${age + 1}${packed}`);
    }
  }
}
