/** A change of an alert, and a notice, as text for somebody who looks at a terminal: who it is first, in a few lines. */
import { mask } from '../../core/mask.ts';
import type { Alert, Change } from '../../core/model.ts';
import { page as pageOf, paragraph, type Page } from './layout.ts';
import { offendersTable } from './offenders.ts';
import { duration, moment } from './time.ts';
import { verdict } from './verdict.ts';
import { counted } from './wording.ts';
import type { Notes } from './wording.ts';

export interface ChangeTextOptions {
  readonly width: number;
  readonly color: boolean;
  readonly notes: Notes;
}

/** What Notice of the program says, as far as it is shown. */
interface Remark {
  readonly level: string;
  readonly message: string;
}

export function changeText({ change, alert }: Pick<Change, 'change' | 'alert'>, options: ChangeTextOptions): string {
  const page = pageOf(options);
  return lines(block(change, alert, page, options.notes));
}

export function noticeText({ level, message }: Remark, options: ChangeTextOptions): string {
  const { width, paint } = pageOf(options);
  const color = level === 'error' ? paint.red : level === 'warn' ? paint.yellow : paint.dim;
  return lines(paragraph(`vernewatch: ${mask(message, 1_000)}`, width, '  ', '').map(color));
}

function block(change: Change['change'], alert: Alert, page: Page, notes: Notes): string[] {
  const { paint, width } = page;
  const title = (word: string, at: number) =>
    `${word}  ${mask(alert.definition.alert, 80)}${alert.node === null ? '' : ` on ${mask(alert.node, 64)}`}, ${moment(at, alert.dated)}`;
  const says = paragraph(verdict(alert, notes), width, '  ');
  switch (change) {
    case 'raised': {
      const color = alert.definition.severity === 'critical' ? paint.red : paint.yellow;
      const first = paragraph(title(alert.definition.severity.toUpperCase(), alert.raisedAt), width, '  ', '');
      return [...first.map((line) => paint.bold(color(line))), ...says, ...offendersTable(alert, page)];
    }
    case 'leading_offender':
      return [
        ...paragraph(title('STILL RAISED', alert.offenders[0]?.lastSeen ?? alert.raisedAt), width, '  ', '').map(paint.yellow),
        ...says,
      ];
    case 'cleared': {
      const held = duration((alert.clearedAt ?? alert.raisedAt) - alert.raisedAt);
      const counts = `${alert.lowerBound ? 'at least ' : ''}${counted(alert.events, mask(alert.definition.counts, 60))}`;
      const first = paragraph(`${title('CLEARED', alert.clearedAt ?? alert.raisedAt)}, after ${held} and ${counts}`, width, '  ', '');
      return [...first.map((line) => paint.bold(paint.green(line))), ...says];
    }
    case 'lost_sight':
      return [
        ...paragraph(title('UNKNOWN', alert.raisedAt), width, '  ', '').map((line) => paint.bold(paint.yellow(line))),
        ...paragraph('Its log cannot be read, so nobody knows whether it goes on.', width, '  '),
      ];
  }
}

function lines(text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join('');
}
