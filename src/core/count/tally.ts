/** How often each word was counted. Words can be text of a webhook's choosing: beyond the bound they are counted together, as `other`. */
import { own } from '../own.ts';

interface Count {
  readonly word: string;
  count: number;
}

export class Tally {
  private readonly counts = new Map<string, Count>();
  private readonly most: number;
  /** Most often the next one is the same. */
  private last: Count | null = null;

  constructor(most = Infinity, counts: ReadonlyMap<string, number> = new Map()) {
    this.most = most;
    for (const [word, count] of counts) this.counts.set(word, { word, count });
  }

  /** @returns the word, the same string for the same word: every event brings a copy of its own. */
  add(word: string, count: number): string {
    if (this.last?.word === word) {
      this.last.count += count;
      return this.last.word;
    }
    let known = this.counts.get(word);
    if (known === undefined) {
      if (this.counts.size >= this.most && word !== OTHER) {
        this.add(OTHER, count);
        return word;
      }
      known = { word: own(word), count: 0 };
      this.counts.set(known.word, known);
    }
    known.count += count;
    this.last = known;
    return known.word;
  }

  /** In the order in which they were first counted. */
  toMap(): Map<string, number> {
    return new Map([...this.counts.values()].map(({ word, count }) => [word, count]));
  }
}

const OTHER = 'other';
