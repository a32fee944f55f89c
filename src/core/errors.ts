/**
 * What a user wrote wrongly: a code from a closed list, a place, a sentence and a hint.
 *
 * The core knows a place as a path into the data (`patterns`, 3, `regex`); who read the file turns that into line and column. All problems of
 * a file are collected before anybody stops.
 */
export const PROBLEM_CODES = [
  'syntax',
  'unknown-key',
  'wrong-type',
  'missing-key',
  'wrong-value',
  'duplicate-id',
  'bad-regex',
  'anchored-regex',
  'unknown-fragment',
  'unknown-group',
  'unknown-code-table',
  'unknown-pattern',
  'unknown-reason-code',
  'missing-example',
  'failed-example',
  'failed-counterexample',
  'collision',
  'uncovered-alternative',
  'failed-alert-test',
  'no-such-file',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

export type DataPath = readonly (string | number)[];

export interface Problem {
  readonly code: ProblemCode;
  readonly file: string;
  readonly path: DataPath;
  readonly message: string;
  readonly hint?: string;
}

/** The candidate that `word` most likely was meant to be, or null: at most a third of its letters differ. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate, bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    previous = row;
  }
  return previous[b.length]!;
}
