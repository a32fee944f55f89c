/** The shape of a message: its words without ids, numbers and terms, so that like lines can be counted together. */
import type { Place, Unmatched } from '../model.ts';
import { own } from '../own.ts';

const MOST_SHAPES = 500;

/** Loud lines of one log that no pattern takes, by their shapes. */
export class UnmatchedShapes {
  private readonly most: number;
  private readonly shapes = new Map<string, { -readonly [Key in keyof Unmatched]: Unmatched[Key] }>();

  constructor(most = MOST_SHAPES) {
    this.most = most;
  }

  /** @param place of the first of the lines. */
  add(shape: string, lines: number, place: Place): void {
    const known = this.shapes.get(shape);
    if (known) known.lines += lines;
    else if (this.shapes.size < this.most) this.shapes.set(own(shape), { shape: own(shape), lines, place });
  }

  list(): Unmatched[] {
    return [...this.shapes.values()];
  }
}

/** Long enough to recognise a statement, short enough to keep many. */
const LONGEST = 160;

/** Hostile text (inside quotes) is gone from the shape, so that it cannot make one statement look like many. */
export function shapeOfBody(body: string): string {
  return body
    .slice(0, 2000)
    .replaceAll(/<<(?:"(?:[^"\\]|\\.)*(?:">>|$)|[\d,.\s]*>>)/gs, '<<…>>')
    .replaceAll(/"(?:[^"\\]|\\.)*(?:"|$)/gs, '"…"')
    .replaceAll(/(pass(?:word|wd|phrase)?|secret|token)(\s{0,4}[:=]\s{0,4})[^\s,;…"<]+/gi, '$1$2…')
    .replaceAll(/#(?:Ref|Port|Fun)?<[^>]*>|<[\d.]+>/g, '<…>')
    .replaceAll(/\d+/g, 'N')
    .slice(0, LONGEST);
}

/** Longer bodies are cut before they become shapes, and where depends on their numbers. */
const LONGEST_LIKE = 1_000;
const MOST_KEPT = 1_000;

interface Kept {
  readonly body: string;
  readonly shape: string;
}

/** Shapes of one log, whose loud lines mostly differ in their numbers only: then the shape of the one is that of the other. */
export class Shapes {
  private readonly kept = new Map<number, Kept>();

  of(body: string): string {
    if (body.length > LONGEST_LIKE) return shapeOfBody(body);
    const hash = hashOf(body);
    const known = this.kept.get(hash);
    if (known !== undefined && areLike(known.body, body)) return known.shape;
    const shape = shapeOfBody(body);
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(hash, { body, shape });
    return shape;
  }
}

const ZERO = 0x30;
const NINE = 0x39;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Of everything but the digits of numbers. */
function hashOf(body: string): number {
  let hash = 0;
  let digit = false;
  for (let index = 0; index < body.length; index += 1) {
    const code = body.charCodeAt(index);
    const isNumber = isDigit(code);
    if (!isNumber) hash = (Math.imul(hash, 31) + code) | 0;
    else if (!digit) hash = (Math.imul(hash, 31) + ZERO) | 0;
    digit = isNumber;
  }
  return hash;
}

/** The same text but for the digits of numbers. */
function areLike(a: string, b: string): boolean {
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const code = a.charCodeAt(i);
    if (isDigit(code) && isDigit(b.charCodeAt(j))) {
      while (isDigit(a.charCodeAt(i))) i += 1;
      while (isDigit(b.charCodeAt(j))) j += 1;
    } else {
      if (code !== b.charCodeAt(j)) return false;
      i += 1;
      j += 1;
    }
  }
  return i === a.length && j === b.length;
}
