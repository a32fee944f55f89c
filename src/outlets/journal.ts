/**
 * The service's own log: a line for each change of an alert and for each notice.
 *
 * As JSON (pino) for machines: the alert object of the contract, flat, with `change`; lines without `change` are notices. As text for
 * people. Under journald each line begins with its priority [sd-daemon(3)], which the journal takes off.
 */
import { pino, type Logger } from 'pino';
import type { Alert, Change } from '../core/model.ts';
import type { Notice, NoticeLevel } from '../notices.ts';
import type { Lines } from './lines.ts';
import { changeText, noticeText, type ChangeTextOptions } from './views/change.ts';
import { alertEntry } from './views/incident.ts';
import { safeJson } from './views/json.ts';

export interface JournalOptions {
  readonly lines: Lines;
  /** Notices as text go here. */
  readonly remarks: Lines;
  /** Nothing that is only good to know. */
  readonly quiet: boolean;
  readonly format: 'json' | 'text';
  /** Begin lines with a priority. */
  readonly priorities: boolean;
  readonly text: ChangeTextOptions;
}

type Level = NoticeLevel | 'fatal';

/** Severities of syslog [RFC 5424 6.2.1]. */
const PRIORITY: Record<Level, number> = { fatal: 2, error: 3, warn: 4, notice: 5, info: 6 };

export class Journal {
  readonly #lines: Lines;
  readonly #remarks: Lines;
  readonly #quiet: boolean;
  readonly #format: JournalOptions['format'];
  readonly #priorities: boolean;
  readonly #text: ChangeTextOptions;
  readonly #pino: Logger<'notice'>;
  /** Of the line that pino is about to hand over. */
  #level: Level = 'info';
  #done: () => void = () => undefined;

  constructor({ lines, remarks, quiet, format, priorities, text }: JournalOptions) {
    this.#lines = lines;
    this.#remarks = remarks;
    this.#quiet = quiet;
    this.#format = format;
    this.#priorities = priorities;
    this.#text = text;
    this.#pino = pino(
      {
        base: null,
        customLevels: { notice: 35 },
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (level) => ({ level }) },
      },
      { write: (line) => this.#write(safeJson(line)) },
    );
  }

  /** @param done called once the line is written. */
  change({ change, alert }: Change, done: () => void): void {
    this.#done = done;
    this.#level = levelOf(change, alert);
    if (this.#format === 'text') this.#write(changeText({ change, alert }, this.#text));
    else this.#pino[this.#level]({ change, ...alertEntry(alert, this.#text.notes) }, sentence(change, alert));
  }

  notice(notice: Notice): void {
    const { level, message, times, ...fields } = notice;
    if (this.#quiet && (level === 'info' || level === 'notice')) return;
    this.#level = level;
    this.#done = () => undefined;
    if (this.#format === 'text') this.#write(noticeText(notice, this.#text), this.#remarks);
    else this.#pino[level]({ ...fields, ...(times > 1 && { times }) }, message);
  }

  #write(text: string, to = this.#lines): void {
    const prefix = this.#priorities ? `<${PRIORITY[this.#level]}>` : '';
    to.write(text.replace(/^(?=.)/gm, prefix), this.#done);
  }
}

function levelOf(change: Change['change'], { definition }: Alert): Level {
  switch (change) {
    case 'raised':
      return definition.severity === 'critical' ? 'fatal' : 'warn';
    case 'lost_sight':
      return 'warn';
    case 'leading_offender':
    case 'cleared':
      return 'notice';
  }
}

function sentence(change: Change['change'], { definition, node }: Alert): string {
  return `${definition.alert} ${change.replace('_', ' ')}${node === null ? '' : ` on ${node}`}`;
}
