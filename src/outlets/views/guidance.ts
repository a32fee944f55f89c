/** What an alert means and what to do next, as lines: texts as paragraphs, commands on lines of their own that can be pasted. */
import type { Advice, Step } from './advice.ts';
import { commandLines, paragraph } from './layout.ts';
import type { Page } from './layout.ts';

/** @param which is appended to the titles, for a report on several rules. */
export function guidance({ means, next }: Advice, which: string, page: Page): string[][] {
  return [
    titled(
      `What it means${which}`,
      means.flatMap((text) => paragraph(text, page.width, '  ')),
      page,
    ),
    titled(
      `What to do next${which}`,
      next.flatMap((step) => stepLines(step, page)),
      page,
    ),
  ];
}

/** A command is never cut: a shortened id would be another client's. */
function stepLines({ say, run }: Step, { width, paint }: Page): string[] {
  const text = (what: string) => paragraph(what, width, '    ', '  - ');
  if (run === null) return text(say);
  const command = commandLines(run, width, '      ');
  return command === null ? text(`${say} (the command is too long to be shown here)`) : [...text(say), ...command.map(paint.cyan)];
}

function titled(title: string, lines: readonly string[], { width, paint }: Page): string[] {
  return lines.length === 0 ? [] : [...paragraph(title, width).map(paint.bold), ...lines];
}
