/**
 * How far the answer can be trusted: what was read, what was lost, what no pattern knew, and what a log cannot see at all.
 *
 * Loss is always said. "No alert" over a log that could not be read, or that lacks the lines, is no news.
 */
import { mask } from '../../core/mask.ts';
import type { AlertDefinition, Coverage, Snapshot, SourceSummary, Unmatched, Witness } from '../../core/model.ts';
import { paragraph } from './layout.ts';
import type { Page } from './layout.ts';
import { table } from './table.ts';
import { between } from './time.ts';
import { capital, counted, number } from './wording.ts';

const MOST_FILES = 20;
const MOST_SHAPES = 5;

/** @param wasRead where nothing was, nobody asks what could have been seen. */
export function coverageLines(snapshot: Snapshot, page: Page, wasRead: boolean): string[][] {
  return [
    sources(snapshot.sources, page),
    loss(snapshot.coverage, page),
    unmatched(snapshot.coverage.unmatched, page),
    wasRead ? unseen(snapshot.coverage, page) : [],
  ];
}

function sources(all: readonly SourceSummary[], page: Page): string[] {
  if (all.length === 0) return [];
  const listed = all.slice(0, MOST_FILES);
  const rows = listed.map((source) => [
    mask(source.file, 200),
    span(source),
    number(source.lines),
    number(source.events),
    number(source.unparsed),
  ]);
  const failures = all.filter(({ error }) => error !== null);
  return [
    page.paint.bold('What was read'),
    ...table(
      [
        { title: 'file', least: 16, keep: 'end' },
        { title: 'time in UTC' },
        { title: 'lines', align: 'right' },
        { title: 'events', align: 'right' },
        { title: 'unparsed', align: 'right' },
      ],
      rows,
      page,
    ),
    ...(all.length > listed.length ? [page.paint.dim(`  and ${counted(all.length - listed.length, 'more files')}`)] : []),
    ...failures
      .slice(0, MOST_FILES)
      .flatMap(({ file, error }) =>
        paragraph(`not read to its end: ${mask(file, 200)}: ${mask(error!, 400)}`, page.width, '  ').map(page.paint.red),
      ),
    ...(failures.length > MOST_FILES
      ? [page.paint.red(`  and ${counted(failures.length - MOST_FILES, 'more files')} not read to their end`)]
      : []),
  ];
}

function span({ from, to }: SourceSummary): string {
  return from === null || to === null ? '' : between(from, to, true).replace(/ UTC$/, '');
}

function loss({ logLoss }: Coverage, { width, paint }: Page): string[] {
  if (logLoss === 0) return [];
  return paragraph(`The broker says that it dropped ${counted(logLoss, 'log lines')}: counts are lower bounds.`, width).map(paint.yellow);
}

function unmatched(all: readonly Unmatched[], page: Page): string[] {
  if (all.length === 0) return [];
  const shapes = [...all].sort((a, b) => b.lines - a.lines).slice(0, MOST_SHAPES);
  const rows = shapes.map(({ lines, shape, place }) => [number(lines), mask(shape, 200), `${mask(place.file, 120)}:${place.line}`]);
  const more = all.length - shapes.length;
  return [
    page.paint.bold('Warnings and errors that no pattern knows'),
    ...table(
      [
        { title: 'lines', align: 'right' },
        { title: 'like', least: 20 },
        { title: 'first', least: 16, keep: 'end' },
      ],
      rows,
      page,
    ),
    ...(more > 0 ? [page.paint.dim(`  and ${counted(more, 'more shapes')}; see vernewatch patterns explain`)] : []),
  ];
}

const ASK: Readonly<Record<Witness, string>> = {
  log: 'seen by newer brokers’ logs only',
  debug: 'seen at log level debug',
  tracer: 'seen by vmq-admin trace client client-id=CLIENTID',
  metrics: 'seen in the metrics only (vmq-admin metrics show, or :8888/metrics)',
};

/** One paragraph: the alerts that nothing in this input could have raised, by who could. */
function unseen({ alertsWithoutSource }: Coverage, { width, paint }: Page): string[] {
  if (alertsWithoutSource.length === 0) return [];
  const groups = (Object.keys(ASK) as Witness[])
    .map((witness) => ({ witness, names: alertsWithoutSource.filter((definition) => bestWitness(definition) === witness).map(shortName) }))
    .filter(({ names }) => names.length > 0)
    .map(({ witness, names }) => `${ASK[witness]}: ${names.join(', ')}`);
  const text = `${counted(alertsWithoutSource.length, 'alerts')} could not be raised from this input, whatever happened. ${groups.map(capital).join('. ')}.`;
  return paragraph(text, width).map(paint.dim);
}

function bestWitness({ witness }: AlertDefinition): Witness {
  return witness[0] ?? 'metrics';
}

function shortName({ alert }: AlertDefinition): string {
  return mask(alert, 80).replace(/^vernemq_/, '');
}
