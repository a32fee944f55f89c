/** What stands between us and a file, as sentences for a person: the thing, what is wrong with it, what to do next. */
import { getSystemErrorMap } from 'node:util';
import { Damage, type DamageKind } from './damage.ts';

export interface Problem {
  /** As given, or as found below what was given. */
  readonly path: string;
  readonly message: string;
  /** `missing`: nothing is there. `unreadable`: it is there, but cannot be read. `skipped`: it could be read, but most likely should not. */
  readonly kind: 'missing' | 'unreadable' | 'skipped';
}

/** An answer of the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

const NEXT_STEP: Record<string, string> = {
  EACCES: 'run as a user that may read it (group vernemq)',
  EPERM: 'run as a user that may read it (group vernemq)',
  EIO: 'look after the disk, and read a copy',
  EISDIR: 'name the files in it, or give the directory itself',
  ELOOP: 'name the file that the links should lead to',
  EMFILE: 'allow more open files (ulimit -n)',
  ENFILE: 'allow more open files (sysctl fs.file-max)',
  ENOENT: 'it was there a moment ago and may have been rotated; run again',
  ESTALE: 'it was there a moment ago and may have been rotated; run again',
};

export function missing(path: string, nextStep: string): Problem {
  return { path, kind: 'missing', message: `no such file or directory: ${path}; ${nextStep}` };
}

export function unreadable(path: string, error: unknown): Problem {
  return { path, kind: 'unreadable', message: cannotRead(path, error) };
}

export function skipped(path: string, reason: string, nextStep: string): Problem {
  return { path, kind: 'skipped', message: `skipped ${path}: ${reason}; ${nextStep}` };
}

/**
 * Why reading a file stopped before its end.
 * @throws what is neither damage nor the operating system: a fault of ours.
 */
export function whyStopped(file: string, error: unknown): string {
  if (error instanceof Damage) return `${file} ${error.message}; ${AFTER_DAMAGE[error.kind]}`;
  return cannotRead(file, error);
}

const AFTER_DAMAGE: Record<DamageKind, string> = {
  truncated: 'what came before was read; if it is still being copied or compressed, wait and run again, else get a complete copy',
  corrupt: 'what came before was read; get an undamaged copy',
  trailing: 'what came before was read; if the rest matters, cut it off into a file of its own',
  unsupported: 'unpack it with its own tool and read the result',
};

function cannotRead(path: string, error: unknown): string {
  if (!isSystemError(error)) throw error;
  // libuv's words ("permission denied"), without the path and system call that Node puts around them.
  const reason = getSystemErrorMap().get(error.errno ?? 0)?.[1] ?? error.message;
  return `cannot read ${path}: ${reason}; ${NEXT_STEP[error.code] ?? `see error ${error.code} of your system`}`;
}
