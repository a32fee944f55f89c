/**
 * A YAML file that a user wrote: its data, and where in the file each piece of it stands.
 *
 * Shapes are checked by a zod schema; every complaint becomes a problem with the path of what is wrong, and a path becomes line and column.
 */
import { LineCounter, isMap, isScalar, isSeq, parseDocument, type Document as YamlDocument, type Node } from 'yaml';
import type { z } from 'zod';
import { nearest, type DataPath, type Problem } from '../core/errors.ts';

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

export class Document {
  readonly file: string;
  private readonly text: string;
  private readonly lines: LineCounter;
  private readonly yaml: YamlDocument;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.lines = new LineCounter();
    this.yaml = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, uniqueKeys: true });
  }

  /** The data if it fits the schema; else null and the problems. An empty file is an empty map. */
  check<Schema extends z.ZodType>(schema: Schema): { data: z.output<Schema> | null; problems: Complaint[] } {
    const syntax = this.yaml.errors.map((error) =>
      this.at(this.lines.linePos(error.pos[0]), {
        code: 'syntax',
        file: this.file,
        path: [],
        message: error.message.replace(/ at line \d+, column \d+:?[^]*$/, ''),
      }),
    );
    if (syntax.length > 0) return { data: null, problems: syntax };
    const result = schema.safeParse((this.yaml.toJS({ maxAliasCount: 100 }) as unknown) ?? {});
    if (result.success) return { data: result.data, problems: [] };
    return { data: null, problems: result.error.issues.flatMap((issue) => this.problemsOf(issue)).map((problem) => this.locate(problem)) };
  }

  /** Adds line and column to a problem of this file. */
  locate(problem: Problem): Complaint {
    const key = problem.code === 'unknown-key' ? problem.path : null;
    const offset = this.offsetOf(problem.path, key !== null);
    return offset === null ? { ...problem, position: null, excerpt: null } : this.at(this.lines.linePos(offset), problem);
  }

  private at(place: { line: number; col: number }, problem: Problem): Complaint {
    const excerpt = this.text.split('\n')[place.line - 1]?.replace(/\r$/, '') ?? null;
    return { ...problem, position: { line: place.line, column: place.col }, excerpt };
  }

  /** Where the value of a path begins, or its key; the nearest thing above it where there is none. */
  private offsetOf(path: DataPath, wantKey: boolean): number | null {
    let node: unknown = this.yaml.contents;
    let offset = startOf(node);
    for (const [depth, part] of path.entries()) {
      if (isMap(node)) {
        const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
        if (!pair) return offset;
        offset = wantKey && depth === path.length - 1 ? startOf(pair.key) : (startOf(pair.value) ?? startOf(pair.key));
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(part)];
        offset = startOf(node) ?? offset;
      } else return offset;
    }
    return offset;
  }

  private problemsOf(issue: z.core.$ZodIssue): Problem[] {
    const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
    const base = { file: this.file, path };
    // eslint-disable-next-line @typescript-eslint/switch-exhaustiveness-check -- zod adds kinds of issue in minor releases
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => {
          const known = (issue as { params?: { known?: string[] } }).params?.known ?? [];
          const near = nearest(key, known);
          return {
            ...base,
            path: [...path, key],
            code: 'unknown-key',
            message: `unknown key ${key}`,
            ...(near === null ? {} : { hint: `did you mean ${near}?` }),
          };
        });
      case 'invalid_type':
        return [
          issue.message.includes('received undefined')
            ? { ...base, path: path.slice(0, -1), code: 'missing-key', message: `${String(path.at(-1))} is missing` }
            : { ...base, code: 'wrong-type', message: `${named(path)} should be ${article(issue.expected)}` },
        ];
      case 'invalid_value': {
        const allowed = issue.values.map(String);
        const value = valueAt(this.yaml, path);
        const near = typeof value === 'string' ? nearest(value, allowed) : null;
        return [
          {
            ...base,
            code: 'wrong-value',
            message: `${named(path)} should be one of ${allowed.join(', ')}`,
            ...(near === null ? {} : { hint: `did you mean ${near}?` }),
          },
        ];
      }
      default:
        return [{ ...base, code: 'wrong-value', message: `${named(path)}: ${issue.message}` }];
    }
  }
}

function startOf(node: unknown): number | null {
  return (node as Node | null | undefined)?.range?.[0] ?? null;
}

function valueAt(document: YamlDocument, path: DataPath): unknown {
  return document.getIn(path);
}

function named(path: DataPath): string {
  return path.length === 0
    ? 'the file'
    : path
        .map((part) => (typeof part === 'number' ? `[${part}]` : part))
        .join('.')
        .replaceAll('.[', '[');
}

function article(type: string): string {
  const name = type === 'record' || type === 'object' ? 'map' : type === 'array' ? 'list' : type;
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
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
