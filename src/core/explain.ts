/** Which wrapper, envelope and pattern take a line, and every field that comes of it; where none does, how far the nearest pattern got. */
import { Framer, type Frame } from './extract/envelope.ts';
import { Events, fits, take, type Taken } from './extract/event.ts';
import { Clockwork, type Calendar } from './extract/timestamp.ts';
import type { Event } from './model.ts';
import type { Knowledge, Pattern } from './pack/compile.ts';

export interface Explanation {
  /** What stood before the broker's own line; '' for nothing. */
  readonly wrapping: string;
  readonly frame: Frame | null;
  readonly taken: Taken | null;
  /** Null for a known line that is no event. */
  readonly event: Event | null;
  /** The pattern that shares most with the body, where none takes it. */
  readonly nearest: { readonly pattern: Pattern; readonly shared: number } | null;
}

/** @param line one character a byte; further lines continue it. */
export function explain(knowledge: Knowledge, line: string, calendar: Calendar): Explanation {
  const framer = new Framer(knowledge, new Clockwork(calendar));
  const [first = '', ...rest] = line.split(/\r?\n/);
  const frame = framer.read(first);
  if (!('envelope' in frame)) return { wrapping: frame.wrapping, frame: null, taken: null, event: null, nearest: null };
  let body = frame.body;
  let taken = take(knowledge, frame, body);
  for (const next of rest) {
    if (taken || !/^\s/.test(next)) break;
    body = `${body.trimEnd()} ${next.trim()}`;
    taken = take(knowledge, frame, body);
  }
  const timestamp = framer.time(frame);
  const place = { file: '', line: 1, offset: 0 };
  const event = taken && new Events(knowledge, null).of(frame, taken, timestamp, timestamp?.at ?? 0, place);
  return { wrapping: frame.wrapping, frame, taken, event, nearest: taken ? null : nearestPattern(knowledge, frame, body) };
}

/** The one whose fixed beginning agrees longest with the body. */
function nearestPattern(knowledge: Knowledge, frame: Frame, body: string): Explanation['nearest'] {
  let best: Explanation['nearest'] = null;
  for (const pattern of knowledge.patterns) {
    if (!fits(pattern, frame)) continue;
    for (const prefix of pattern.prefixes) {
      const shared = agreement(prefix, body);
      if (shared > (best?.shared ?? 4)) best = { pattern, shared };
    }
  }
  return best;
}

function agreement(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
