/** What `patterns explain` says of a line, or of a file. */
import type { Explanation } from '../../core/explain.ts';
import { FIELDS } from '../../core/examples.ts';
import { shapeOfBody } from '../../core/extract/shape.ts';
import { mask } from '../../core/mask.ts';
import type { Snapshot } from '../../core/model.ts';
import { page as pageOf } from './layout.ts';
import { counted } from './wording.ts';

interface Look {
  readonly width: number;
  readonly color: boolean;
}

const LONGEST = 400;

export function explanationText({ wrapping, frame, taken, event, nearest }: Explanation, look: Look): string {
  const { paint } = pageOf(look);
  const rows: [string, string][] = [];
  if (wrapping !== '') rows.push(['wrapper', wrapping]);
  if (!frame) return lines([...rows, ['envelope', 'none fits: this is no line of a log that the packs know']], 'no event');
  rows.push(['envelope', frame.envelope.id]);
  for (const key of ['level', 'pid', 'module', 'function'] as const) if (frame[key] !== null) rows.push([key, frame[key]]);
  if (!taken) {
    // Where nobody knows the statement, nobody knows where its password or payload stands.
    rows.push(['body', shapeOfBody(frame.body)], ['pattern', 'none takes it']);
    if (nearest) {
      rows.push(
        ['nearest', nearest.pattern.id],
        ['', nearest.pattern.source.regex.trim()],
        ['agrees up to', `${frame.body.slice(0, nearest.shared)}▲`],
      );
    }
    return lines(rows, 'no event');
  }
  rows.push(['pattern', taken.pattern.id]);
  if (taken.pattern.source.about !== undefined) rows.push(['about', taken.pattern.source.about]);
  if (!event) return lines(rows, 'no event: a known line that refuses nobody');
  for (const [field, value] of Object.entries(FIELDS)) {
    if (field === 'pattern' || field === 'level') continue;
    const got = value(event);
    if (got !== null) rows.push([field, typeof got === 'number' ? String(got) : got === '' ? '"" (empty)' : got]);
  }
  return lines(rows, null);

  function lines(all: [string, string][], verdict: string | null): string {
    const text = all.map(([name, value]) => `${paint.dim(name.padEnd(17))}${shown(name, value)}`);
    return `${[...text, ...(verdict === null ? [] : [paint.bold(verdict)])].join('\n')}\n`;
  }
}

/** A regex is the pack author's own text: its backslashes stay as they were written. */
function shown(name: string, value: string): string {
  return name === '' ? mask(value, LONGEST).replaceAll('\\\\', '\\') : mask(value, LONGEST);
}

/** Hits of each pattern, most first, and the warnings and errors that no pattern takes, by shape. */
export function fileExplanationText({ sources, coverage }: Snapshot, hits: ReadonlyMap<string, number>, look: Look): string {
  const { paint } = pageOf(look);
  const total = sources.reduce((sum, { lines }) => sum + lines, 0);
  const unparsed = sources.reduce((sum, source) => sum + source.unparsed, 0);
  const text = [`${counted(total, 'lines')}, ${counted(unparsed, 'lines')} in no known envelope`, '', paint.bold('events by pattern')];
  const byPattern = [...hits].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  text.push(...(byPattern.length > 0 ? byPattern.map(([id, count]) => `${String(count).padStart(10)}  ${mask(id)}`) : ['      none']));
  text.push('', paint.bold('warnings and errors that no pattern takes, by shape'));
  const unmatched = coverage.unmatched;
  text.push(
    ...(unmatched.length > 0
      ? unmatched.map(
          ({ shape, lines, place }) =>
            `${String(lines).padStart(10)}  ${mask(shape, look.width - 12)}\n            ${mask(`${place.file}:${place.line}`)}`,
        )
      : ['      none']),
  );
  return `${text.join('\n')}\n`;
}
