/** Who is behind an alert: its ten worst clients as a table, the others as a number. */
import { mask } from '../../core/mask.ts';
import type { Alert, Offender } from '../../core/model.ts';
import type { Page } from './layout.ts';
import { paragraph } from './layout.ts';
import { table } from './table.ts';
import type { Column } from './table.ts';
import { day, timeOfDay } from './time.ts';
import { counted, label, number, percent, reasonWord } from './wording.ts';

const MOST_ROWS = 10;

const COLUMNS: readonly Column[] = [
  { title: 'client', least: 10 },
  { title: 'mountpoint', least: 10 },
  { title: 'events', align: 'right' },
  { title: 'share', align: 'right' },
  { title: 'main reason', least: 11 },
  { title: 'last seen' },
  { title: 'from', least: 9 },
];

export function offendersTable(alert: Alert, page: Page): string[] {
  const listed = alert.offenders.slice(0, MOST_ROWS);
  if (listed.length === 0) return [];
  return [
    ...table(
      COLUMNS,
      listed.map((offender) => row(offender, alert)),
      page,
    ),
    ...rest(alert, listed, page),
  ];
}

function row(offender: Offender, alert: Alert): string[] {
  const [reason] = [...offender.reasons].sort(([, a], [, b]) => b - a);
  return [
    label(offender.clientId),
    offender.mountpoint === '' ? '' : label(offender.mountpoint),
    offender.error === 0 ? number(offender.events) : `${number(offender.events - offender.error)}–${number(offender.events)}`,
    percent(offender.events, alert.events),
    reason === undefined ? '' : reasonWord(reason[0]),
    lastSeen(offender, alert),
    from(offender),
  ];
}

/** With the day (`11-21`, `day 2`) only where it is not the day on which the alert was raised. */
function lastSeen({ lastSeen: at }: Offender, { raisedAt, dated }: Alert): string {
  const today = day(at, dated);
  return today === day(raisedAt, dated) ? timeOfDay(at) : `${today.slice(-5)} ${timeOfDay(at)}`;
}

function from({ peers }: Offender): string {
  const [first, ...others] = peers;
  if (first === undefined) return '';
  return others.length === 0 ? mask(first, 45) : `${mask(first, 45)} +${others.length}`;
}

function rest(alert: Alert, listed: readonly Offender[], { width, paint }: Page): string[] {
  const more = Math.max(alert.clients, alert.offenders.length) - listed.length;
  const notes: string[] = [];
  if (more > 0) {
    const events = listed.reduce((left, offender) => left - offender.events, alert.events - alert.unattributed);
    const howMany = events > 0 ? `: ${counted(events, 'events')}` : '';
    notes.push(`and ${alert.exact ? '' : 'about '}${counted(more, 'more clients')}${howMany}`);
  }
  if (!alert.exact) notes.push('(more clients than can be kept apart: the true number of events lies in the range given)');
  return notes.flatMap((note) => paragraph(note, width, '  ')).map(paint.dim);
}
