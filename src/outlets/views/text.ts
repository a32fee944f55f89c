/**
 * The incident report for a terminal.
 *
 * The answer first, then who, when, what to do, and how far it can be trusted. Pure: the width, the colours and the log's own zone are
 * given, and nothing from the log comes through unmasked.
 */
import { mask } from '../../core/mask.ts';
import type { Alert, EpochUs, Snapshot } from '../../core/model.ts';
import { advice } from './advice.ts';
import { alertLines, noAlertLines } from './answer.ts';
import type { Known } from './answer.ts';
import { bars } from './bars.ts';
import { coverageLines } from './coverage.ts';
import { guidance } from './guidance.ts';
import { page as pageOf, paragraph } from './layout.ts';
import type { Page } from './layout.ts';
import { offendersTable } from './offenders.ts';
import { between, moment } from './time.ts';
import { counted } from './wording.ts';
import type { Notes } from './wording.ts';

export interface TextOptions {
  /** Of the terminal, in columns. */
  readonly width: number;
  readonly color: boolean;
  /** The log's offset (`+01:00`, then local times are shown, too) or zone at a time; null for none. */
  readonly timezone: (at: EpochUs) => string | null;
  readonly notes: Notes;
}

/** More would be a list, not an answer; the JSON document has them all. */
const MOST_ALERTS = 20;

export function reportText(snapshot: Snapshot, options: TextOptions): string {
  const page = pageOf(options);
  const sections = [
    heading(snapshot, page),
    ...(wasRead(snapshot) ? [...answer(snapshot, page, options), ...details(snapshot, page, options)] : []),
    undatedHint(snapshot, page),
    ...coverageLines(snapshot, page, wasRead(snapshot)),
  ];
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`;
}

function wasRead({ sources, alerts, minutes }: Snapshot): boolean {
  return (
    alerts.length > 0 || minutes.length > 0 || sources.some(({ lines, from, unparsed }) => lines > 0 && (from !== null || unparsed === 0))
  );
}

function heading(snapshot: Snapshot, { width, paint }: Page): string[] {
  const { sources, alerts, span, coverage } = snapshot;
  const lines = sources.reduce((sum, source) => sum + source.lines, 0);
  const files = counted(sources.length, 'files');
  if (!wasRead(snapshot))
    return paragraph(`${unread(sources.length, lines)}, so nothing can be said about the broker.`, width).map(paint.yellow);
  const time = span.from === null || span.to === null ? '' : `, ${between(span.from, span.to, true)}`;
  const where = `in ${counted(lines, 'lines')} of ${files}${time}`;
  if (alerts.length > 0) return paragraph(`${counted(alerts.length, 'alerts')} ${where}`, width);
  const complete = coverage.logLoss === 0 && sources.every(({ error }) => error === null);
  return paragraph(`No alert was raised ${where}.`, width).map((line) => paint.bold(complete ? paint.green(line) : paint.yellow(line)));
}

function unread(files: number, lines: number): string {
  if (files === 0) return 'Nothing was read: no file was given or found';
  const what = lines === 0 ? 'Nothing was read' : 'Nothing was understood';
  return `${what}: ${counted(files, 'files')} without a line${lines === 0 ? '' : ' of VerneMQ’s console.log'}`;
}

function answer(snapshot: Snapshot, page: Page, known: Known): string[][] {
  if (snapshot.alerts.length === 0) return [noAlertLines(snapshot, page)];
  const shown = largest(snapshot.alerts);
  const more = snapshot.alerts.length - shown.length;
  return [
    ...shown.map((alert) => alertLines(alert, page, known)),
    more > 0 ? [`and ${counted(more, 'smaller alerts')}; --format json lists all of them`] : [],
  ];
}

/** In the order in which they were raised. */
function largest(alerts: readonly Alert[]): readonly Alert[] {
  if (alerts.length <= MOST_ALERTS) return alerts;
  const kept = new Set([...alerts].sort((a, b) => b.events - a.events).slice(0, MOST_ALERTS));
  return alerts.filter((alert) => kept.has(alert));
}

/** Who, when and what to do. A rule that was raised often is drawn and explained once, by its largest alert. */
function details({ alerts, minutes }: Snapshot, page: Page, { notes }: Known): string[][] {
  const shown = largest(alerts);
  const nodes = new Set(alerts.map(({ node }) => node)).size;
  const rules = largestOfEachRule(alerts);
  return [
    ...shown.map((alert) => clients(alert, shown, page)),
    ...rules.flatMap((alert) => {
      const which = rules.length === 1 ? '' : `: ${mask(alert.definition.counts, 60)}`;
      return [bars(minutes, alert, nodes, page), ...guidance(advice(alert, notes), which, page)];
    }),
  ];
}

function clients(alert: Alert, all: readonly Alert[], page: Page): string[] {
  const rows = offendersTable(alert, page);
  if (rows.length === 0) return [];
  const node = alert.node === null ? '' : ` on ${mask(alert.node, 64)}`;
  const what = `: ${counted(alert.events, mask(alert.definition.counts, 60))}${node}, raised ${moment(alert.raisedAt, alert.dated)}`;
  const title = `Clients${all.length === 1 ? '' : what}`;
  return [...paragraph(title, page.width).map((line) => page.paint.bold(line)), ...rows];
}

function largestOfEachRule(alerts: readonly Alert[]): Alert[] {
  const largest = new Map<string, Alert>();
  for (const alert of alerts) {
    const { alert: name } = alert.definition;
    if (alert.events > (largest.get(name)?.events ?? -1)) largest.set(name, alert);
  }
  return [...largest.values()];
}

function undatedHint({ alerts, minutes }: Snapshot, { width, paint }: Page): string[] {
  const undated = alerts.some(({ dated }) => !dated) || minutes.some(({ dated }) => !dated);
  if (!undated) return [];
  return paragraph('A log here has no dates, so its times are times of day; say on which day it begins with --date.', width).map(
    paint.yellow,
  );
}
