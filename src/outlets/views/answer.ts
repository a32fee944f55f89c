/** The answer, first thing in a report: each alert in a few lines and a sentence, or that there was none. */
import { mask } from '../../core/mask.ts';
import type { Alert, EpochUs, Minute, Snapshot } from '../../core/model.ts';
import { padEnd, paragraph } from './layout.ts';
import type { Page } from './layout.ts';
import { table } from './table.ts';
import { duration, moment, timeOfDay } from './time.ts';
import { verdict } from './verdict.ts';
import { counted, label, number } from './wording.ts';
import type { Notes } from './wording.ts';

export interface Known {
  readonly notes: Notes;
  /** The log's own offset or zone at a time; null where it is UTC or not known. */
  readonly timezone: (at: EpochUs) => string | null;
}

export function alertLines(alert: Alert, page: Page, known: Known): string[] {
  const { definition, dated } = alert;
  const mark = definition.severity === 'critical' ? page.paint.red : page.paint.yellow;
  const node = alert.node === null ? '' : ` on ${mask(alert.node, 64)}`;
  const [first = '', ...more] = paragraph(`${definition.severity.toUpperCase()}  ${mask(definition.alert, 80)}${node}`, page.width);
  const fact = (name: string, text: string) => paragraph(`${padEnd(name, 8)} ${text}`, page.width, '  ');
  return [
    page.paint.bold(mark(first)),
    ...more.map((line) => page.paint.bold(line)),
    ...fact('raised', when(alert.raisedAt, dated, known)),
    ...fact('cleared', cleared(alert, known)),
    ...fact('events', `${alert.lowerBound ? 'at least ' : ''}${counted(alert.events, mask(definition.counts, 60))}${peak(alert)}`),
    ...paragraph(verdict(alert, known.notes), page.width, '  ').map((line) => page.paint.bold(line)),
  ];
}

/** What was seen while nothing was raised: by kind, most first. */
export function noAlertLines({ minutes }: Snapshot, page: Page): string[] {
  const kinds = byKind(minutes);
  if (kinds.length === 0) return ['No event was found.'];
  const rows = kinds.map(({ kind, events, busiest, minute }) => [
    label(kind),
    number(events),
    `${number(busiest)} at ${minuteText(minute)}`,
  ]);
  return table([{ title: 'event', least: 12 }, { title: 'how many', align: 'right' }, { title: 'busiest minute' }], rows, page);
}

interface Kind {
  readonly kind: string;
  readonly events: number;
  readonly busiest: number;
  readonly minute: Minute;
}

function byKind(minutes: readonly Minute[]): Kind[] {
  const kinds = new Map<string, Kind>();
  for (const minute of minutes) {
    for (const [kind, count] of minute.events) {
      const known = kinds.get(kind) ?? { kind, events: 0, busiest: 0, minute };
      kinds.set(kind, {
        kind,
        events: known.events + count,
        busiest: Math.max(known.busiest, count),
        minute: count > known.busiest ? minute : known.minute,
      });
    }
  }
  return [...kinds.values()].sort((a, b) => b.events - a.events);
}

/** Without the seconds, which are zero. */
function minuteText({ minute, dated }: Minute): string {
  return moment(minute, dated).replace(/:00(?= UTC$|$)/, '');
}

function cleared(alert: Alert, known: Known): string {
  if (alert.clearedAt === null) return 'not yet: still raised when the log ends';
  return `${when(alert.clearedAt, alert.dated, known)}, after ${duration(alert.clearedAt - alert.raisedAt)}`;
}

function peak({ peak: { count, at }, definition }: Alert): string {
  return `, at most ${number(count)} in ${duration(definition.window)} (${timeOfDay(at)})`;
}

/** `2026-11-20 22:13:04 UTC (23:13:04 +01:00)`: where the log has an offset, the time as it stands in the log. */
function when(at: EpochUs, dated: boolean, { timezone }: Known): string {
  const zone = dated ? timezone(at) : null;
  return zone === null || /^(UTC|Z|[+-]00:?00)$/.test(zone) ? moment(at, dated) : `${moment(at, dated)} (${local(at, zone)})`;
}

function local(at: EpochUs, zone: string): string {
  const offset = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (offset === null) return mask(zone, 40);
  const [, sign, hours, minutes] = offset;
  const shift = (Number(hours) * 60 + Number(minutes)) * 60_000_000;
  return `${timeOfDay(sign === '-' ? at - shift : at + shift)} ${zone}`;
}
