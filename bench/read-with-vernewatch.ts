/**
 * Follows a log with our follower and prints what it is handed. Arguments: the log, and the file that keeps the position.
 *
 * The position is saved together with how much was printed by then. What a killed run printed behind that is cut off: it is handed over again.
 */
import { existsSync, ftruncateSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import * as disk from 'node:fs/promises';
import { dirname } from 'node:path';
import { Doorbell } from '../src/sources/doorbell.ts';
import type { FollowNotices } from '../src/sources/follow-notices.ts';
import { Follower } from '../src/sources/follow.ts';
import type { LogPosition } from '../src/sources/position.ts';

const MiB = 1024 * 1024;

interface Saved {
  readonly position: LogPosition | null;
  readonly printed: number;
}

const [path = '', state = ''] = process.argv.slice(2);
const saved: Saved = existsSync(state) ? (JSON.parse(readFileSync(state, 'utf8')) as Saved) : { position: null, printed: 0 };
let { printed } = saved;
ftruncateSync(1, printed);

const notices = new Proxy({} as FollowNotices, {
  get:
    (_, kind) =>
    (...what: unknown[]) =>
      console.error(String(kind), ...what),
});
const follower = new Follower({ path, disk, now: Date.now, notices, from: 'end', resume: saved.position });
const bell = new Doorbell({ refused: (error) => console.error(error) });
bell.listen(dirname(path));
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());

while (!stop.signal.aborted) {
  await bell.next(stop.signal);
  const { blocks } = await follower.pass(4 * MiB);
  for (const { bytes } of blocks) printed += writeSync(1, bytes);
  save({ position: follower.position(), printed });
  if (blocks.length > 0) bell.ring();
}
await bell.close();
await follower.close();

function save(now: Saved): void {
  writeFileSync(`${state}.tmp`, JSON.stringify(now));
  renameSync(`${state}.tmp`, state);
}
