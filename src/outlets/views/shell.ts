/**
 * Commands to paste, with ids in them that strangers chose.
 *
 * Quoting once is enough for a program such as vmq-passwd. It is not for vmq-admin: that is a shell script which hands its arguments on
 * unquoted (`$NODETOOL rpc … $@`), so a blank inside an id begins a new argument (`x --cleanup` would delete a session's messages) and a
 * `*` becomes file names, and `session disconnect` puts the id into a query between double quotes. What could mean anything there is not
 * offered at all, nor are ids that do not look like what they are.
 */
import { isPrintable } from '../../core/mask.ts';

/** A word that no shell and no script changes. */
const SAFE = /^[\w.:@/+,%-]{1,128}$/;

/** A word for a command line, quoted where it must be; null if it cannot be copied from a screen, or would be taken for an option. */
export function shellWord(text: string): string | null {
  if (text === '' || text.length > 128 || text.startsWith('-') || !isPrintable(text)) return null;
  return SAFE.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** `client-id=pump-240`; null if vmq-admin would make something else of it. */
export function adminArgument(key: string, value: string): string | null {
  return SAFE.test(value) ? `${key}=${value}` : null;
}
