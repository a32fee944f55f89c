/**
 * The alert rules in force as a table, for `alerts list`.
 *
 * Two lines a rule: names are long and must not be cut, because people copy them into their configuration.
 */
import { mask } from '../../core/mask.ts';
import type { AlertDefinition, Witness } from '../../core/model.ts';
import { page as pageOf, paragraph } from './layout.ts';
import { table } from './table.ts';
import { duration } from './time.ts';
import { counted, list } from './wording.ts';

const COLUMNS = [{ title: 'alert', least: 24 }, { title: 'raised above' }, { title: 'clears at' }];

const WITNESS: Readonly<Record<Witness, string>> = {
  log: 'the log',
  debug: 'the log at level debug',
  tracer: 'the tracer',
  metrics: 'the metrics',
};

export function rulesText(definitions: readonly AlertDefinition[], options: { readonly width: number; readonly color: boolean }): string {
  const page = pageOf(options);
  const rows = definitions.map(({ alert, raiseAbove, clearAbove, window }) => [
    mask(alert, 80),
    `${raiseAbove} in ${duration(window)}`,
    `${clearAbove}`,
  ]);
  const [title = '', ...lines] = table(COLUMNS, rows, page, '');
  const rules = lines.flatMap((line, at) => [line, ...paragraph(about(definitions[at]!), page.width, '    ').map(page.paint.dim)]);
  return [title, ...rules, '', page.paint.dim(counted(definitions.length, 'alerts')), ''].join('\n');
}

function about({ severity, counts, witness }: AlertDefinition): string {
  return `${severity}; counts ${mask(counts, 200)}; seen in ${list(witness.map((one) => WITNESS[one]))}`;
}
