/** Where the service keeps its state, and that only one of it does. */
import { accessSync, constants, existsSync, mkdirSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { UsageError } from './errors.ts';

export const DEFAULT_STATE = '/var/lib/vernewatch';

export interface StateDirectory {
  readonly directory: string;
  /** Why nothing can be written there; null where it can. */
  readonly error: unknown;
  /** Somebody else may have it. */
  release(): void;
}

/**
 * Makes the directory where it is not there, and holds it until the program ends.
 * @param given by the user; null: the default, and if that cannot be written, nothing is remembered.
 * @throws UsageError where a directory that was given cannot be used, or where another program holds it.
 */
export async function stateDirectory(given: string | null): Promise<StateDirectory> {
  const directory = given ?? DEFAULT_STATE;
  try {
    // Not those above it: a mistyped path is a mistake, and where nothing can be made (/proc) Node would try for ever.
    if (!existsSync(directory)) mkdirSync(directory, { mode: 0o750 });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    if (given !== null)
      throw new UsageError(`cannot keep state in ${directory}: ${(error as Error).message}; name another one with --state DIR`);
    return { directory, error, release: () => undefined };
  }
  return { directory, error: null, release: await hold(directory) };
}

/** A socket in it that somebody listens to: gone with the program, however that ends. */
async function hold(directory: string): Promise<() => void> {
  const path = join(directory, 'lock');
  if (await answers(path)) throw new UsageError(`another vernewatch uses ${directory}; stop it, or give this one its own with --state DIR`);
  if (statSync(path, { throwIfNoEntry: false })?.isSocket()) unlinkSync(path);
  const server = createServer((socket) => socket.destroy()).unref();
  return new Promise((resolve) => {
    // Where no socket can be made (a path that is too long, a file system without them) there is no lock.
    server.once('error', () => resolve(() => undefined));
    server.listen(path, () => resolve(() => server.close()));
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
