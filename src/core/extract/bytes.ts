/** Bytes of whole lines; Node's Buffer is one. */
export interface Bytes extends Uint8Array {
  /** One character a byte. */
  toString(encoding?: 'latin1', start?: number, end?: number): string;
}

/** @param text one character a byte. */
export function bytesOf(text: string): Bytes {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  return Object.assign(bytes, { toString: (_?: 'latin1', start = 0, end = text.length) => text.slice(start, end) });
}
