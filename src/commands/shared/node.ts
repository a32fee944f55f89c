/** Which broker a log is of, as the configuration says it. */
import { basename, dirname, resolve } from 'node:path';
import type { WatchedLog } from '../../config/config.ts';

/** Each error is in both; they have to be of one node to be counted once. */
const ONE_BROKER = ['console.log', 'error.log'];

/** @param name what the generations of the log share. @returns null where the configuration names no node. */
export function nodeOf(name: string, logs: readonly WatchedLog[]): string | null {
  const log = resolve(name);
  const named = logs.filter(({ node }) => node !== null);
  const found = named.find(({ path }) => resolve(path) === log) ?? named.find(({ path }) => isBeside(resolve(path), log));
  return found?.node ?? null;
}

/**
 * The node that writes a log which a path or glob of the configuration stands for. Where a glob comes without a name, it is what the
 * wildcards stand for: each log below `/logs` is named by its directory if the glob leaves that open.
 */
export function nodeOfLive({ path, node }: WatchedLog, file: string): string | null {
  const given = resolve(path).split('/');
  const parts = file.split('/');
  if (node !== null || given.length !== parts.length) return node;
  const open = parts.filter((part, index) => part !== given[index] && `${part}*` !== given[index]);
  return open.length === 0 ? null : open.join('/').replace(/\.log$/, '');
}

function isBeside(path: string, log: string): boolean {
  return dirname(path) === dirname(log) && [path, log].every((name) => ONE_BROKER.includes(basename(name)));
}
