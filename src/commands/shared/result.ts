/** Where results go: standard output, or the file of `-o`. Progress and warnings go to standard error; the two never mix. */
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { UsageError } from './errors.ts';

export interface Result {
  /** A promise where the reader is slower than we are. */
  write(text: string): Promise<void> | undefined;
  /** Whoever reads has had enough (`| head`): nothing more needs to be written. */
  readonly closed: boolean;
  close(): Promise<void>;
}

export async function openResult(output: string | undefined): Promise<Result> {
  const stream = output === undefined ? process.stdout : await fileStream(output);
  let closed = false;
  let failure: Error | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    closed = true;
    if (error.code !== 'EPIPE') failure = error;
  });
  return {
    write(text) {
      if (closed || stream.write(text)) return undefined;
      return Promise.race([once(stream, 'drain'), once(stream, 'close')]).then(
        () => undefined,
        () => undefined,
      );
    },
    get closed() {
      return closed;
    },
    async close() {
      if (!closed && stream !== process.stdout) {
        stream.end();
        await once(stream, 'close');
      }
      if (failure) throw new UsageError(`cannot write the result: ${failure.message}`);
    },
  };
}

async function fileStream(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  try {
    await once(stream, 'open');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'the directory does not exist' : (error as Error).message;
    throw new UsageError(`cannot write ${path}: ${reason}`);
  }
  return stream;
}
