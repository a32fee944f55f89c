/**
 * What can be read off the source of a regex without running it: its groups, how its matches begin, and texts that every match must contain.
 *
 * Only what packs may use is understood; look-around and back references are refused, because V8 cannot promise linear time for them.
 */

export interface Shape {
  /** Names of the capturing groups by number; null for one without a name. Number 0 is the whole match. */
  readonly groups: readonly (string | null)[];
  /** Every match begins with one of these texts; one of them is '' where a match can begin with anything. */
  readonly prefixes: readonly string[];
  /** Every match contains one of these texts; one of them is '' where no text is certain. */
  readonly needles: readonly string[];
  /** It has no alternatives but within groups. */
  readonly isSequence: boolean;
  /** A construct that packs may not use, with its position; null for none. */
  readonly forbidden: { readonly what: string; readonly at: number } | null;
}

/** A piece of a sequence: a character, a group of alternatives, or anything else. */
type Atom =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'group'; readonly alternatives: readonly Piece[][] }
  | { readonly kind: 'any' };
interface Piece {
  readonly atom: Atom;
  /** A match contains it at least once, and exactly once. */
  readonly certain: boolean;
  readonly once: boolean;
}

const FORBIDDEN: readonly [string, string][] = [
  ['(?=', 'look-ahead'],
  ['(?!', 'look-ahead'],
  ['(?<=', 'look-behind'],
  ['(?<!', 'look-behind'],
];
const MOST_TEXTS = 64;

/** Reads a valid regex source. */
export function shapeOf(source: string): Shape {
  const parser = new Parser(source);
  const alternatives = parser.alternatives();
  return {
    groups: parser.groups,
    prefixes: prefixesOf(alternatives),
    needles: needlesOf(alternatives),
    isSequence: alternatives.length === 1,
    forbidden: parser.forbidden,
  };
}

class Parser {
  readonly groups: (string | null)[] = [null];
  forbidden: Shape['forbidden'] = null;
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  alternatives(): Piece[][] {
    const alternatives: Piece[][] = [[]];
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      if (this.source[this.at] === '|') {
        alternatives.push([]);
        this.at += 1;
      } else alternatives.at(-1)!.push(this.piece());
    }
    return alternatives;
  }

  private piece(): Piece {
    const atom = this.atom();
    const quantifier = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(this.source.slice(this.at, this.at + 24));
    if (!quantifier) return { atom, certain: true, once: true };
    this.at += quantifier[0].length;
    const certain = quantifier[0].startsWith('+') || Number(quantifier[1] ?? 0) > 0;
    return { atom, certain, once: false };
  }

  private atom(): Atom {
    const char = this.source[this.at]!;
    if (char === '\\') return this.escape();
    if (char === '[') return this.characterClass();
    if (char === '(') return this.group();
    this.at += 1;
    return '.^$'.includes(char) ? { kind: 'any' } : { kind: 'char', char };
  }

  private escape(): Atom {
    const escaped = this.source[this.at + 1] ?? '';
    if (/[1-9k]/.test(escaped)) this.forbid('back reference');
    this.at += 2;
    // A letter or digit stands for a class or a control character.
    if (/[a-zA-Z0-9]/.test(escaped)) {
      const rest = /^(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|c[A-Za-z]|[pP]\{[^}]*\})/.exec(this.source.slice(this.at - 1));
      if (rest) this.at += rest[0].length - 1;
      return { kind: 'any' };
    }
    return { kind: 'char', char: escaped };
  }

  private characterClass(): Atom {
    this.at += 1;
    if (this.source[this.at] === '^') this.at += 1;
    while (this.at < this.source.length && this.source[this.at] !== ']') this.at += this.source[this.at] === '\\' ? 2 : 1;
    this.at += 1;
    return { kind: 'any' };
  }

  private group(): Atom {
    const bad = FORBIDDEN.find(([opening]) => this.source.startsWith(opening, this.at));
    if (bad) this.forbid(bad[1]);
    const opening = /^\((?:\?<([A-Za-z_]\w*)>|\?<?[=!:]|)/.exec(this.source.slice(this.at, this.at + 80))!;
    if (opening[1] !== undefined || opening[0] === '(') this.groups.push(opening[1] ?? null);
    this.at += opening[0].length;
    const alternatives = this.alternatives();
    this.at += 1;
    return bad ? { kind: 'any' } : { kind: 'group', alternatives };
  }

  private forbid(what: string): void {
    this.forbidden ??= { what, at: this.at };
  }
}

/** The texts that every match of one of the alternatives contains: those whose shortest is longest. */
function needlesOf(alternatives: readonly Piece[][]): readonly string[] {
  const texts = alternatives.flatMap((sequence) => {
    const choices: (readonly string[])[] = [];
    /** One of these stands before what comes next. */
    let run: readonly string[] = [''];
    for (const { atom, certain, once } of sequence) {
      const literals = certain && once ? literalsOf(atom) : null;
      if (literals !== null && run.length * literals.length <= MOST_TEXTS) {
        run = run.flatMap((text) => literals.map((literal) => text + literal));
        continue;
      }
      if (atom.kind === 'char' && certain) run = run.map((text) => text + atom.char);
      choices.push(run);
      run = [''];
      if (atom.kind === 'group' && certain) choices.push(needlesOf(atom.alternatives));
    }
    choices.push(run);
    return choices.reduce((best, next) => (shortest(next) > shortest(best) ? next : best));
  });
  return texts.length > MOST_TEXTS ? [''] : [...new Set(texts)];
}

/** All texts that an atom matches, where they are few and written out; else null. */
function literalsOf(atom: Atom): readonly string[] | null {
  if (atom.kind === 'char') return [atom.char];
  if (atom.kind === 'any') return null;
  const all: string[] = [];
  for (const sequence of atom.alternatives) {
    let texts: readonly string[] = [''];
    for (const { atom: part, certain, once } of sequence) {
      const literals = certain && once ? literalsOf(part) : null;
      if (literals === null || texts.length * literals.length > MOST_TEXTS) return null;
      texts = texts.flatMap((text) => literals.map((literal) => text + literal));
    }
    all.push(...texts);
  }
  return all.length > MOST_TEXTS ? null : all;
}

function shortest(texts: readonly string[]): number {
  return texts.reduce((least, text) => Math.min(least, text.length), Infinity);
}

function prefixesOf(alternatives: readonly Piece[][]): readonly string[] {
  const all = alternatives.flatMap((sequence) => {
    let open = [''];
    const closed: string[] = [];
    for (const { atom, certain, once } of sequence) {
      if (atom.kind === 'char' && once) open = open.map((text) => text + atom.char);
      else if (atom.kind === 'group' && certain && open.every((text) => text === '')) {
        const inner = prefixesOf(atom.alternatives);
        if (!once || inner.length > MOST_TEXTS) return [...closed, ...inner];
        // What follows a group is left out: its alternatives may end before their prefix does.
        return [...closed, ...inner];
      } else if (!certain && open.every((text) => text === '')) {
        // An optional beginning: a match begins with it or with what follows.
        if (atom.kind === 'any') return [''];
        closed.push(...(atom.kind === 'char' ? [atom.char] : prefixesOf(atom.alternatives)));
      } else break;
    }
    return [...closed, ...open];
  });
  return all.length > MOST_TEXTS || all.includes('') ? [''] : [...new Set(all)];
}

/** The same regex with groups that go by their number only. */
export function withoutNames(source: string): string {
  return source.replaceAll(/(\\.|\[(?:\\.|[^\]\\])*\])|\(\?<\w+>/gs, (_, other: string | undefined) => other ?? '(');
}

/** Puts fragments in place of `${name}`, also inside fragments. */
export function expand(source: string, fragments: ReadonlyMap<string, string>, unknown: (name: string) => void): string {
  let expanded = source;
  for (let round = 0; round < 8 && expanded.includes('${'); round += 1) {
    expanded = expanded.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
      const fragment = fragments.get(name);
      if (fragment === undefined) unknown(name);
      return fragment ?? '';
    });
  }
  return expanded;
}
