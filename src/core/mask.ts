/**
 * Text that is safe to print on one line.
 *
 * Client ids, user names, topics and reasons are chosen by strangers. Whatever a terminal would act on, or a reader could not see, becomes
 * a visible escape: control characters, bidi overrides, zero-width characters, line separators, blanks that are not the blank, halves of
 * a surrogate pair. A backslash is doubled, so that nobody can write an escape himself and two different ids never look the same.
 *
 * What stays: letters that are written from right to left. A terminal that reorders lines will reorder these, too.
 */

/** `u`: matches a lone surrogate, never half of a pair. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]|(?! )\p{Zs}/u;
/** Joins the character before it, so it takes no column: accents, vowel signs, the later parts of a Hangul syllable. */
const JOINING = /[\p{Mn}\p{Me}\u1160-\u11ff]/u;
/** Takes two columns: East Asian Width W and F. Flags are pairs of regional indicators, one column each. */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|(?!\p{RI})\p{Emoji_Presentation}/u;
const PLAIN = /^[ -[\]-~]*$/;

/** As many accents as real writing puts on one letter. More would run over the neighbouring lines. */
const MOST_ACCENTS = 3;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\x1b': '\\e', '\\': '\\\\' };

/** The text with everything dangerous made visible, at most `max` characters; what was cut ends with `…`. */
export function mask(text: string, max = 256): string {
  if (text.length <= max && PLAIN.test(text)) return text;
  let shown = '';
  let used = 0;
  let kept = ''; // the longest beginning that leaves room for the ellipsis
  let accents = MOST_ACCENTS; // an accent without a letter would join what was printed before this text
  for (const character of text) {
    accents = JOINING.test(character) ? accents + 1 : 0;
    const visible = character === '\\' || accents > MOST_ACCENTS || UNSAFE.test(character) ? escape(character) : character;
    used += visible.length > 1 && visible !== character ? visible.length : 1; // an escape is ASCII
    if (used > max) return `${kept}…`;
    shown += visible;
    if (used < max) kept = shown;
  }
  return shown;
}

/** Masked text cut to the width of a column. */
export function clip(masked: string, columns: number): string {
  if (displayWidth(masked) <= columns) return masked;
  let kept = '';
  let used = 0;
  for (const character of masked) {
    used += columnsOf(character);
    if (used > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

/** The same with the end kept. */
export function clipStart(masked: string, columns: number): string {
  if (displayWidth(masked) <= columns) return masked;
  let rest = masked;
  for (const character of masked) {
    if (displayWidth(rest) < columns) break;
    rest = rest.slice(character.length);
  }
  return `…${rest}`;
}

/** How many columns masked text takes on the screen. */
export function displayWidth(masked: string): number {
  if (PLAIN.test(masked)) return masked.length;
  let columns = 0;
  for (const character of masked) columns += columnsOf(character);
  return columns;
}

/** True if what is shown is what is there, so that it may be copied from the screen. */
export function isPrintable(text: string): boolean {
  return !UNSAFE.test(text);
}

function columnsOf(character: string): number {
  return JOINING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

function escape(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const hex = character.codePointAt(0)!.toString(16);
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`;
}
