/** A mistake of the user's that no option parser can find: told in one sentence, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Exit codes (contract section 1). */
export const EXIT = { ok: 0, alert: 1, usage: 2, unreadable: 3, bug: 70 } as const;
