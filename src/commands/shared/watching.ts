/** What `follow` watches: options and configuration, read anew when asked, and the files that they stand for. */
import { existsSync } from 'node:fs';
import * as disk from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from '../../config/config.ts';
import { lineTimes } from '../../core/extract/line-time.ts';
import type { Calendar } from '../../core/extract/timestamp.ts';
import type { DurationUs } from '../../core/model.ts';
import type { Watch, WatchedFile } from '../../live.ts';
import { DAY, MILLISECOND } from '../../core/units.ts';
import { beginningSince, type LineTime } from '../../sources/beginning.ts';
import type { Beginning } from '../../sources/follow.ts';
import { fits, isGlob, liveLogs } from '../../sources/live-logs.ts';
import type { Notes } from '../../outlets/views/wording.ts';
import { nodeOf, nodeOfLive } from './node.ts';
import { configOf, notesOf, type LogOptions } from './options.ts';

/** The beginning or the end of the live file, or what is so old at most. */
export type From = 'start' | 'end' | DurationUs;

interface WatchingOptions extends LogOptions {
  readonly from?: From;
}

export class Watching {
  config: Config;
  readonly #files: readonly string[];
  readonly #options: WatchingOptions;
  /** What globs stood for: in the gap of a rotation a log is not there, and still is to be followed. */
  readonly #known = new Set<string>();

  /** @throws ConfigError */
  static async open(files: readonly string[], options: WatchingOptions): Promise<Watching> {
    return new Watching(files, options, await configOf(options));
  }

  private constructor(files: readonly string[], options: WatchingOptions, config: Config) {
    this.#files = files;
    this.#options = options;
    this.config = config;
  }

  /** @throws ConfigError; then the old configuration stays. @returns what is in force now. */
  async reload(): Promise<string> {
    this.config = await configOf(this.#options);
    const { patterns, alerts } = this.config.knowledge;
    return `the configuration was read anew: ${patterns.length} patterns, ${alerts.length} alerts`;
  }

  /** Logs that were followed before a restart. Where the directory is gone the log is, too. */
  remember(paths: readonly string[]): void {
    for (const path of paths) if (existsSync(dirname(path))) this.#known.add(path);
  }

  readonly notes: Notes = (reason) => notesOf(this.config)(reason);

  /** The files that are there now. A path that is no glob is watched for even where it is not there. */
  async scan(): Promise<Watch> {
    const { config } = this;
    const entries = this.#files.length > 0 ? this.#files.map((path) => this.#named(path)) : config.logs;
    const logs = new Map<string, WatchedFile>();
    for (const entry of entries) {
      const known = isGlob(entry.path) ? [...this.#known].filter((path) => fits(entry.path, path)) : [];
      for (const path of [...(await liveLogs(entry.path)), ...known])
        if (!logs.has(path)) logs.set(path, { path, node: nodeOfLive(entry, path) });
    }
    this.remember([...logs.keys()]);
    return {
      knowledge: config.knowledge,
      logs: [...logs.values()],
      describe: ({ node }) => ({ node, calendar: this.#calendar(Date.now) }),
    };
  }

  /** Where to begin with a log that was never read. @param now milliseconds since the epoch. */
  begin({ path }: WatchedFile, now: number): Promise<Beginning> {
    const { from } = this.#options;
    if (from === 'start' || from === 'end') return Promise.resolve(from);
    // What the windows of the rules hold at this moment: a running incident is seen at once.
    const length = from ?? Math.max(...this.config.knowledge.alerts.map(({ window }) => window), 0);
    return beginningSince(path, now - length / MILLISECOND, this.#lineTime(), disk);
  }

  /** A file on the command line is what the configuration says of it, if it says anything. */
  #named(path: string): Config['logs'][number] {
    return { path, node: this.#options.node ?? nodeOf(path, this.config.logs) };
  }

  #calendar(now: () => number): Calendar {
    const { year, date } = this.#options;
    return {
      zone: this.config.zone,
      year: year ?? null,
      date: date ?? null,
      // A service runs from one year into the next.
      get reference() {
        return now() * MILLISECOND;
      },
    };
  }

  #lineTime(): LineTime {
    const calendar = this.#calendar(Date.now);
    const times = lineTimes(this.config.knowledge, calendar);
    return (line, modifiedMs) => {
      const time = times(line);
      if (time === null) return null;
      if (time.dated) return time.at / MILLISECOND;
      // A time of day: the latest one before the file was last written.
      const written = modifiedMs * MILLISECOND;
      const age = (((written + calendar.zone.offsetsAt(written)[0]! - time.at) % DAY) + DAY) % DAY;
      return (written - age) / MILLISECOND;
    };
  }
}
