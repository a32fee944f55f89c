/** The patterns that are loaded as a table, for `patterns list`. */
import { mask } from '../../core/mask.ts';
import { page as pageOf } from './layout.ts';
import { table } from './table.ts';
import { counted } from './wording.ts';

export interface PatternRow {
  /** `pack/pattern`. */
  readonly id: string;
  readonly event: string;
  /** Of the broker, as the pack says it; empty where it does not. */
  readonly versions: string;
  readonly about: string;
}

export function patternsText(patterns: readonly PatternRow[], options: { readonly width: number; readonly color: boolean }): string {
  const page = pageOf(options);
  const rows = patterns.map(({ id, event, versions, about }) => [mask(id, 80), mask(event, 40), mask(versions, 40), mask(about, 300)]);
  const columns = [
    { title: 'pattern', least: 14 },
    { title: 'event', least: 12 },
    { title: 'versions', least: 8 },
    { title: 'about', least: 14 },
  ];
  return [...table(columns, rows, page, ''), '', page.paint.dim(counted(patterns.length, 'patterns')), ''].join('\n');
}
