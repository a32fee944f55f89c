/**
 * How numbers, clients and reasons are said in a sentence.
 *
 * What comes from a log is masked here and, where it could be taken for our own words, quoted. Everything below takes raw text and gives
 * text that can be printed.
 */
import { displayWidth, mask } from '../../core/mask.ts';
import type { Alert, Offender, ReasonNote } from '../../core/model.ts';

/** What the packs know of a reason word. */
export type Notes = (reason: string) => ReasonNote | null;

/** `12,345`, of a whole number. Intl could do it, but loading it takes as long as reading a log of some megabytes. */
export function number(value: number): string {
  return String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `12 clients`, `1 client`: the noun is given in the plural. */
export function counted(count: number, plural: string): string {
  return `${number(count)} ${count === 1 ? singular(plural) : plural}`;
}

function singular(plural: string): string {
  return plural
    .replace(/ies$/, 'y')
    .replace(/sses$/, 'ss')
    .replace(/(?<!s)s$/, '');
}

/** `83 %`; never 100 while something is missing, never 0 while something is there. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const rounded = Math.round((part * 100) / whole);
  if (rounded === 100 && part < whole) return '>99 %';
  if (rounded === 0 && part > 0) return '<1 %';
  return `${rounded} %`;
}

/** `10 of 12 refused connections`, `all 12 refused connections`, `10 of at least 12 refused connections`. */
export function partOf(part: number, alert: Alert): string {
  const counts = mask(alert.definition.counts, 60);
  const atLeast = alert.lowerBound ? 'at least ' : '';
  if (part < alert.events) return `${number(part)} of ${atLeast}${counted(alert.events, counts)}`;
  if (alert.events === 1) return `${atLeast}1 ${singular(counts)}`;
  return `all ${atLeast && 'of '}${atLeast}${counted(alert.events, counts)}`;
}

/** In double quotes; a quote inside is escaped, so that the text cannot end before its end. */
export function quoted(text: string, max = 64): string {
  return `"${mask(text, max).replaceAll('"', '\\"')}"`;
}

/** A client id in a column: bare where nobody can take it for anything else, else in quotes. */
export function label(text: string, max = 64): string {
  const masked = mask(text, max);
  return displayWidth(masked) > 0 && !/[ "]/.test(masked) ? masked : quoted(text, max);
}

/** `"pump-240" at 127.0.0.12`, with mountpoint and user where they say more. */
export function client(offender: Offender): string {
  const name = offender.clientId === '' ? 'with the empty id' : quoted(offender.clientId);
  const mountpoint = offender.mountpoint === '' ? '' : ` of mountpoint ${quoted(offender.mountpoint, 32)}`;
  const [user] = offender.usernames;
  const known = user === undefined || user === offender.clientId ? '' : ` (user ${quoted(user, 32)})`;
  return name + mountpoint + known + address(offender);
}

/** ` at 127.0.0.12 and 2 more addresses`; nothing where the log names none. Only the first few addresses are remembered. */
export function address({ peers }: Offender): string {
  const [first, ...others] = peers;
  if (first === undefined) return '';
  if (others.length === 0) return ` at ${mask(first, 45)}`;
  return ` at ${mask(first, 45)} and ${others.length < 10 ? counted(others.length, 'more addresses') : 'many more addresses'}`;
}

/** A reason as logged: a plain word as it is, anything else in quotes. */
export function reasonWord(reason: string): string {
  return /^[\w.-]{1,48}$/.test(reason) ? reason : quoted(reason, 48);
}

/** `invalid_credentials (the password is wrong)`. */
export function reasonAndMeaning(reason: string, note: ReasonNote | null): string {
  const means = note === null ? '' : clause(note.means);
  return means === '' ? reasonWord(reason) : `${reasonWord(reason)} (${means})`;
}

/** The first sentence of a text, to stand inside another: no full stop, no capital. */
function clause(text: string): string {
  const [first = ''] = mask(text.trim(), 160).split(/[.;](?:\s|$)/, 1);
  return first.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, (letter) => letter.toLowerCase());
}

/** `a, b and c`. */
export function list(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
