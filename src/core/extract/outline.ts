/**
 * What the lines of a log look like, so that the usual line is recognised by a few bytes: same envelope, same hour, a level that is quiet.
 *
 * The hour is part of it, so that the first line of each hour is looked at: midnight, and the change to or from summer time.
 */
import type { Frame } from './envelope.ts';

export interface Outline {
  /** How a usual line begins, at a column; at most 16 characters. Null: no line is usual. */
  readonly beginning: { readonly at: number; readonly text: string } | null;
  /** Column of the level, and the first four characters of levels that are quiet. Null where loud lines hold a needle, or have no level. */
  readonly level: { readonly at: number; readonly quiet: readonly string[] } | null;
  /** Where the second of a line stands. Null where lines are not counted by the second. */
  readonly second: SecondPlace | null;
  /** Lines in one second from which on the logger drops silently. */
  readonly burst: number;
}

export interface SecondPlace {
  /** Column, or, if negative, how far before the end of the line. */
  readonly at: number;
  /** At most 8. */
  readonly length: number;
  /** The eight characters before it, where its place is counted from the end. */
  readonly before: string | null;
}

/** Nothing is known yet. */
export const NO_OUTLINE: Outline = { beginning: null, level: null, second: null, burst: Infinity };

const LOUD = new Set(['warning', 'warn', 'error', 'critical', 'alert', 'emergency']);
const MOST_QUIET = 4;
const LONGEST_BEGINNING = 16;
/** `23:59` of `22:23:59.123`. */
const MINUTE_AND_SECOND = 5;
/** Epoch microseconds: ten digits of seconds, of which the last eight tell one from the next. */
const EPOCH_SECOND = 10;

export function isLoud(level: string | null): boolean {
  return level !== null && LOUD.has(level);
}

/** Whether a line looks like the outline says. */
export function isUsual({ beginning, level, second }: Outline, line: string, frame: Frame): boolean {
  if (!beginning || !line.startsWith(beginning.text, beginning.at)) return false;
  if (level && frame.levelText !== null && !line.startsWith(frame.levelText, level.at)) return false;
  const before = second?.before ?? null;
  return before === null || line.endsWith(before, line.length + second!.at);
}

/**
 * What the lines look like from now on; the same object where that is what they looked like before.
 * @param every line has to be looked at: no pattern has a needle, or the hour stands twice on the wall.
 */
export function nextOutline(before: Outline, frame: Frame, line: string, every: boolean): Outline {
  const outline = frame.envelope.json ? ofJson(frame, line, before) : ofText(frame, line);
  const next = {
    ...outline,
    beginning: every ? null : outline.beginning,
    level: outline.level && before.level?.at === outline.level.at ? before.level : outline.level,
  };
  return isSame(next, before) ? before : next;
}

function ofText(frame: Frame, line: string): Outline {
  const { envelope, timestamp } = frame;
  if (timestamp === null) return NO_OUTLINE;
  const timestampAt = line.indexOf(timestamp, frame.skip);
  const burst = envelope.source.burst ?? Infinity;
  const colon = timestamp.indexOf(':');
  const hour = timestamp.slice(0, colon < 0 ? timestamp.length : colon + 1);
  const fraction = timestamp.search(/[.,Z+]/);
  const secondEnd = timestampAt + (fraction < 0 ? timestamp.length : fraction);
  return {
    beginning: hour.length > LONGEST_BEGINNING ? null : { at: timestampAt, text: hour },
    level: levelOf(frame, line, timestampAt + timestamp.length),
    second: burst === Infinity ? null : { at: secondEnd - MINUTE_AND_SECOND, length: MINUTE_AND_SECOND, before: null },
    burst,
  };
}

/** The time is usually the last key, so it is looked for from the end. Where that is not so, no line is usual. */
function ofJson({ envelope }: Frame, line: string, before: Outline): Outline {
  const burst = envelope.source.burst ?? Infinity;
  const beginning = { at: 0, text: '{' };
  if (burst === Infinity) return { ...NO_OUTLINE, beginning };
  const key = `"${envelope.json!.find(([field]) => field === 'timestamp')?.[1].at(-1) ?? ''}":`;
  const at = line.indexOf(key) + key.length + EPOCH_SECOND - 8;
  const second = { at: at - line.length, length: 8, before: line.slice(at - 8, at) };
  const isSteady = (before.second?.before ?? null) === null || before.second?.at === second.at;
  return { beginning: isSteady ? beginning : null, level: null, second, burst };
}

/** The level stands behind the time, a priority before it. */
function levelOf({ levelText }: Frame, line: string, timeEnd: number): Outline['level'] {
  if (levelText === null) return null;
  const behind = line.indexOf(levelText, timeEnd);
  return { at: behind < 0 ? line.indexOf(levelText) : behind, quiet: [] };
}

function isSame(a: Outline, b: Outline): boolean {
  return (
    a.burst === b.burst &&
    a.level === b.level &&
    a.beginning?.at === b.beginning?.at &&
    a.beginning?.text === b.beginning?.text &&
    a.second?.at === b.second?.at &&
    a.second?.before === b.second?.before
  );
}

/** The outline with the level of a line added to the quiet ones, if it is one. */
export function withQuiet(outline: Outline, line: string, frame: Frame): Outline {
  const { level } = outline;
  if (level === null || frame.levelText === null || isLoud(frame.level) || !line.startsWith(frame.levelText, level.at)) return outline;
  const word = line.slice(level.at, level.at + 4);
  if (word.length < 4 || level.quiet.includes(word) || level.quiet.length === MOST_QUIET) return outline;
  if (frame.level === frame.levelText && [...LOUD].some((loud) => loud.startsWith(word))) return outline;
  return { ...outline, level: { ...level, quiet: [...level.quiet, word] } };
}

/** The second of a line, as far as its place says. */
export function secondOf({ at, length }: SecondPlace, line: string): string {
  const from = at < 0 ? line.length + at : at;
  return line.slice(from, from + length);
}
