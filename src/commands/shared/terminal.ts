/** What the terminal can show. */
import type { CommonOptions } from './options.ts';

const DEFAULT_WIDTH = 80;
const WIDEST = 120;

/** Colour where the result goes to a terminal and nobody asked for none [no-color.org]. */
export function colorFor({ color, output }: Pick<CommonOptions, 'color' | 'output'>): boolean {
  if (!color || output !== undefined || process.env['NO_COLOR']) return false;
  return isTerminal(process.stdout) && process.env['TERM'] !== 'dumb';
}

/** Columns; lines longer than 120 are hard to read. */
export function widthOf({ output }: Pick<CommonOptions, 'output'>): number {
  const columns = output === undefined && isTerminal(process.stdout) ? process.stdout.columns : DEFAULT_WIDTH;
  return Math.min(WIDEST, Math.max(40, columns));
}

/** Its type promises a boolean, but where there is no terminal it is not even set. */
export function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}
