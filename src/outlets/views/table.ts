/**
 * A table without lines: columns two blanks apart, numbers to the right, the widest columns cut where it does not fit.
 */
import { clip, clipStart, displayWidth } from '../../core/mask.ts';
import { padEnd, padStart } from './layout.ts';
import type { Page } from './layout.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut down to this many columns; a column without it is never cut. */
  readonly least?: number;
  /** Which end of a cell stays when it is cut; of a file name the end says more. */
  readonly keep?: 'start' | 'end';
}

const GAP = '  ';

/** The cells are masked already. A column in which every cell is empty is left out. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], { width, paint }: Page, indent = GAP): string[] {
  const used = columns.map((_, at) => rows.some((row) => row[at] !== ''));
  const shown = columns.filter((_, at) => used[at]);
  const cells = rows.map((row) => row.filter((_, at) => used[at]));
  const widths = fitted(shown, cells, width - indent.length);
  const line = (row: readonly string[]) => (indent + row.map((cell, at) => placed(cell, shown[at]!, widths[at]!)).join(GAP)).trimEnd();
  return [paint.dim(line(shown.map(({ title }) => title))), ...cells.map(line)];
}

function placed(cell: string, { align, keep }: Column, width: number): string {
  const short = keep === 'end' ? clipStart(cell, width) : clip(cell, width);
  return align === 'right' ? padStart(short, width) : padEnd(short, width);
}

/** Takes columns from the widest cell that may be cut, until the row fits. */
function fitted(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): number[] {
  const widths = columns.map(({ title }, at) => Math.max(displayWidth(title), ...rows.map((row) => displayWidth(row[at]!))));
  let excess = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length) - width;
  for (; excess > 0; excess -= 1) {
    const spare = columns.map(({ least }, at) => (least !== undefined && widths[at]! > least ? widths[at]! : 0));
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) break;
    widths[widest]! -= 1;
  }
  return widths;
}
