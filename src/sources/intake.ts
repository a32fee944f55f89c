/**
 * Bytes taken in as they come, given out as they are needed.
 *
 * A format wants four bytes of a header here and two megabytes of a block there; a file or a pipe gives whatever it has. In between the
 * bytes that were looked at but not used have to be kept. They are copied, because the source may fill the same buffer again with its next
 * piece; the bulk, which goes through `next`, is not.
 *
 * Everything given out is valid until the next call.
 */

const NOTHING = new Uint8Array(0);

export class Intake {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #ended = false;
  /** The source's latest piece, what is left of it. */
  #piece: Uint8Array = NOTHING;
  #at = 0;
  /** Bytes before `#piece`, copied, because somebody looked further than one piece. */
  #held: Uint8Array = NOTHING;
  #from = 0;
  #to = 0;
  #lastFromHeld = false;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next `count` bytes, which stay where they are; fewer only where the input ends. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#to - this.#from < count && (await this.#more())) {
      const end = Math.min(this.#piece.length, this.#at + count - (this.#to - this.#from));
      this.#hold(this.#piece.subarray(this.#at, end), count);
      this.#at = end;
    }
    return this.#held.subarray(this.#from, Math.min(this.#to, this.#from + count));
  }

  /** Lets go of bytes that `peek` has shown. */
  skip(count: number): void {
    this.#from += count;
  }

  /** Exactly `count` bytes; null where the input ends before (what was left is then gone). */
  async take(count: number): Promise<Uint8Array | null> {
    const bytes = await this.peek(count);
    this.skip(bytes.length);
    return bytes.length === count ? bytes : null;
  }

  /** What is at hand, at least a byte and at most `most`; null at the end. */
  async next(most = Number.POSITIVE_INFINITY): Promise<Uint8Array | null> {
    this.#lastFromHeld = this.#from < this.#to;
    if (this.#lastFromHeld) {
      const start = this.#from;
      this.#from = Math.min(this.#to, start + most);
      return this.#held.subarray(start, this.#from);
    }
    if (!(await this.#more())) return null;
    const start = this.#at;
    this.#at = Math.min(this.#piece.length, start + most);
    return this.#piece.subarray(start, this.#at);
  }

  /** Takes back the last `count` bytes of what `next` has just given. */
  unread(count: number): void {
    if (this.#lastFromHeld) this.#from -= count;
    else this.#at -= count;
  }

  /** Tells the source that no more is wanted, so that it can close its file. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#pieces.return?.();
  }

  /** True if `#piece` has a byte left, after asking the source for more if it had none. */
  async #more(): Promise<boolean> {
    while (this.#at === this.#piece.length && !this.#ended) {
      const next = await this.#pieces.next();
      if (next.done === true) {
        this.#ended = true;
      } else {
        this.#piece = next.value;
        this.#at = 0;
      }
    }
    return this.#at < this.#piece.length;
  }

  #hold(bytes: Uint8Array, wanted: number): void {
    const length = this.#to - this.#from;
    if (length + bytes.length > this.#held.length) {
      const room = new Uint8Array(Math.max(wanted, length + bytes.length));
      room.set(this.#held.subarray(this.#from, this.#to));
      this.#held = room;
      this.#from = 0;
    } else if (this.#to + bytes.length > this.#held.length) {
      this.#held.copyWithin(0, this.#from, this.#to);
      this.#from = 0;
    }
    this.#to = this.#from + length;
    this.#held.set(bytes, this.#to);
    this.#to += bytes.length;
  }
}
