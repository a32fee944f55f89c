/** A table of docs/performance.md, and what was found wrong while it was made. */
import { median } from './race.ts';

export interface Section {
  /** Its place in the document. */
  readonly mark: string;
  readonly table: string;
  /** Figures that miss their bounds. */
  readonly missed: readonly string[];
  /** Wrong results: then no figure counts. */
  readonly faults: readonly string[];
}

/** What a figure has to be. */
export interface Bound {
  readonly name: string;
  readonly is: number;
  readonly most?: number;
  readonly least?: number;
  readonly unit?: string;
}

export interface Row {
  readonly cells: readonly string[];
  readonly bounds?: readonly Bound[];
}

export interface Options {
  /** Of all sizes: below 1 it is a quick look, which proves nothing. */
  readonly scale: number;
  /** Of what is fast. */
  readonly rounds: number;
  /** With what takes long and needs much room. */
  readonly full: boolean;
}

/** @param head its first column names the rows; that of the bounds is added. */
export function section(mark: string, head: readonly string[], rows: readonly Row[], faults: readonly string[]): Section {
  const lines = [
    [...head, 'bounds'],
    [...head.map((_, column) => (column === 0 ? '---' : '--:')), '---'],
    ...rows.map(({ cells, bounds = [] }) => [...cells, bounds.map(verdict).join('; ')]),
  ];
  const missed = rows.flatMap(({ cells, bounds = [] }) =>
    bounds.filter((bound) => !isHeld(bound)).map((bound) => `${cells[0]}: ${verdict(bound)}, is ${figure(bound.is)}`),
  );
  return { mark, table: lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'), missed, faults };
}

/** `0.31 (0.29–0.34)`: the median, the least and the most. */
export function spread(numbers: readonly number[]): string {
  const middle = figure(median(numbers));
  return numbers.length === 1 ? middle : `${middle} (${figure(Math.min(...numbers))}–${figure(Math.max(...numbers))})`;
}

/** Three digits, and all of those that stand before the point. */
export function figure(number: number): string {
  const digits = Math.min(3, Math.max(0, 2 - Math.floor(Math.log10(Math.abs(number) || 1))));
  return number.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function isHeld({ is, most = Infinity, least = -Infinity }: Bound): boolean {
  return is <= most && is >= least;
}

function verdict(bound: Bound): string {
  const { name, most, least, unit = '' } = bound;
  const limit = most === undefined ? `≥ ${least?.toLocaleString('en')}` : `≤ ${most.toLocaleString('en')}`;
  return `${name} ${limit}${unit} ${isHeld(bound) ? 'held' : '**not held**'}`;
}
