/** Which patterns are worth trying on a body: those that can begin like it, in the order of the packs. */

/** So many characters tell most statements apart. */
const HEAD = 16;
/** Beginnings that clients make up must not fill the memory. */
const MOST_KEPT = 1_000;

export class Dispatch<Pattern extends { readonly prefixes: readonly string[] }> {
  private readonly patterns: readonly Pattern[];
  /** By the beginning of a body. */
  private readonly kept = new Map<string, readonly Pattern[]>();

  constructor(patterns: readonly Pattern[]) {
    this.patterns = patterns;
  }

  candidates(body: string): readonly Pattern[] {
    const head = body.slice(0, HEAD);
    let candidates = this.kept.get(head);
    if (!candidates) {
      if (this.kept.size >= MOST_KEPT) this.kept.clear();
      candidates = this.patterns.filter(({ prefixes }) => prefixes.some((prefix) => head.startsWith(prefix) || prefix.startsWith(head)));
      this.kept.set(head, candidates);
    }
    return candidates;
  }
}
