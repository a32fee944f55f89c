/**
 * What the program says of itself and of the world around its logs. Never thrown, never a reason to stop.
 *
 * The same thing about the same file is said once a minute at most; what was held back is added up and said when the minute is over, so
 * that no loss goes uncounted.
 */
import type { FollowNotices } from './sources/follow-notices.ts';

export type NoticeLevel = 'info' | 'notice' | 'warn' | 'error';

export interface Notice {
  readonly level: NoticeLevel;
  /** What happened, as one word for programs. */
  readonly notice: string;
  /** The sentence for people. */
  readonly message: string;
  /** The file, node or thing it is about. */
  readonly about: string | null;
  /** Bytes, lines or whatever else was lost or passed over. */
  readonly amount?: number;
  /** How many of these stand behind it; 1 goes without saying. */
  readonly times: number;
}

/** The same of the same is said again after so long. */
const EVERY_MS = 60_000;
/** Things that are kept apart. */
const MOST_KEYS = 1_000;

type Wording = (amount: number, times: number) => string;

interface Held {
  readonly level: NoticeLevel;
  readonly notice: string;
  readonly about: string | null;
  readonly wording: Wording;
  saidAt: number;
  amount: number;
  times: number;
}

export class Notices implements FollowNotices {
  readonly #say: (notice: Notice) => void;
  readonly #now: () => number;
  readonly #held = new Map<string, Held>();

  /** @param now milliseconds; may jump. */
  constructor(say: (notice: Notice) => void, now: () => number) {
    this.#say = say;
    this.#now = now;
  }

  // The file system, as the follower meets it

  rotated(name: string): void {
    this.#tell('info', 'rotated', name, (_, times) => `the log was rotated${often(times)}; what is left of ${name} is read to its end`);
  }

  removed(name: string): void {
    this.#tell('warn', 'removed', name, () => `${name} was removed while it was read; it is read to its end`);
  }

  truncated(name: string, bytes: number): void {
    this.#tell(
      bytes > 0 ? 'warn' : 'info',
      'truncated',
      name,
      (lost, times) =>
        lost > 0
          ? `${name} was emptied in place${often(times)}: at least ${lost} bytes were not read and are in no copy, so counts are lower bounds`
          : `${name} was emptied in place${often(times)}; nothing that was seen is missing, but lines written in that moment can be`,
      bytes,
    );
  }

  lost(name: string, bytes: number): void {
    this.#tell(
      'warn',
      'lost',
      name,
      (lost) => `${name} went away before it was read to its end: at least ${lost} bytes are lost, so counts are lower bounds`,
      bytes,
    );
  }

  overlongLine(name: string, line: number): void {
    this.#tell('warn', 'line_too_long', name, (_, times) =>
      times === 1
        ? `line ${line} of ${name} is longer than 8 MiB; its rest is passed over`
        : `${times} lines of ${name} are longer than 8 MiB; their rests are passed over`,
    );
  }

  nulHole(name: string, bytes: number): void {
    this.#tell(
      'warn',
      'nul_bytes',
      name,
      (all) => `${all} bytes of ${name} are zeros, left by a truncation or a power cut; passed over`,
      bytes,
    );
  }

  unreadable(path: string, error: unknown): void {
    this.#tell('warn', 'unreadable', path, () => `cannot read ${path}: ${reason(error)}; trying again`);
  }

  recovered(path: string): void {
    this.#tell('notice', 'recovered', path, () => `${path} can be read again`);
  }

  missing(path: string): void {
    this.#tell('warn', 'missing', path, () => `${path} does not exist; waiting for it`);
  }

  appeared(path: string): void {
    this.#tell('notice', 'appeared', path, () => `${path} is there now`);
  }

  // The service

  started(message: string): void {
    this.#tell('info', 'started', null, () => message);
  }

  stopped(): void {
    this.#tell('info', 'stopped', null, () => 'stopping; everything read so far is saved');
  }

  notFollowing(path: string): void {
    this.#tell('notice', 'not_following', path, () => `no longer following ${path}`);
  }

  watchRefused(directory: string, error: unknown): void {
    this.#tell(
      'warn',
      'watch_refused',
      directory,
      () => `the system does not announce changes in ${directory} (${reason(error)}); looking four times a second instead`,
    );
  }

  /** The alerts of a node cannot be judged: a log of it cannot be read. */
  blind(path: string, node: string | null): void {
    this.#tell(
      'error',
      'blind',
      path,
      () => `${path} cannot be read for a minute: alerts${node === null ? '' : ` of ${node}`} are UNKNOWN until it can`,
    );
  }

  seesAgain(path: string): void {
    this.#tell('notice', 'sees_again', path, () => `${path} is read again`);
  }

  logLoss(node: string | null, lines: number): void {
    this.#tell(
      'warn',
      'log_loss',
      node,
      (all) => `the broker says that it dropped ${all} lines of its log${node === null ? '' : ` (${node})`}: counts are lower bounds`,
      lines,
    );
  }

  stateSetAside(path: string, aside: string, why: string): void {
    this.#tell(
      'error',
      'state_set_aside',
      path,
      () => `the saved state ${path} ${why}; it was kept as ${aside}, and following begins anew`,
    );
  }

  alertsForgotten(path: string): void {
    this.#tell('warn', 'alerts_forgotten', path, () => `${path} was written by another version: positions are kept, alerts begin anew`);
  }

  stateNotSaved(path: string, error: unknown): void {
    this.#tell('error', 'state_not_saved', path, () => `cannot save to ${path}: ${reason(error)}; after a restart lines are read again`);
  }

  noState(path: string, error: unknown): void {
    this.#tell(
      'warn',
      'no_state',
      path,
      () => `cannot write to ${path} (${reason(error)}), so nothing is remembered across restarts; --state DIR says where to`,
    );
  }

  reloaded(message: string): void {
    this.#tell('notice', 'reloaded', null, () => message);
  }

  notReloaded(message: string): void {
    this.#tell('error', 'not_reloaded', null, () => `the configuration is wrong, so the old one stays in force: ${message}`);
  }

  linesDropped(lines: number): void {
    this.#tell('warn', 'output_dropped', null, (all) => `nobody reads the output: ${all} lines of it were dropped`, lines);
  }

  serviceManager(error: unknown): void {
    this.#tell('warn', 'service_manager', null, () => `cannot tell the service manager: ${reason(error)}`);
  }

  /** Says what was held back for long enough. */
  tick(): void {
    for (const [key, held] of this.#held) {
      if (Math.abs(this.#now() - held.saidAt) < EVERY_MS) continue;
      this.#held.delete(key);
      if (held.times > 0) this.#emit(held);
    }
  }

  /** Says all that was held back. */
  close(): void {
    for (const held of this.#held.values()) if (held.times > 0) this.#emit(held);
    this.#held.clear();
  }

  #tell(level: NoticeLevel, notice: string, about: string | null, wording: Wording, amount = 0): void {
    const key = `${notice} ${level} ${about}`;
    const held = this.#held.get(key);
    if (held !== undefined && Math.abs(this.#now() - held.saidAt) < EVERY_MS) {
      held.times += 1;
      held.amount += amount;
      return;
    }
    if (held !== undefined && held.times > 0) this.#emit(held);
    if (this.#held.size >= MOST_KEYS) this.close();
    this.#held.set(key, { level, notice, about, wording, saidAt: this.#now(), amount: 0, times: 0 });
    this.#emit({ level, notice, about, wording, amount, times: 1 });
  }

  #emit({ level, notice, about, wording, amount, times }: Omit<Held, 'saidAt'>): void {
    this.#say({ level, notice, about, message: wording(amount, times), times, ...(amount > 0 && { amount }) });
  }
}

function often(times: number): string {
  return times === 1 ? '' : ` ${times} times`;
}

const SENTENCES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied; the user of this service needs to be in the group that may read it',
  EPERM: 'permission denied',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left, or (for watching) too many watches',
  EROFS: 'the file system is read-only',
  EIO: 'input/output error',
};

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : SENTENCES[code]) ?? message;
}
