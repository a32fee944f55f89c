/**
 * Follows one live log through its rotations: nothing lost, nothing twice.
 *
 * What is followed are generations, told by their content (`fingerprint.ts`), each with one position, however many names, copies and
 * archives it has. A pass looks where they are, opens those that may hold something new, reads them oldest first and checks what it read.
 * Files that are open stay open until they have been quiet for a while, because a writer may still write into a file that was set aside.
 *
 * Doorbells and clocks only say when to make a pass; what there is to read is found by looking.
 *
 * What may be lost, and is said: what was taken away before it was read and has no copy. What cannot even be noticed: a generation that
 * came and went between two looks; what was written between copytruncate's copy and its truncation, if the program did not run meanwhile.
 */
import { Damage } from './damage.ts';
import { idOf, openContent, stampOf, type Content, type FollowDisk } from './content.ts';
import { hashOf, headOf, isHeadOf, vouching, type Head } from './fingerprint.ts';
import type { FollowNotices } from './follow-notices.ts';
import type { Generation, LogPosition } from './position.ts';
import { isSystemError } from './problem.ts';
import { read, TORN, type FollowedBlock } from './reading.ts';
import { Surroundings, type Place, type View } from './surroundings.ts';

/** Where to begin when there is no position: with the next line, with the live file, or with a line of a file and all that came after. */
export type Beginning = 'end' | 'start' | { readonly file: string; readonly offset: number };

export type { FollowedBlock };

export interface FollowerOptions {
  readonly path: string;
  readonly disk: FollowDisk;
  /** Milliseconds; may jump. */
  readonly now: () => number;
  readonly notices: FollowNotices;
  readonly from: Beginning;
  readonly resume?: LogPosition | null;
}

export interface Pass {
  readonly blocks: readonly FollowedBlock[];
  /** Everything was read that there is, and nothing moved meanwhile. */
  readonly caughtUp: boolean;
  /** What could be opened was read to its end; something else may not be readable, or be about to move. */
  readonly drained: boolean;
  /** The live file is there and can be read. */
  readonly sees: boolean;
}

/** Both loggers flush up to 2 s of lines into a file that was renamed; lager looks for its file once a second (vernemq-logs 4). */
const QUIET_MS = 5_000;
/** What grows in a directory does not touch the directory. */
const LOOK_MS = 10_000;
/** An archive that is being written may take so long before what it should hold counts as lost. */
const PATIENCE_MS = 10_000;
/** The directory is looked at again while it moves, so many times in a pass. */
const ROUNDS = 3;
const MOST_OPEN = 16;
const MOST_KNOWN = 64;
const STRIDE = 64 * 1024;
const NEWLINE = 0x0a;

/** A file that is held open. */
interface Home {
  readonly content: Content;
  name: string;
  live: boolean;
  /** Found in the directory at the last look. */
  present: boolean;
  /** Null while its first line is not written to its end. */
  generation: Generation | null;
  /** Since when nothing came, or since when it is not the live one. */
  quietSince: number;
  read: boolean;
  /** The last time it could not be read. */
  failed: boolean;
}

/** What was found in a file that is not held open. */
interface Sighting {
  readonly stamp: string;
  readonly settled: boolean;
  readonly generation: Generation | null;
  readonly size: number;
}

type Start = Pick<Generation, 'offset' | 'line' | 'before' | 'unwanted'>;
const WHOLE: Start = { offset: 0, line: 1, before: hashOf(new Uint8Array(0)), unwanted: false };

/** A generation whose file was emptied under our hands. */
interface Tear {
  readonly name: string;
  readonly size: number;
}

export class Follower {
  readonly #disk: FollowDisk;
  readonly #now: () => number;
  readonly #notices: FollowNotices;
  readonly #surroundings: Surroundings;
  readonly #from: Beginning;
  #begun: boolean;
  #known: Generation[];
  /** Oldest first. */
  #homes: Home[] = [];
  #sightings = new Map<string, Sighting>();
  readonly #tears = new Map<Generation, Tear>();
  /** Generations that are not finished and were not found: since when. */
  readonly #missed = new Map<Generation, number>();
  /** Were the live one; it is not seen yet whether they were set aside or taken away: since when. */
  readonly #former = new Map<Home, number>();
  readonly #troubles = new Set<string>();
  #absentSince: number | null = null;
  #saidMissing = false;
  /** The view at the last look, if that look is worth something. */
  #view: View | null = null;
  #lookedAt = 0;

  constructor({ path, disk, now, notices, from, resume = null }: FollowerOptions) {
    this.#disk = disk;
    this.#now = now;
    this.#notices = notices;
    this.#from = from;
    this.#begun = resume !== null;
    this.#known = (resume?.generations ?? []).map((generation) => ({ ...generation }));
    this.#surroundings = new Surroundings(path, disk, now, resume?.targets ?? []);
  }

  /** One look at the world. @param limit about so many bytes are handed over, oldest first; the next pass goes on. */
  async pass(limit: number): Promise<Pass> {
    const blocks: FollowedBlock[] = [];
    let room = limit;
    let caughtUp = false;
    let drained = false;
    for (let round = 0; round < ROUNDS && room > 0 && !caughtUp; round += 1) {
      const still = await this.#look();
      const turn = await this.#read(room);
      blocks.push(...turn.blocks);
      room -= turn.bytes;
      drained = turn.ended;
      caughtUp = still && drained;
    }
    await this.#release();
    const sees = this.#homes.some(({ live, name }) => live && !this.#troubles.has(name)) && !this.#troubles.has(this.#surroundings.path);
    return { blocks, caughtUp, drained, sees };
  }

  /** All that was handed over so far, and no more. Null before the log could be looked at for the first time. */
  position(): LogPosition | null {
    if (!this.#begun) return null;
    return { generations: this.#known.map((generation) => ({ ...generation })), targets: [...this.#surroundings.targets] };
  }

  async close(): Promise<void> {
    await Promise.all(this.#homes.splice(0).map(({ content }) => content.close()));
  }

  // Looking

  /** Finds where the generations are and opens what may hold something new. @returns whether all was seen and nothing moved meanwhile. */
  async #look(): Promise<boolean> {
    try {
      const before = await this.#surroundings.view();
      if (!this.#isDue(before)) return true;
      const saw = await this.#lookAround();
      const after = await this.#surroundings.view();
      this.#recovered(this.#surroundings.path);
      const still = before.text === after.text;
      this.#tellFormer(saw, still);
      if (still && saw.all) this.#miss(saw.waiting);
      this.#forget(saw.generations);
      this.#lookedAt = this.#now();
      const done = still && saw.all && !saw.waiting && this.#missed.size === 0;
      this.#view = done ? after : null;
      return still && saw.all;
    } catch (error) {
      this.#trouble(this.#surroundings.path, error);
      return false;
    }
  }

  #isDue(view: View): boolean {
    const since = this.#now() - this.#lookedAt;
    return this.#view === null || !view.settled || view.text !== this.#view.text || since >= LOOK_MS || since < 0;
  }

  async #lookAround(): Promise<{ all: boolean; waiting: boolean; generations: Set<Generation> }> {
    const places = await this.#surroundings.places();
    const saw = { all: true, waiting: false, generations: new Set<Generation>() };
    const order = new Map<Home, number>();
    const sightings = new Map<string, Sighting>();
    const before = this.#homes.find(({ live }) => live);
    let liveAnswered = true;
    for (const home of this.#homes) home.present = false;
    for (const [age, place] of places.entries()) {
      try {
        const sight = await this.#sight(place, places, sightings);
        this.#recovered(place.path);
        if (sight === null) continue;
        if (sight.home !== null) order.set(sight.home, age);
        if (sight.generation !== null) saw.generations.add(sight.generation);
        else if (!place.live) saw.waiting = true;
        if (sight.crowded) saw.all = false;
      } catch (error) {
        if (error instanceof Damage) {
          saw.waiting = true;
        } else if (isSystemError(error) && error.code === 'ENOENT') {
          if (!place.live) saw.all = false;
        } else {
          saw.all = false;
          if (place.live) liveAnswered = false;
          this.#trouble(place.path, error);
        }
      }
    }
    this.#sightings = sightings;
    this.#homes.sort((a, b) => (order.get(a) ?? -1) - (order.get(b) ?? -1));
    if (liveAnswered) this.#changeLive(before, places.length - 1, order);
    if (liveAnswered) this.#begun = true;
    return saw;
  }

  /** What a file holds; it stays open if it may hold something new. Null for what is no file. */
  async #sight(
    place: Place,
    places: readonly Place[],
    sightings: Map<string, Sighting>,
  ): Promise<{ home: Home | null; generation: Generation | null; crowded: boolean } | null> {
    const stats = await this.#disk.stat(place.path, { bigint: true });
    if (!stats.isFile()) return null;
    const held = this.#homes.find(({ content }) => content.id === idOf(stats));
    if (held !== undefined) return this.#meet(held, place);

    const past = this.#sightings.get(place.path);
    if (past?.settled === true && past.stamp === stampOf(stats) && !this.#isWanted(past.generation, past.size, place)) {
      sightings.set(place.path, past);
      return { home: null, generation: past.generation, crowded: false };
    }
    if (this.#homes.length >= MOST_OPEN && !(await this.#makeRoom())) return { home: null, generation: null, crowded: true };
    const content = await openContent(this.#disk, place.path);
    // Between the two calls the name may have gone over to another file.
    const same = this.#homes.find(({ content: { id } }) => id === content.id);
    if (same !== undefined) {
      await content.close();
      return this.#meet(same, place);
    }
    try {
      const size = await content.size();
      const generation = await this.#recognise(content, place, (head) => this.#begin(content, head, place, places));
      const young = Math.max(Number(stats.mtimeNs), Number(stats.ctimeNs)) / 1e6;
      sightings.set(place.path, { stamp: stampOf(stats), settled: this.#now() - young > 2_000, generation, size });
      if (!this.#isWanted(generation, size, place)) {
        await content.close();
        return { home: null, generation, crowded: false };
      }
      const home = {
        content,
        name: place.path,
        live: place.live,
        present: true,
        generation,
        quietSince: this.#now(),
        read: false,
        failed: false,
      };
      this.#homes.push(home);
      if (generation !== null) generation.name = place.path;
      return { home, generation, crowded: false };
    } catch (error) {
      await content.close();
      throw error;
    }
  }

  #meet(home: Home, { path }: Place): { home: Home; generation: Generation | null; crowded: boolean } {
    home.name = path;
    home.present = true;
    if (home.generation !== null) home.generation.name = path;
    return { home, generation: home.generation, crowded: false };
  }

  #isWanted(generation: Generation | null, size: number, place: Place): boolean {
    if (place.live) return true;
    if (generation === null || generation.unwanted || size < generation.offset) return false;
    // A copy of what is open is opened too if it has something new: the other one may be emptied at any moment.
    return size > generation.offset || (!generation.finished && !this.#isOpen(generation));
  }

  #isOpen(generation: Generation): boolean {
    return this.#homes.some((home) => home.generation === generation);
  }

  /** Closes the oldest file that has nothing new and is not the live one. */
  async #makeRoom(): Promise<boolean> {
    const idle = this.#homes.find(({ live, read }) => !live && read);
    if (idle === undefined) return false;
    await this.#leave(idle);
    return true;
  }

  #changeLive(before: Home | undefined, liveAge: number, order: ReadonlyMap<Home, number>): void {
    const live = this.#homes.find((home) => order.get(home) === liveAge);
    this.#tellAbsence(live === undefined);
    for (const home of this.#homes) {
      if (home.live && home !== live) home.quietSince = this.#now();
      home.live = home === live;
    }
    if (before !== undefined && before !== live) this.#former.set(before, this.#now());
  }

  /** Amid a rotation a file may be met under no name; and once it is compressed away, only its archive is there, when that is whole. */
  #tellFormer(saw: { all: boolean; waiting: boolean; generations: ReadonlySet<Generation> }, still: boolean): void {
    for (const [home, since] of this.#former) {
      const { generation } = home;
      const isAside = home.present || (generation !== null && saw.generations.has(generation));
      const mayAppear = !still || !saw.all || (saw.waiting && this.#now() - since < PATIENCE_MS);
      if (!isAside && mayAppear) continue;
      this.#former.delete(home);
      const archive = [...this.#sightings].find(([, sighting]) => generation !== null && sighting.generation === generation);
      if (isAside) this.#notices.rotated(home.present ? home.name : (archive?.[0] ?? home.name));
      else this.#notices.removed(home.name);
    }
  }

  /** While it rotates, the broker's log is absent for the time that compressing takes: nothing to tell. */
  #tellAbsence(absent: boolean): void {
    if (!absent) {
      if (this.#saidMissing) this.#notices.appeared(this.#surroundings.path);
      this.#saidMissing = false;
      this.#absentSince = null;
      return;
    }
    this.#absentSince ??= this.#begun ? this.#now() : -Infinity;
    if (this.#saidMissing || this.#now() - this.#absentSince < PATIENCE_MS) return;
    this.#saidMissing = true;
    this.#notices.missing(this.#surroundings.path);
  }

  // Recognising

  /** @param begin says where to begin with a generation that was never met. */
  async #recognise(content: Content, place: Place, begin: (head: Head) => Promise<Start>): Promise<Generation | null> {
    const head = await headOf(content);
    if (head === null) return null;
    const alike = this.#known.filter((known) => sameHead(known.head, head)).sort((a, b) => b.offset - a.offset);
    const size = await content.size();
    for (const known of alike) {
      if (known.unwanted || (size >= known.offset && (await vouches(content, known)))) return known;
    }
    // What was compared must have been of one file.
    if (!(await isHeadOf(content, head))) return null;
    // A copy that is not (yet) as long. The live file is never a copy: it was emptied, and begins with the same line by chance.
    const short = alike.find(({ offset }) => offset > size);
    if (short !== undefined && !place.live) return short;
    const generation = {
      ...(await begin(head)),
      name: place.path,
      head,
      inside: false,
      finished: false,
      seen: size,
    };
    this.#known.push(generation);
    return generation;
  }

  async #begin(content: Content, head: Head, place: Place, places: readonly Place[]): Promise<Start> {
    if (this.#begun) return WHOLE;
    const from = this.#from;
    if (typeof from === 'object') {
      const named = places.findIndex(({ path }) => path === from.file);
      const age = places.indexOf(place);
      if (age > named) return WHOLE;
      if (age === named) return this.#beginAt(content, from.offset);
    } else if (from === 'start' && place.live) {
      return WHOLE;
    }
    if (content.packed) return { ...WHOLE, unwanted: true };
    const end = await endOfLines(content);
    // Emptied and filled again meanwhile: then that was not its end.
    return end === 0 || !(await isHeadOf(content, head)) ? WHOLE : this.#beginAt(content, end);
  }

  async #beginAt(content: Content, offset: number): Promise<Start> {
    const vouch = vouching(offset);
    const before = hashOf(await content.at(offset - vouch, vouch));
    return { offset, line: offset === 0 ? 1 : null, before, unwanted: false };
  }

  // Reading

  async #read(limit: number): Promise<{ blocks: FollowedBlock[]; bytes: number; ended: boolean }> {
    const turn = { blocks: [] as FollowedBlock[], bytes: 0, ended: true };
    const ends = await this.#measure();
    for (const home of [...this.#homes]) {
      try {
        if (!(await this.#readHome(home, ends.get(home) ?? Infinity, limit, turn))) turn.ended = false;
        home.failed = false;
        this.#recovered(home.name);
      } catch (error) {
        turn.ended = false;
        home.failed = true;
        // A packed file that was whole and no longer is: it is looked at again.
        if (error instanceof Damage) await this.#drop(home);
        else this.#trouble(home.name, error);
      }
      if (turn.bytes >= limit) return { ...turn, ended: false };
    }
    return turn;
  }

  /**
   * How far to read each file in this turn. Measured newest first and read oldest first: what a writer still wrote into the file that was set
   * aside, before it went over to the new one, then comes before what it wrote there.
   */
  async #measure(): Promise<ReadonlyMap<Home, number>> {
    const ends = new Map<Home, number>();
    if (this.#homes.length < 2) return ends;
    for (const home of this.#homes.toReversed()) {
      // What cannot be measured cannot be read either, and is told then.
      await home.content.size().then(
        (size) => ends.set(home, size),
        () => ends.set(home, 0),
      );
    }
    return ends;
  }

  /** @returns whether it was read to its end. */
  async #readHome(home: Home, end: number, limit: number, turn: { blocks: FollowedBlock[]; bytes: number }): Promise<boolean> {
    home.read = false;
    home.generation ??= await this.#recogniseAgain(home);
    while (home.generation?.unwanted === false && turn.bytes < limit) {
      const { generation } = home;
      const portion = await read(home.content, generation, { room: limit - turn.bytes, end }, this.#notices);
      if (portion === TORN) {
        home.generation = null;
        if (!generation.finished) this.#tears.set(generation, { name: home.name, size: generation.seen });
        this.#view = null;
        return false;
      }
      if (portion.bytes === 0) {
        home.read = true;
        return true;
      }
      turn.blocks.push(...portion.blocks);
      turn.bytes += portion.bytes;
      generation.finished = false;
      home.quietSince = this.#now();
    }
    home.read = home.generation?.unwanted ?? true;
    return home.read;
  }

  /** Its first line may be whole by now, or it may have been emptied and hold something else. */
  async #recogniseAgain({ content, name, live }: Home): Promise<Generation | null> {
    const generation = await this.#recognise(content, { path: name, live }, () => Promise.resolve(WHOLE));
    // A copy that is shorter than what was read elsewhere has nothing to read.
    return generation !== null && (await content.size()) >= generation.offset ? generation : null;
  }

  /** Lets go of what has been quiet for long enough. */
  async #release(): Promise<void> {
    for (const home of [...this.#homes]) {
      const quietMs = this.#now() - home.quietSince;
      if (quietMs < 0) home.quietSince = this.#now();
      if (home.live) continue;
      if (home.read && quietMs >= QUIET_MS) await this.#leave(home);
      // A descriptor can be of no more use for ever (ESTALE). What it had to tell is looked for anew.
      else if (home.failed && quietMs >= PATIENCE_MS) await this.#drop(home);
    }
  }

  async #leave(home: Home): Promise<void> {
    if (home.generation !== null) home.generation.finished = true;
    await this.#drop(home);
  }

  async #drop(home: Home): Promise<void> {
    this.#homes.splice(this.#homes.indexOf(home), 1);
    this.#view = null;
    await home.content.close();
  }

  // Missing, and being honest about it

  /** All was seen and nothing moved: who is not finished and has no home? Said at the second time, because directories tell time coarsely. */
  #miss(waiting: boolean): void {
    for (const generation of this.#known) {
      if (generation.finished || generation.unwanted) continue;
      const tear = this.#tears.get(generation);
      const home = this.#homes.find((open) => open.generation === generation);
      if (home !== undefined) {
        this.#missed.delete(generation);
        if (tear === undefined) continue;
        this.#tears.delete(generation);
        this.#notices.truncated(tear.name, 0);
        continue;
      }
      const since = this.#missed.get(generation);
      if (since === undefined) this.#missed.set(generation, this.#now());
      if (since === undefined || (waiting && this.#now() - since < PATIENCE_MS)) continue;
      const bytes = Math.max(0, generation.seen - generation.offset);
      if (tear === undefined) this.#notices.lost(generation.name, bytes);
      else this.#notices.truncated(tear.name, bytes);
      generation.finished = true;
      this.#tears.delete(generation);
      this.#missed.delete(generation);
    }
  }

  /** Keeps what is in the directory, what is being read, and the latest of the rest. */
  #forget(seen: ReadonlySet<Generation>): void {
    let surplus = this.#known.length - MOST_KNOWN;
    if (surplus <= 0) return;
    const needed = new Set([...seen, ...this.#homes.map(({ generation }) => generation)]);
    this.#known = this.#known.filter((generation) => {
      if (surplus <= 0 || needed.has(generation) || !(generation.finished || generation.unwanted)) return true;
      surplus -= 1;
      return false;
    });
  }

  #trouble(path: string, error: unknown): void {
    if (!isSystemError(error)) throw error;
    this.#view = null;
    this.#troubles.add(path);
    this.#notices.unreadable(path, error);
  }

  #recovered(path: string): void {
    if (this.#troubles.delete(path)) this.#notices.recovered(path);
  }
}

function sameHead(a: Head, b: Head): boolean {
  return a.from === b.from && a.length === b.length && a.hash === b.hash;
}

/** Are the bytes before the position those that were handed over? */
async function vouches(content: Content, { offset, before }: Generation): Promise<boolean> {
  const vouch = vouching(offset);
  return hashOf(await content.at(offset - vouch, vouch)) === before;
}

/** Behind the last newline. */
async function endOfLines(content: Content): Promise<number> {
  for (let end = await content.size(); end > 0;) {
    const start = Math.max(0, end - STRIDE);
    const newline = (await content.at(start, end - start)).lastIndexOf(NEWLINE);
    if (newline >= 0) return start + newline + 1;
    end = start;
  }
  return 0;
}
