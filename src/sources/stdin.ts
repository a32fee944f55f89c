/** A pipe. What it carries, plain or packed, is told by content like that of a file. */
import { inputOf, type ArchiveInput, type Progress } from './input.ts';

/** What the user writes for standard input, and the name under which its lines are reported. */
export const STDIN = '-';

/** @param now when the pipe was opened: nobody knows when its content was written, but most likely just now. */
export function pipe(stdin: NodeJS.ReadableStream, now: number): ArchiveInput {
  return inputOf({ file: STDIN, size: null, modified: now }, (progress) => piecesOf(stdin, progress));
}

async function* piecesOf(stdin: NodeJS.ReadableStream, progress: Progress): AsyncGenerator<Uint8Array, void, void> {
  let bytesRead = 0;
  for await (const chunk of stdin) {
    const piece = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    bytesRead += piece.length;
    progress(bytesRead);
    yield piece;
  }
}
