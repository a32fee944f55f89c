/**
 * Text in columns and paragraphs, measured as the terminal shows it.
 *
 * Everything given to these functions is masked already: one character is one thing to see, and nothing in it ends the line.
 */
import { createColors } from 'picocolors';
import { displayWidth } from '../../core/mask.ts';

type Paint = ReturnType<typeof createColors>;

/** What the sections of a report need to know about the place they are printed to. */
export interface Page {
  readonly width: number;
  readonly paint: Paint;
}

/** Narrower than this nothing can be laid out; such a terminal wraps. */
const NARROWEST = 60;

export function page({ width, color }: { readonly width: number; readonly color: boolean }): Page {
  return { width: Math.max(NARROWEST, Math.floor(width)), paint: createColors(color) };
}

/** The text as lines of at most `width` columns: the first begins with `first`, the others with `indent`. */
export function paragraph(text: string, width: number, indent = '', first = indent): string[] {
  const lines: string[] = [];
  let line: string | null = null;
  for (const word of text.split(' ').flatMap((whole) => chop(whole, width - displayWidth(indent)))) {
    const longer: string = line === null ? first + word : `${line} ${word}`;
    if (line !== null && displayWidth(longer) > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = longer;
    }
  }
  return [...lines, line ?? first];
}

/** A command over as many lines as it needs, in a way that can be pasted as a whole; null if a single word of it does not fit. */
export function commandLines(words: readonly string[], width: number, indent: string): string[] | null {
  const lines: string[] = [];
  let line = indent;
  for (const word of words) {
    const start = line.trim() === '';
    const longer = start ? line + word : `${line} ${word}`;
    if (displayWidth(longer) <= width - ' \\'.length) {
      line = longer;
      continue;
    }
    if (start) return null;
    lines.push(`${line} \\`);
    line = `${indent}  ${word}`;
    if (displayWidth(line) > width - ' \\'.length) return null;
  }
  return [...lines, line];
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** A word in pieces that fit. */
function chop(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const character of word) {
    if (displayWidth(piece + character) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...pieces, piece];
}
