/**
 * How it went: events a minute as bars, at most a screenful of rows.
 *
 * A long span is binned, and then a bar is the busiest minute of its bin, so that it can still be held against the threshold. Stretches
 * without events become one row.
 */
import type { Alert, AlertDefinition, EpochUs, Minute } from '../../core/model.ts';
import { mask } from '../../core/mask.ts';
import { MINUTE } from '../../core/units.ts';
import { padEnd, paragraph } from './layout.ts';
import type { Page } from './layout.ts';
import { day, duration, timeOfDay } from './time.ts';
import { capital, number } from './wording.ts';

const MOST_ROWS = 28;
/** Minutes a bin may hold; beyond a day it doubles. */
const SIZES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440];
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

interface Bar {
  readonly from: EpochUs;
  readonly busiest: number;
  readonly total: number;
}
/** Bins without events, more than two in a row. */
interface Gap {
  readonly bins: number;
}
export interface Bars {
  /** Minutes in a bin. */
  readonly size: number;
  readonly rows: readonly (Bar | Gap)[];
}

/** What the rule of an alert counts, minute by minute; nothing where that never happened. */
export function bars(minutes: readonly Minute[], { definition, dated }: Alert, nodes: number, page: Page): string[] {
  const { size, rows } = binned(
    minutes.filter((minute) => minute.dated === dated),
    definition,
  );
  if (rows.length === 0) return [];
  const counts = whatIsDrawn(definition) + (nodes > 1 ? ' on all nodes' : '');
  const what = size === 1 ? `${counts} a minute` : `${counts}: the busiest minute of each ${duration(size * MINUTE)}`;
  const threshold = definition.window === MINUTE ? definition.raiseAbove : null;
  const caption = threshold === null ? what : `${what}; more than ${threshold} within 60 s (│) raise the alert`;
  const numbers = rows.map((row) => ('bins' in row ? '' : figures(row, size)));
  const room = page.width - 2 - 16 - 2 - 1 - Math.max(...numbers.map((text) => text.length));
  const most = Math.max(...rows.map((row) => ('bins' in row ? 0 : row.busiest)), (threshold ?? 0) + 1);
  const mark = threshold === null ? -1 : Math.floor((threshold * room) / most);
  let lastDay = '';
  const lines = rows.map((row, at) => {
    if ('bins' in row) return page.paint.dim(`  ${padEnd('', 16)}  ⋮ ${duration(row.bins * size * MINUTE)} without`);
    const today = day(row.from, dated);
    const label = `${padEnd(today === lastDay ? '' : today, 10)} ${timeOfDay(row.from).slice(0, 5)}`;
    lastDay = today;
    return `  ${label}  ${marked(bar((row.busiest * room) / most), mark, room)} ${numbers[at]!}`.trimEnd();
  });
  return [...paragraph(caption, page.width), ...lines];
}

/** The finest bins that fit on a screen. */
export function binned(minutes: readonly Minute[], { select }: AlertDefinition, mostRows = MOST_ROWS): Bars {
  const kinds = select?.events ?? null;
  const busy = minutes
    .map(({ minute, events }) => ({ minute, count: sum(kinds === null ? events.values() : kinds.map((kind) => events.get(kind) ?? 0)) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.minute - b.minute);
  for (let step = 0; ; step += 1) {
    const size = SIZES[step] ?? SIZES.at(-1)! * 2 ** (step - SIZES.length + 1);
    const rows = rowsOf(busy, size * MINUTE);
    if (rows.length <= mostRows) return { size, rows };
  }
}

function rowsOf(busy: readonly { minute: EpochUs; count: number }[], width: EpochUs): (Bar | Gap)[] {
  const bins = new Map<EpochUs, Bar>();
  for (const { minute, count } of busy) {
    const from = Math.floor(minute / width) * width;
    const bin = bins.get(from);
    bins.set(from, { from, busiest: Math.max(bin?.busiest ?? 0, count), total: (bin?.total ?? 0) + count });
  }
  const rows: (Bar | Gap)[] = [];
  let next: EpochUs | null = null;
  for (const bin of bins.values()) {
    const empty: number = next === null ? 0 : (bin.from - next) / width;
    if (empty > 2) rows.push({ bins: empty });
    else for (let at = bin.from - empty * width; at < bin.from; at += width) rows.push({ from: at, busiest: 0, total: 0 });
    rows.push(bin);
    next = bin.from + width;
  }
  return rows;
}

function figures({ busiest, total }: Bar, size: number): string {
  return size === 1 || total === busiest ? number(total) : `${number(busiest)} (${number(total)} in all)`;
}

function bar(length: number): string {
  const eighths = Math.max(length > 0 ? 1 : 0, Math.round(length * 8));
  return '█'.repeat(eighths >> 3) + EIGHTHS[eighths & 7]!;
}

/** The threshold goes through bars and blanks alike. */
function marked(text: string, mark: number, room: number): string {
  const full = padEnd(text, room);
  return mark < 0 ? full : `${full.slice(0, mark)}│${full.slice(mark + 1)}`;
}

function sum(counts: Iterable<number>): number {
  let total = 0;
  for (const count of counts) total += count;
  return total;
}

/** Minutes are kept by kind, so where a rule takes only some events of a kind its bars show more than it counts, and say so. */
function whatIsDrawn({ counts, select }: AlertDefinition): string {
  const all = select === null || (select.packet ?? select.direction ?? select.codes ?? select.patterns) === null;
  const text = mask(all ? counts : `all events of ${select.events ? `kind ${select.events.join(', ')}` : 'any kind'}`, 60);
  return capital(text);
}
