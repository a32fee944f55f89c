/**
 * JSON that is safe on a terminal and for readers that split at every kind of line break.
 *
 * JSON.stringify escapes C0 and lone surrogates, but leaves DEL, C1 (0x9B starts an escape sequence), U+2028 and bidi overrides as they
 * are. Here they are escaped as JSON knows it, so that the value stays the same.
 */

const UNSAFE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;
const ASCII = /^[\0-~]*$/;
const PLAIN = /^[ !#-[\]-~]*$/;

/** A whole document. */
export function jsonText(value: unknown, indent?: number): string {
  return safeJson(JSON.stringify(value, null, indent));
}

/** One string; nearly all that come are plain, and need only the quotes. */
export function jsonString(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : safeJson(JSON.stringify(text));
}

/** JSON that somebody else wrote. Outside of strings it has only ASCII, so whatever is found stands in a string. */
export function safeJson(json: string): string {
  if (ASCII.test(json)) return json;
  return json.replace(UNSAFE, (character) => {
    let units = '';
    for (let at = 0; at < character.length; at += 1) units += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
    return units;
  });
}
