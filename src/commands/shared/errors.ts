/** What ends the program, how it is told, and with which exit code. */
import { ConfigError } from '../../config/complaint.ts';
import { isJournal } from './journald.ts';

/** A mistake of the user's that no option parser can find: told in one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit codes (contract section 1). */
export const EXIT = { ok: 0, alert: 1, usage: 2, unreadable: 3, bug: 70, output: 74, config: 78 } as const;

export function isMistake(error: unknown): error is ConfigError | UsageError {
  return error instanceof ConfigError || error instanceof UsageError;
}

/** Tells a mistake of the user's on standard error. @returns whether it was one. */
export function tellMistake(error: unknown): boolean {
  if (!isMistake(error)) return false;
  complain(`${error instanceof UsageError ? 'vernewatch: ' : ''}${error.message}`);
  return true;
}

/** On standard error; what the journal reads there is an error in each of its lines. */
export function complain(text: string): void {
  const priority = isJournal(process.stderr) ? '<3>' : '';
  process.stderr.write(text.replaceAll(/^/gm, priority) + '\n');
}
