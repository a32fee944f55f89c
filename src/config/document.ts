/**
 * A YAML file that a user wrote: its data, and where in the file each piece of it stands.
 *
 * Shapes are checked by a zod schema; every complaint becomes a problem with the path of what is wrong, and a path becomes line and column.
 */
import { LineCounter, isMap, isScalar, isSeq, parseDocument, visit, type Alias, type Document as YamlDocument, type Node } from 'yaml';
import type { z } from 'zod';
import { nearest, type DataPath, type Problem } from '../core/errors.ts';
import type { Complaint } from './complaint.ts';

export class Document {
  readonly file: string;
  private readonly text: string;
  private readonly lines: LineCounter;
  private readonly yaml: YamlDocument;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.lines = new LineCounter();
    this.yaml = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, uniqueKeys: true, logLevel: 'error' });
  }

  /** The data if it fits the schema; else null and the problems. An empty file is an empty map. */
  check<Schema extends z.ZodType>(schema: Schema): { data: z.output<Schema> | null; problems: Complaint[] } {
    const syntax = this.yaml.errors.map((error) =>
      this.at(this.lines.linePos(error.pos[0]), {
        code: 'syntax',
        file: this.file,
        path: [],
        message: error.code === 'MULTIPLE_DOCS' ? 'the file holds more than one document' : error.message,
      }),
    );
    if (syntax.length > 0) return { data: null, problems: syntax };
    const aliases = this.wrongAliases();
    if (aliases.length > 0) return { data: null, problems: aliases };
    let data: unknown;
    try {
      data = this.yaml.toJS({ maxAliasCount: 100 });
    } catch (error) {
      return { data: null, problems: [this.locate({ code: 'syntax', file: this.file, path: [], message: (error as Error).message })] };
    }
    const result = schema.safeParse(data ?? {});
    if (result.success) return { data: result.data, problems: [] };
    return { data: null, problems: result.error.issues.flatMap((issue) => this.problemsOf(issue)).map((problem) => this.locate(problem)) };
  }

  /** Text that begins with a star and was not meant as a reference: `path: *.log`. */
  private wrongAliases(): Complaint[] {
    const wrong: Alias[] = [];
    visit(this.yaml, {
      Alias: (_, alias) => {
        if (!alias.resolve(this.yaml)) wrong.push(alias);
      },
    });
    return wrong.map((alias) =>
      this.at(this.lines.linePos(startOf(alias) ?? 0), {
        code: 'syntax',
        file: this.file,
        path: [],
        message: `nothing is called &${alias.source}`,
        hint: `put quotes round text that begins with a star: '*${alias.source}'`,
      }),
    );
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
        const message = `${named(path)} should be one of ${allowed.join(', ')}`;
        return [{ ...base, code: 'wrong-value', message, ...this.hint(path, allowed) }];
      }
      case 'invalid_union': {
        // The branch that the value was meant for says what is wrong inside of it.
        const meant = issue.errors.find((issues) =>
          issues.every(({ code, path: inside }) => inside.length > 0 || !/^invalid_(?:type|value)$/.test(code)),
        );
        if (meant) return meant.flatMap((inner) => this.problemsOf({ ...inner, path: [...issue.path, ...inner.path] }));
        const inner = issue.errors.flat();
        const values = inner.flatMap((one) => (one.code === 'invalid_value' ? one.values.map(String) : []));
        const types = inner.flatMap((one) => (one.code === 'invalid_type' ? [article(one.expected)] : []));
        const choices = values.length > 0 ? [`one of ${values.join(', ')}`, ...types] : types;
        const message = `${named(path)} should be ${choices.join(' or ')}`;
        return [{ ...base, code: values.length > 0 ? 'wrong-value' : 'wrong-type', message, ...this.hint(path, values) }];
      }
      default:
        return [{ ...base, code: 'wrong-value', message: `${named(path)}: ${issue.message}` }];
    }
  }

  private hint(path: DataPath, allowed: readonly string[]): { hint?: string } {
    const value = this.yaml.getIn(path);
    const near = typeof value === 'string' ? nearest(value, allowed) : null;
    return near === null ? {} : { hint: `did you mean ${near}?` };
  }
}

function startOf(node: unknown): number | null {
  return (node as Node | null | undefined)?.range?.[0] ?? null;
}

function named(path: DataPath): string {
  return path.length === 0
    ? 'the file'
    : path
        .map((part) => (typeof part === 'number' ? `[${part}]` : part))
        .join('.')
        .replaceAll('.[', '[');
}

const WORDS: Readonly<Record<string, string>> = { record: 'map', object: 'map', array: 'list', int: 'whole number' };

function article(type: string): string {
  return `a ${WORDS[type] ?? type}`;
}
