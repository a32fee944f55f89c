/** The words by which needles are found in a log: those that are rare in it. */

/** A word of a needle, and the four bytes beside it that tell it from the same word elsewhere. */
export interface Mark {
  readonly at: number;
  /** What else is known of it: the four bytes behind it, those before it, or nothing. */
  readonly known: 'behind' | 'before' | 'nothing';
  readonly beside: number;
  /** How often it stands in the sample. */
  readonly count: number;
}

/** How often the words of the needles, of four and of eight bytes, stand in a text. */
export function countsOf(text: string, needles: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const lengths = [4, 8];
  for (const needle of needles)
    for (const length of lengths) for (let at = 0; at + length <= needle.length; at += 1) counts.set(needle.slice(at, at + length), 0);
  for (let at = 0; at < text.length; at += 1) {
    for (const length of lengths) {
      const word = text.slice(at, at + length);
      const count = counts.get(word);
      if (count !== undefined) counts.set(word, count + 1);
    }
  }
  return counts;
}

/** The `stride` marks in a row that are rarest together. */
export function rarestOf(needle: string, stride: number, counts: ReadonlyMap<string, number>): Mark[] {
  const marks = Array.from({ length: needle.length - 3 }, (_, at) => markOf(needle, at, counts));
  let best = marks.slice(0, stride);
  let least = Infinity;
  for (let window = 0; window + stride <= marks.length; window += 1) {
    const some = marks.slice(window, window + stride);
    const common = some.reduce((sum, { count }) => sum + count, 0);
    if (common < least) [best, least] = [some, common];
  }
  return best;
}

function markOf(needle: string, at: number, counts: ReadonlyMap<string, number>): Mark {
  const count = (from: number, length: number) => counts.get(needle.slice(from, from + length)) ?? 0;
  const marks: Mark[] = [];
  if (at + 8 <= needle.length) marks.push({ at, known: 'behind', beside: at + 4, count: count(at, 8) });
  if (at >= 4) marks.push({ at, known: 'before', beside: at - 4, count: count(at - 4, 8) });
  if (marks.length === 0) return { at, known: 'nothing', beside: at, count: count(at, 4) };
  return marks.reduce((best, next) => (next.count < best.count ? next : best));
}
