/** The patterns that are loaded, for `patterns list`: id and event in columns, what it is about below, so that no id is ever cut. */
import { mask } from '../../core/mask.ts';
import { page as pageOf, paragraph } from './layout.ts';
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
  const columns = [
    { title: 'pattern', least: 14 },
    { title: 'event', least: 12 },
  ];
  const rows = patterns.map(({ id, event }) => [mask(id, 80), mask(event, 40)]);
  const [head, ...lines] = table(columns, rows, page, '');
  const listed = patterns.flatMap(({ versions, about }, index) => {
    const more = [mask(about, 300), mask(versions, 80)].filter((text) => text !== '').join('; ');
    return [lines[index]!, ...(more === '' ? [] : paragraph(more, page.width, '    ').map(page.paint.dim))];
  });
  return [head!, ...listed, '', counted(patterns.length, 'patterns'), ''].join('\n');
}
