/** The disk under a checkpoint: real files, and a seam between any two calls, where one may fail or the program end. */
import * as fs from 'node:fs';
import type { StateDisk } from '../../src/checkpoint.ts';
import { Killed } from '../follow/disk.ts';

export type StateOperation = 'read' | 'create' | 'write' | 'sync' | 'rename' | 'syncDirectory';

export class SeamedStateDisk implements StateDisk {
  /** Called before each call. What it throws, the call throws. */
  seam: (operation: StateOperation) => void = () => undefined;
  readonly calls: StateOperation[] = [];
  #dead = false;

  async read(path: string): Promise<Uint8Array> {
    return this.#call('read', () => fs.readFileSync(path));
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const half = Math.floor(bytes.length / 2);
    await this.#call('create', () => fs.writeFileSync(path, bytes.subarray(0, half)));
    await this.#call('write', () => fs.appendFileSync(path, bytes.subarray(half)));
    await this.#call('sync', () => undefined);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#call('rename', () => fs.renameSync(from, to));
  }

  async syncDirectory(): Promise<void> {
    await this.#call('syncDirectory', () => undefined);
  }

  die(): void {
    this.#dead = true;
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- what goes wrong is a rejection, as it is with node:fs/promises
  async #call<T>(operation: StateOperation, act: () => T): Promise<T> {
    if (this.#dead) throw new Killed();
    this.calls.push(operation);
    this.seam(operation);
    return act();
  }
}
