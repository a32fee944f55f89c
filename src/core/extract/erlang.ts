/**
 * Erlang terms as `~p` prints them: client ids, user names, topics, mountpoints, peers, reasons.
 *
 * Text comes in as it stands in the file, one character a byte. A binary is printed in quotes only if every byte is printable Latin-1, else
 * as a list of numbers; files then hold each of those Latin-1 characters as UTF-8 (so an id in UTF-8 is encoded twice), standard output holds
 * the bytes as they are. All three are undone here. Source: vernemq-logs.md section 5.
 */
import { CHARSETS, type Charset } from '../pack/pack.ts';

/** How a text stands in the file: as a term in one of the charsets, or plain, in UTF-8. */
/** How texts are written: as terms in a charset, or plain, as the bytes are or once more encoded. */
export const WRITINGS = [...CHARSETS, 'plain', 'plain in either'] as const;
export type Writing = (typeof WRITINGS)[number];

export interface Decoded {
  readonly text: string;
  /** The bytes, where they are not valid UTF-8; `text` then has U+FFFD in their place. */
  readonly hex: string | null;
}

const EMPTY: Decoded = { text: '', hex: null };

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  b: '\b',
  f: '\f',
  e: '\x1b',
  d: '\x7f',
  s: ' ',
};

/**
 * A binary (`<<"a">>`, `<<97,98>>`, `<<>>`), a string (`"a"`, `[]`, `[97]`) or a cut-off id (`{incomplete,<<"k">>,<<"ä">>}`); null for any
 * other term. Plain text is itself, also where it looks like a term.
 */
export function decodeText(term: string, writing: Writing): Decoded | null {
  if (isPlain(writing)) {
    if (isAscii(term)) return { text: term, hex: null };
    return decodeBytes(writing === 'plain' ? toBytes(term) : loggedBytes(toBytes(term), 'either'));
  }
  if (term === '[]') return EMPTY;
  if (term.startsWith('<<"') && term.endsWith('">>')) return decodeQuoted(term.slice(3, -3), writing);
  if (term.startsWith('<<') && term.endsWith('>>')) return decodeBytes(numbers(term.slice(2, -2)));
  if (term.startsWith('"') && term.endsWith('"') && term.length > 1) return decodeQuoted(term.slice(1, -1), writing);
  if (term.startsWith('[') && term.endsWith(']')) return decodeBytes(numbers(term.slice(1, -1)));
  if (term.startsWith('{incomplete,')) return decodeIncomplete(term, writing);
  return null;
}

function isPlain(writing: Writing): writing is 'plain' | 'plain in either' {
  return writing === 'plain' || writing === 'plain in either';
}

/** The words of a topic joined with `/` [MQTT-4.7.1-1]: `[<<"plant">>,<<"7">>]` is `plant/7`. */
export function decodeTopic(term: string, writing: Writing): string | null {
  if (isPlain(writing) || !term.startsWith('[')) return decodeText(term, writing)?.text ?? null;
  const words: string[] = [];
  for (const [word] of term.matchAll(BINARY)) words.push(decodeText(word, writing)?.text ?? '');
  return words.join('/');
}

/** The term after "due to": atoms lose their quotes, binaries become text, other terms stay as logged but for secrets. */
export function decodeReason(term: string, writing: Writing): string {
  const trimmed = term.trim();
  const reason = readReason(trimmed.length > LONGEST_TERM ? trimmed.slice(0, LONGEST_TERM) : trimmed, writing);
  return reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON).replace(/[\ud800-\udbff]$/, '')}…` : reason;
}

function readReason(term: string, writing: Writing): string {
  const plain = isPlain(writing);
  if (!plain && BINARY_TERM.test(term)) return decodeText(term, writing)?.text ?? '';
  if (!plain && QUOTED_ATOM.test(term)) return unescape(term.slice(1, -1));
  // What nobody will see of a long term is not searched for secrets.
  const start = term.slice(0, 4 * MAX_REASON);
  const shown = withoutSecrets(plain ? start : unwrapped(start));
  return isAscii(shown) ? shown : lenient.decode(toBytes(shown));
}

/** The word a reason is looked up by: `{invalid_response_code,500}` is known as `invalid_response_code`. */
export function headWord(reason: string): string {
  return /^[{[]+'?([a-z][\w@]*)/.exec(reason)?.[1] ?? reason;
}

/** `192.0.2.17:51234`, `[2001:db8::7]:56324`, `local`, and the term `{{192,0,2,17},51234}`. */
export function decodePeer(text: string): { address: string; port: number | null } | null {
  if (text === '') return null;
  const term = text.startsWith('{{') ? PEER_TERM.exec(text) : null;
  if (term) return { address: addressOf(term[1]!.split(',').map(Number)), port: Number(term[2]) };
  const match = PEER.exec(text);
  if (!match) return { address: text, port: null };
  return { address: match[1] ?? match[2]!, port: Number(match[3]) };
}

const BINARY = /<<(?:"[^"\\]*(?:\\.[^"\\]*)*"|[\d,.\s]*)>>/gs;
const BINARY_TERM = new RegExp(`^${BINARY.source}$`, 's');
const QUOTED_ATOM = /^'[^'\\]*(?:\\.[^'\\]*)*'$/s;
const PEER = /^(?:\[([^\]]*)\]|([^[\]]*)):(\d{1,5})$/;
const PEER_TERM = /^\{\{([\d,]+)\},(\d{1,5})\}$/;
const MAX_REASON = 2000;
/** The longest text of MQTT, each byte printed as a number. */
const LONGEST_TERM = 4 * 65_535;
/**
 * Credentials inside a term, also one that was cut off: `{encrypted,<<…>>}`, `{password,<<…>>}`, `{<<"password">>,<<…>>}`, `password => <<…>>`.
 * Clients choose part of the text, so nothing in it may be searched twice: what stands between key and value is bounded.
 */
const SECRET =
  /((?:encrypted|pass(?:word|wd|phrase)?|secret|token|api_?key)\w{0,32}(?:">>)?\s{0,8}(?:,|=>)\s{0,32})(?:(?:<<)?"[^"\\]*(?:\\.[^"\\]*)*(?:"(?:>>)?|\\?$)|<<[\d,.\s]*(?:>>|$)|\[[\d,.\s]*(?:\]|$))/gis;

/** Where JSON logs broke a term to fit 80 columns stand a comma and a blank; the same term in a text log has neither. */
function unwrapped(term: string): string {
  if (!/^[{[#]/.test(term)) return term;
  return term.replaceAll(
    BREAK,
    (_, quoted: string | undefined, arrow: string | undefined) => quoted ?? (arrow === undefined ? ',' : '=> '),
  );
}

const BREAK = /("[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?$))|(=>\s*,\s*)|,\s+/gs;

export function withoutSecrets(text: string): string {
  return text.replaceAll(SECRET, '$1…');
}

/** Four bytes, or eight groups of sixteen bits, written as the broker writes them elsewhere [RFC 5952 4]. */
function addressOf(parts: readonly number[]): string {
  if (parts.length === 4) return parts.join('.');
  const address = parts.map((part) => part.toString(16)).join(':');
  const zeros = address.match(/\b0(?::0\b)+/g) ?? [];
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest === '' ? address : address.replace(new RegExp(`(^|:)${longest}(:|$)`), '::');
}

function decodeQuoted(quoted: string, charset: Charset): Decoded {
  const raw = quoted.includes('\\') ? unescape(quoted) : quoted;
  if (isAscii(raw)) return { text: raw, hex: null };
  return decodeBytes(loggedBytes(toBytes(raw), charset));
}

/** The bytes of the term, from the bytes in the file. */
function loggedBytes(raw: Uint8Array, charset: Charset): Uint8Array {
  if (charset === 'latin1') return raw;
  const once = tryDecode(raw);
  if (once === null || !isLatin1(once)) return raw;
  const bytes = toBytes(once);
  // A client id that is not UTF-8 is refused by every release that writes this envelope, so the bytes were UTF-8 as they stand.
  if (charset === 'either' && tryDecode(bytes) === null) return raw;
  return bytes;
}

function decodeBytes(bytes: Uint8Array): Decoded {
  const text = tryDecode(bytes);
  return text === null ? { text: lenient.decode(bytes), hex: toHex(bytes) } : { text, hex: null };
}

function decodeIncomplete(term: string, charset: Charset): Decoded {
  const parts = [...term.matchAll(BINARY)].map(([part], index) => {
    if (!part.startsWith('<<"')) return numbers(part.slice(2, -2));
    // The first part is UTF-8, the second by definition not: there the file's encoding alone decides.
    return loggedBytes(toBytes(unescape(part.slice(3, -3))), index > 0 && charset === 'either' ? 'utf8' : charset);
  });
  return decodeBytes(Uint8Array.from(parts.flatMap((part) => [...part])));
}

function unescape(text: string): string {
  return text.replaceAll(
    /\\(?:x\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2})|([0-7]{1,3})|(.))/gs,
    (_, braced: string, hex: string, octal: string, char: string) => {
      if (char) return ESCAPES[char] ?? char;
      const code = octal ? Number.parseInt(octal, 8) : Number.parseInt(braced || hex, 16);
      return String.fromCharCode(code & 0xff);
    },
  );
}

function numbers(list: string): Uint8Array {
  return Uint8Array.from(list.match(/\d+/g) ?? [], Number);
}

function tryDecode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

function toHex(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

function isLatin1(text: string): boolean {
  return !/[^\x00-\xff]/.test(text);
}

/** One character a byte; a character above 0xFF (from a JSON escape) gives its UTF-8 bytes. */
function toBytes(text: string): Uint8Array {
  if (!isLatin1(text))
    return Uint8Array.from([...text].flatMap((char) => (char <= '\xff' ? [char.charCodeAt(0)] : [...new TextEncoder().encode(char)])));
  const bytes = new Uint8Array(text.length);
  for (let index = 0; index < text.length; index += 1) bytes[index] = text.charCodeAt(index);
  return bytes;
}
