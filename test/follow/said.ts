/** Keeps what a follower says. */
import type { FollowNotices } from '../../src/sources/follow-notices.ts';

export type Said = readonly [keyof FollowNotices, ...unknown[]];

export class Notices implements FollowNotices {
  readonly said: Said[] = [];

  rotated = (name: string): void => this.#keep('rotated', name);
  removed = (name: string): void => this.#keep('removed', name);
  truncated = (name: string, bytes: number): void => this.#keep('truncated', name, bytes);
  lost = (name: string, bytes: number): void => this.#keep('lost', name, bytes);
  overlongLine = (name: string, line: number): void => this.#keep('overlongLine', name, line);
  nulHole = (name: string, bytes: number): void => this.#keep('nulHole', name, bytes);
  unreadable = (path: string, error: unknown): void => this.#keep('unreadable', path, (error as NodeJS.ErrnoException).code);
  recovered = (path: string): void => this.#keep('recovered', path);
  missing = (path: string): void => this.#keep('missing', path);
  appeared = (path: string): void => this.#keep('appeared', path);

  /** What was said by one of these methods. */
  of(...kinds: readonly (keyof FollowNotices)[]): Said[] {
    return this.said.filter(([kind]) => kinds.includes(kind));
  }

  #keep(...said: Said): void {
    this.said.push(said);
  }
}
