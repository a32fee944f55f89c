/**
 * Packs to what the extractor runs: anchored regexes, tables, and the texts by which candidate lines are found.
 *
 * Compiling collects every problem with its place and never throws. What is wrong is left out, so that one mistake hides no other.
 */
import { nearest, type DataPath, type Problem, type ProblemCode } from '../errors.ts';
import { EVENT_KINDS, type AlertDefinition, type Cause, type EventKind, type MqttVersion, type ReasonNote } from '../model.ts';
import { parseDuration, MINUTE } from '../units.ts';
import { codeOf } from '../mqtt/reason-codes.ts';
import type {
  AlertSource,
  CodeTableSource,
  Connection,
  EnvelopeSource,
  PackFile,
  PatternSource,
  SelectSource,
  WrapperSource,
} from './pack.ts';
import { Dispatch } from './dispatch.ts';
import { expand, shapeOf, withoutNames, type Shape } from './regex.ts';

/** Fields that a pattern's groups may fill; `client_id_2` is the same field in another alternative. */
export const PATTERN_FIELDS = [
  'client_id',
  'mountpoint',
  'username',
  'peer',
  'topic',
  'reason',
  'reason_code',
  'reason_codes',
  'packet',
  'mqtt_version',
  'count',
] as const;
export type PatternField = (typeof PATTERN_FIELDS)[number];

export const ENVELOPE_FIELDS = ['timestamp', 'level', 'priority', 'pid', 'module', 'function', 'body'] as const;
export type EnvelopeField = (typeof ENVELOPE_FIELDS)[number];

/** A regex and the numbers of its groups by field. Its groups have no names, which would make each match a third slower. */
export interface Matcher<Field extends string> {
  readonly regex: RegExp;
  readonly groups: Groups<Field>;
}

export type Groups<Field extends string> = Readonly<Partial<Record<Field, readonly number[]>>>;

export interface Wrapper extends Matcher<'timestamp'> {
  readonly id: string;
  readonly source: WrapperSource;
}

export interface Envelope {
  readonly id: string;
  readonly source: EnvelopeSource;
  /** Null for JSON. */
  readonly text: Matcher<EnvelopeField> | null;
  /** What stands before the body, where that is all the rest: the same match with less work. */
  readonly head: RegExp | null;
  readonly json: readonly (readonly [EnvelopeField, readonly string[]])[] | null;
}

export interface Pattern extends Matcher<PatternField> {
  /** `pack/id`. */
  readonly id: string;
  readonly file: string;
  readonly path: DataPath;
  readonly source: PatternSource;
  readonly connection: Connection;
  /** Every body begins with one of these. */
  readonly prefixes: readonly string[];
  /** Every body contains one of these. */
  readonly needles: readonly string[];
  readonly codes: CodeTableSource | null;
  readonly cause: { readonly all: Cause | null; readonly words: Readonly<Record<string, Cause>> };
  readonly repeats: ReadonlySet<string>;
  readonly replaces: ReadonlySet<string>;
  /** What it turns out to be when it is repeated. */
  readonly repeatedAs: { readonly pattern: string; readonly kind: EventKind } | null;
  /** A second line can change what it means, so its event waits for that line. */
  readonly waits: boolean;
}

/** Everything the packs know, ready to run. */
export interface Knowledge {
  readonly wrappers: readonly Wrapper[];
  readonly envelopes: readonly Envelope[];
  readonly patterns: readonly Pattern[];
  /** Which patterns to try on a body. */
  readonly dispatch: Dispatch<Pattern>;
  /** Every line that a pattern could take holds one of these texts, and every loud one in JSON. Null: every line must be looked at. */
  readonly needles: readonly string[] | null;
  readonly modules: ReadonlyMap<string, MqttVersion>;
  readonly versions: ReadonlyMap<string, MqttVersion>;
  readonly reasons: ReadonlyMap<string, ReasonNote>;
  readonly alerts: readonly AlertDefinition[];
  readonly sources: readonly PackFile[];
}

export interface CompileOptions {
  /** `per-minute` (default) or `netdata-rate`. */
  readonly profile?: string;
  /** Shapes that are known already, by the expanded source of their regex; those that were not are added. */
  readonly shapes?: Map<string, Shape>;
}

export function compile(files: readonly PackFile[], options: CompileOptions = {}): { knowledge: Knowledge; problems: Problem[] } {
  const compiler = new Compiler(files, options.profile ?? 'per-minute', options.shapes ?? new Map<string, Shape>());
  return { knowledge: compiler.knowledge(), problems: compiler.problems };
}

const REST = '(?<body>.*)';

class Compiler {
  readonly problems: Problem[] = [];
  private readonly files: readonly PackFile[];
  private readonly profile: string;
  private readonly shapes: Map<string, Shape>;
  private readonly fragments = new Names<string>();
  private readonly codes = new Names<CodeTableSource>();

  constructor(files: readonly PackFile[], profile: string, shapes: Map<string, Shape>) {
    this.files = files;
    this.profile = profile;
    this.shapes = shapes;
  }

  knowledge(): Knowledge {
    for (const file of this.files) {
      for (const [name, regex] of Object.entries(file.fragments ?? {})) {
        if (!this.fragments.define(file.pack, name, regex))
          this.report(file, ['fragments', name], 'duplicate-id', `fragment ${name} is defined twice`);
      }
      for (const [name, table] of Object.entries(file.codes ?? {})) {
        if (!this.codes.define(file.pack, name, this.codeTable(file, name, table)))
          this.report(file, ['codes', name], 'duplicate-id', `code table ${name} is defined twice`);
      }
    }
    const wrappers = this.each('wrappers', (wrapper, file, path) => this.wrapper(wrapper, file, path));
    const envelopes = this.each('envelopes', (envelope, file, path) => this.envelope(envelope, file, path));
    const patterns = this.patterns();
    return {
      wrappers,
      envelopes,
      patterns,
      dispatch: new Dispatch(patterns),
      needles: needles(patterns, envelopes),
      modules: this.merged('modules'),
      versions: this.merged('protocol_versions'),
      reasons: new Map(
        [...this.merged('reasons')].map(([word, note]) => [word, { cause: note.cause ?? null, means: note.means, next: note.next }]),
      ),
      alerts: this.each('alerts', (alert, file, path) => this.alert(alert, file, path, patterns)),
      sources: this.files,
    };
  }

  private merged<Key extends 'modules' | 'protocol_versions' | 'reasons'>(key: Key): Map<string, NonNullable<PackFile[Key]>[string]> {
    return new Map(this.files.flatMap((file) => Object.entries(file[key] ?? {}) as [string, NonNullable<PackFile[Key]>[string]][]));
  }

  /** Runs over one section of all files; later entries with an id that is already there are a problem. */
  private each<Key extends 'wrappers' | 'envelopes' | 'alerts', Out>(
    key: Key,
    build: (item: NonNullable<PackFile[Key]>[number], file: PackFile, path: DataPath) => Out | null,
  ): Out[] {
    const seen = new Set<string>();
    return this.files.flatMap((file) =>
      (file[key] ?? []).flatMap((item, index) => {
        const id = 'alert' in item ? item.alert : item.id;
        if (seen.has(id)) this.report(file, [key, index, 'alert' in item ? 'alert' : 'id'], 'duplicate-id', `${id} is defined twice`);
        seen.add(id);
        const built = build(item, file, [key, index]);
        return built === null ? [] : [built];
      }),
    );
  }

  private report(file: PackFile, path: DataPath, code: ProblemCode, message: string, hint?: string): void {
    this.problems.push({ code, file: file.file, path, message, ...(hint === undefined ? {} : { hint }) });
  }

  private wrapper(source: WrapperSource, file: PackFile, path: DataPath): Wrapper | null {
    const matcher = this.matcher(source.regex, ['timestamp'], file, [...path, 'regex'], '^(?:', ')');
    return matcher && { id: source.id, source, ...matcher };
  }

  private envelope(source: EnvelopeSource, file: PackFile, path: DataPath): Envelope | null {
    const id = `${file.pack}/${source.id}`;
    if (source.regex !== undefined) {
      const text = this.matcher(source.regex, ENVELOPE_FIELDS, file, [...path, 'regex']);
      return text && { id, source, text, head: text.shape.isSequence ? this.head(source.regex, file) : null, json: null };
    }
    if (!source.json) {
      this.report(file, path, 'missing-key', `envelope ${source.id} has neither regex nor json`);
      return null;
    }
    const json = Object.entries(source.json).map(([field, place]) => {
      if (!(ENVELOPE_FIELDS as readonly string[]).includes(field))
        this.report(
          file,
          [...path, 'json', field],
          'unknown-group',
          `${field} is no field of an envelope`,
          didYouMean(field, ENVELOPE_FIELDS),
        );
      return [field as EnvelopeField, place.split('.')] as const;
    });
    return { id, source, text: null, head: null, json };
  }

  private head(regex: string, file: PackFile): RegExp | null {
    const whole = expand(regex, this.fragments.seenBy(file.pack), () => undefined);
    // Whatever follows, `.*` takes it, so nothing behind it can make the head match otherwise.
    return whole.endsWith(REST) ? new RegExp(`^(?:${withoutNames(whole.slice(0, -REST.length))})`, 's') : null;
  }

  private matcher<Field extends string>(
    source: string,
    allowed: readonly Field[],
    file: PackFile,
    path: DataPath,
    open = '^(?:',
    shut = ')$',
  ): (Matcher<Field> & { shape: Shape }) | null {
    const before = this.problems.length;
    const fragments = this.fragments.seenBy(file.pack);
    const expanded = expand(source, fragments, (name) =>
      this.report(file, path, 'unknown-fragment', `there is no fragment \${${name}}`, didYouMean(name, fragments.keys())),
    );
    const left = /\$\{\w+\}/.exec(expanded);
    if (left) this.report(file, path, 'unknown-fragment', `fragment ${left[0]} contains itself`);
    if (/^\^|(?<!\\)\$$/.test(source))
      this.report(file, path, 'anchored-regex', 'the loader anchors the regex at both ends', 'leave out ^ and $');
    let regex: RegExp;
    try {
      new RegExp(expanded);
      regex = new RegExp(`${open}${withoutNames(expanded)}${shut}`, 's');
    } catch (error) {
      this.report(file, path, 'bad-regex', (error as Error).message.replace(/^Invalid regular expression: /, ''));
      return null;
    }
    const shape = this.shapes.get(expanded) ?? shapeOf(expanded);
    this.shapes.set(expanded, shape);
    if (shape.forbidden)
      this.report(
        file,
        path,
        'bad-regex',
        `a ${shape.forbidden.what} is not allowed: its time cannot be bounded`,
        'describe the text itself',
      );
    const groups: Partial<Record<Field, number[]>> = {};
    shape.groups.forEach((name, number) => {
      if (name === null) return;
      const field = name.replace(/_\d+$/, '') as Field;
      if (!allowed.includes(field))
        this.report(
          file,
          path,
          'unknown-group',
          `(?<${name}>…) is no field`,
          didYouMean(name, allowed) ?? `fields are ${allowed.join(', ')}`,
        );
      (groups[field] ??= []).push(number);
    });
    return this.problems.length > before ? null : { regex, groups, shape };
  }

  private codeTable(file: PackFile, name: string, table: CodeTableSource): CodeTableSource {
    for (const [version, words] of Object.entries(table)) {
      for (const [word, code] of Object.entries(words as Record<string, number | boolean>)) {
        const limit = version === '3' ? 0x80 : 0xff;
        if (typeof code === 'number' && (!Number.isInteger(code) || code < 0 || code > limit))
          this.report(file, ['codes', name, version, word], 'unknown-reason-code', `${code} is no code of MQTT ${version}`);
      }
    }
    return table;
  }

  private patterns(): Pattern[] {
    const sources = this.files.flatMap((file) =>
      (file.patterns ?? []).map((source, index) => ({ file, source, index, id: `${file.pack}/${source.id}` })),
    );
    const ids = new Set<string>();
    const full = (pack: string, id: string) => (id.includes('/') ? id : `${pack}/${id}`);
    const waiting = new Set(sources.flatMap(({ file, source }) => (source.replaces ?? []).map((id) => full(file.pack, id))));
    const meaning = (id: string) => {
      const other = sources.find((one) => one.id === id);
      return other ? { pattern: id, kind: other.source.event } : null;
    };
    const patterns: Pattern[] = [];
    for (const { file, source, index, id } of sources) {
      const path: DataPath = ['patterns', index];
      if (ids.has(id)) this.report(file, [...path, 'id'], 'duplicate-id', `pattern ${id} is defined twice`);
      ids.add(id);
      const matcher = this.matcher(source.regex, PATTERN_FIELDS, file, [...path, 'regex']);
      if (source.examples.length === 0) this.report(file, [...path, 'examples'], 'missing-example', `pattern ${id} has no example`);
      const codes = this.codes.seenBy(file.pack);
      if (typeof source.code === 'string' && !codes.has(source.code))
        this.report(
          file,
          [...path, 'code'],
          'unknown-code-table',
          `there is no code table ${source.code}`,
          didYouMean(source.code, codes.keys()),
        );
      if (!matcher) continue;
      patterns.push({
        id,
        file: file.file,
        path,
        source,
        regex: matcher.regex,
        groups: matcher.groups,
        prefixes: matcher.shape.prefixes,
        needles: matcher.shape.needles.map(needleOf),
        connection: source.connection ?? 'yes',
        codes: typeof source.code === 'string' ? (codes.get(source.code) ?? null) : null,
        cause: typeof source.cause === 'string' ? { all: source.cause, words: {} } : { all: null, words: source.cause ?? {} },
        repeats: new Set(source.repeats?.map((other) => full(file.pack, other))),
        replaces: new Set(source.replaces?.map((other) => full(file.pack, other))),
        repeatedAs: source.repeated_as === undefined ? null : meaning(full(file.pack, source.repeated_as)),
        waits: waiting.has(id) || source.repeated_as !== undefined,
      });
    }
    for (const { file, source, index } of sources) {
      const { repeats = [], replaces = [], repeated_as } = source;
      for (const [key, others] of Object.entries({ repeats, replaces, repeated_as: repeated_as ?? [] })) {
        list(others).forEach((other, place) => {
          if (!ids.has(full(file.pack, other)))
            this.report(
              file,
              typeof others === 'string' ? ['patterns', index, key] : ['patterns', index, key, place],
              'unknown-pattern',
              `there is no pattern ${other}`,
              didYouMean(full(file.pack, other), ids),
            );
        });
      }
    }
    return patterns;
  }

  private alert(source: AlertSource, file: PackFile, path: DataPath, patterns: readonly Pattern[]): AlertDefinition {
    const window = parseDuration(source.window ?? '60s');
    if (window === null || window === 0)
      this.report(file, [...path, 'window'], 'wrong-value', `${source.window ?? ''} is no length of time`, 'write 60s, 5m or 1h');
    const raiseAbove = source.profiles?.[this.profile]?.raise_above ?? source.raise_above;
    if ((source.clear_above ?? 0) > raiseAbove)
      this.report(file, [...path, 'clear_above'], 'wrong-value', 'clear_above is above raise_above, so the alert would clear at once');
    const select = source.select ?? null;
    for (const id of list(select?.pattern)) {
      const full = id.includes('/') ? id : `${file.pack}/${id}`;
      if (!patterns.some((pattern) => pattern.id === full))
        this.report(
          file,
          [...path, 'select', 'pattern'],
          'unknown-pattern',
          `there is no pattern ${id}`,
          didYouMean(
            full,
            patterns.map((pattern) => pattern.id),
          ),
        );
    }
    for (const kind of list(select?.event)) {
      if (!EVENT_KINDS.includes(kind as (typeof EVENT_KINDS)[number]) && !patterns.some((pattern) => pattern.source.event === kind))
        this.report(file, [...path, 'select', 'event'], 'wrong-value', `no pattern makes an event ${kind}`, didYouMean(kind, EVENT_KINDS));
    }
    return {
      alert: source.alert,
      pack: file.pack,
      severity: source.severity ?? 'warning',
      select: select && selection(select, file.pack),
      window: window ?? MINUTE,
      raiseAbove,
      clearAbove: source.clear_above ?? 0,
      witness: source.witness,
      counts: source.counts,
      means: source.means,
      next: source.next,
    };
  }
}

/** What packs define by name: each pack sees its own first, then what the packs before it and after it define. */
class Names<Value> {
  private readonly packs = new Map<string, Map<string, Value>>();

  /** @returns false where the pack has that name already. */
  define(pack: string, name: string, value: Value): boolean {
    const own = this.packs.get(pack) ?? new Map<string, Value>();
    this.packs.set(pack, own);
    const isNew = !own.has(name);
    if (isNew) own.set(name, value);
    return isNew;
  }

  seenBy(pack: string): ReadonlyMap<string, Value> {
    const others = [...this.packs].filter(([name]) => name !== pack).map(([, names]) => names);
    return new Map([...others.reverse(), this.packs.get(pack) ?? []].flatMap((names) => [...names]));
  }
}

function selection(source: SelectSource, pack: string): AlertDefinition['select'] {
  const events = list(source.event);
  const patterns = list(source.pattern).map((id) => (id.includes('/') ? id : `${pack}/${id}`));
  return {
    events: events.length > 0 ? events : null,
    patterns: patterns.length > 0 ? patterns : null,
    packet: source.packet ?? null,
    direction: source.direction ?? null,
    codes: source.codes ?? null,
  };
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const best = nearest(word, candidates);
  return best === null ? undefined : `did you mean ${best}?`;
}

/** In JSON a quote or a backslash is written differently, and a blank may have been a line break. */
function needleOf(literal: string): string {
  return literal.split(/["\\]/).reduce((best, part) => (part.length > best.length ? part : best), '');
}

/** Four bytes are the least that is searched for. */
const SHORTEST_NEEDLE = 4;

function needles(patterns: readonly Pattern[], envelopes: readonly Envelope[]): readonly string[] | null {
  const texts = patterns.flatMap((pattern) => pattern.needles);
  if (texts.some((text) => text.length < SHORTEST_NEEDLE)) return null;
  const all = [...new Set([...texts, ...envelopes.flatMap((envelope) => envelope.source.loud ?? [])])];
  return all.filter((text) => !all.some((other) => other !== text && text.includes(other)));
}

/** The code that a table gives for a reason word. @returns null where it has none, or the version is not known. */
export function codeFor(table: CodeTableSource, version: MqttVersion | null, word: string): number | null {
  if (version === null) return null;
  const words = table[version];
  if (!words) return null;
  const own = words[word];
  if (typeof own === 'number') return own;
  if (version === 5 && table[5]!['label'] === true) {
    const code = codeOf(word);
    if (code !== null && code >= 0x80) return code;
  }
  const rest = words['*'];
  return typeof rest === 'number' ? rest : null;
}
