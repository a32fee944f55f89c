/** The table, between its marks in a document. */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { CONTESTANTS } from './readers.ts';
import type { Outcome } from './trial.ts';

export interface Row {
  readonly scenario: string;
  readonly written: number;
  /** Lines that were on the disk for a moment only. */
  readonly gone: number;
  /** By the names of the contestants. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export function table(rows: readonly Row[]): string {
  const head = ['scenario', 'lines written', ...CONTESTANTS.map(({ name }) => name)];
  const body = rows.map(({ scenario, written, gone, outcomes }) => [
    gone === 0 ? scenario : `${scenario} (${count(gone)} lines emptied away uncopied as soon as they were written)`,
    count(written),
    ...CONTESTANTS.map(({ name }) => cell(outcomes.get(name))),
  ]);
  const align = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, align, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Replaces what is between `<!-- mark -->` and `<!-- /mark -->`. */
export async function put(text: string, mark: string, document: string): Promise<void> {
  const [begin, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const old = readFileSync(document, 'utf8');
  const [before, after] = [old.indexOf(begin) + begin.length, old.indexOf(end)];
  if (before < begin.length || after < before) throw new Error(`${document} has no place for ${mark}`);
  const next = `${old.slice(0, before)}\n\n${text}\n\n${old.slice(after)}`;
  writeFileSync(document, await format(next, { ...(await resolveConfig(document)), filepath: document }));
}

function cell(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not installed';
  const { lost, doubled, garbled, gaveUp } = outcome;
  const parts = [count(lost)];
  if (doubled > 0) parts.push(`${count(doubled)} doubled`);
  if (garbled > 0) parts.push(`${count(garbled)} garbled`);
  if (gaveUp) parts.push('gave up');
  return parts.join(', ');
}

function count(n: number): string {
  return n.toLocaleString('en');
}
