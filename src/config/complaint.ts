/** What is wrong in a file that a user wrote, with its place in it, and how that is shown. */
import type { Problem } from '../core/errors.ts';

export interface Position {
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** A problem with its place in the file, ready to be shown. */
export interface Complaint extends Problem {
  readonly position: Position | null;
  /** The line in question, for the caret. */
  readonly excerpt: string | null;
}

/** `file:line:column: message`, the line, a caret below the place, the hint. */
export function formatComplaint({ file, position, message, excerpt, hint, code }: Complaint): string {
  const head = `${file}${position ? `:${position.line}:${position.column}` : ''}: ${message} [${code}]`;
  const lines = [head];
  if (position && excerpt !== null && excerpt.trim() !== '') {
    const start = Math.max(0, position.column - 60);
    lines.push(`    ${excerpt.slice(start, start + 100)}`, `    ${' '.repeat(position.column - 1 - start)}^`);
  }
  if (hint !== undefined) lines.push(`    hint: ${hint}`);
  return lines.join('\n');
}

/** What a user wrote is wrong; all of it at once. */
export class ConfigError extends Error {
  readonly complaints: readonly Complaint[];

  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(formatComplaint).join('\n'));
    this.name = 'ConfigError';
    this.complaints = complaints;
  }
}
