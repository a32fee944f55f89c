/**
 * Asks for the next piece before the last one is used up, so that a source that works elsewhere (zlib on the thread pool) works beside the
 * reader. The source must not use a piece's memory again.
 */
export async function* ahead<T>(pieces: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  const iterator = pieces[Symbol.asyncIterator]();
  try {
    let coming = iterator.next();
    for (;;) {
      const piece = await coming;
      if (piece.done === true) return;
      coming = iterator.next();
      // Whether it fails is asked when its turn has come; until then nobody else need know.
      coming.catch(() => undefined);
      yield piece.value;
    }
  } finally {
    await iterator.return?.();
  }
}
