/**
 * The first look at a block of lines, in WebAssembly because sixteen bytes go at once: where lines end, and which of them deserve a second look.
 *
 * A line is passed over if it begins like the lines before it, has a level that is known to be quiet, and holds none of the needles. Needles
 * are found by a word of theirs: every needle is at least `stride + 3` bytes long, so wherever it stands one word of four bytes at a multiple of
 * `stride` lies within it, and all words that can do are in the tables. Those are hashed, so they can find too much but never too little.
 *
 * AssemblyScript; `npm run assembly` puts what it compiles to into src/core/extract/scan-module.ts.
 */

/** 2^18 bits, one for each hash of a word of four bytes. */
const WORDS: usize = 0;
/** What else is known of a word: the four bytes behind it, those before it, or, in the shortest needles, nothing. */
const FORWARD: usize = 0x8000;
const BACKWARD: usize = 0x10000;
const SHORT: usize = 0x18000;
/** Lines to look at, eight numbers each: start, end, lines before it, first hit (-1 for none), flags, and the second as it was after it. */
const ITEMS: usize = 0x20000;
const ITEM: usize = 32;
const MOST_ITEMS: i32 = 2048;
const FACTOR: u32 = 0x9e3779b1;
const USUAL: i32 = 1;
const LOUD: i32 = 2;
const BURST: i32 = 4;
/** How usual lines begin: sixteen bytes, and a mask of those that count. */
const BEGINNING: usize = 0x30000;
const MASK: usize = 0x30010;
/** First four bytes of up to four levels that are quiet. */
const QUIET: usize = 0x30020;
/** What stands before the second, where that is found from the end of the line. */
const BEFORE_SECOND: usize = 0x30030;
/** The second of the last usual line, up to eight bytes; how many lines it has so far. */
const SECOND: usize = 0x30038;
const IN_SECOND: usize = 0x30040;
/** The text, with room for 64 bytes before and behind it. */
const TEXT: i32 = 0x30080;

/** Where to go on. */
export let position: i32 = 0;
/** Lines passed so far. */
export let lines: i32 = 0;
/** The last line that begins as usual; start -1 where there is none. */
export let usualStart: i32 = -1;
export let usualEnd: i32 = -1;

let beginningAt: i32 = 0;
let levelAt: i32 = -1;
let secondAt: i32 = 0;
let secondMask: i64 = 0;
let burst: i32 = 0;

/**
 * @param beginning column of the usual beginning. @param level column of the level, -1 where it has none.
 * @param second its column, or how far before the end of the line it is (negative). @param length of it in bytes.
 * @param most lines in a second that are no burst yet plus one; 0 where seconds are not counted.
 */
export function expect(beginning: i32, level: i32, second: i32, length: i32, most: i32): void {
  beginningAt = beginning;
  levelAt = level;
  secondAt = second;
  secondMask = length >= 8 ? -1 : (1 << (length * 8)) - 1;
  burst = most;
}

function bit(table: usize, hash: u32): i64 {
  return ((load<u8>(table + (hash >>> 17)) as u32) >>> ((hash >>> 14) & 7)) & 1;
}

function hashOf(word: u32): u32 {
  return word * FACTOR;
}

function found(at: usize): i64 {
  return bit(WORDS, hashOf(load<u32>(at)));
}

/** Four bytes of a needle are common in other words, so those around them are looked at. */
function confirmed(base: usize, hits: i64): i64 {
  for (let left = hits; left != 0; left &= left - 1) {
    const at = base + (ctz(left) as usize);
    const word = hashOf(load<u32>(at));
    const isNeedle = bit(FORWARD, hashOf(word ^ load<u32>(at + 4))) | bit(BACKWARD, hashOf(word ^ load<u32>(at - 4))) | bit(SHORT, word);
    if (!isNeedle) hits ^= left & -left;
  }
  return hits;
}

let items: i32 = 0;

/** @returns whether there is no room for more. */
function line(end: i32, hit: i32): bool {
  const start = position;
  const at = (TEXT + start) as usize;
  let flags: i32 = 0;
  if (!v128.any_true(v128.and(v128.xor(v128.load(at + beginningAt), v128.load(BEGINNING)), v128.load(MASK)))) {
    flags = USUAL;
    if (levelAt >= 0) {
      const level = load<i32>(at + levelAt);
      const quiet =
        level == load<i32>(QUIET) || level == load<i32>(QUIET, 4) || level == load<i32>(QUIET, 8) || level == load<i32>(QUIET, 12);
      if (!quiet) flags |= LOUD;
    }
    if (burst > 0) {
      const second = secondAt < 0 ? ((TEXT + end) as usize) + secondAt : at + secondAt;
      if (secondAt < 0 && load<i64>(second - 8) != load<i64>(BEFORE_SECOND)) flags = 0;
      else {
        const now = load<i64>(second) & secondMask;
        const count = now == load<i64>(SECOND) ? load<i32>(IN_SECOND) + 1 : 1;
        store<i64>(SECOND, now);
        store<i32>(IN_SECOND, count);
        if (count == burst) flags |= BURST;
      }
    }
    if (flags & USUAL) {
      usualStart = start;
      usualEnd = end;
    }
  }
  if (flags != USUAL || hit >= 0) {
    const item = ITEMS + (items as usize) * ITEM;
    store<i32>(item, start);
    store<i32>(item, end, 4);
    store<i32>(item, lines, 8);
    store<i32>(item, hit, 12);
    store<i32>(item, flags, 16);
    store<i32>(item, load<i32>(IN_SECOND), 20);
    store<i64>(item, load<i64>(SECOND), 24);
    items += 1;
  }
  lines += 1;
  position = end + 1;
  return items == MOST_ITEMS;
}

/** @param from where a line begins. @param to end of the text. @param until stop at the first line end from there on. @returns how many lines are to be looked at. */
export function scan(from: i32, to: i32, until: i32, stride: i32): i32 {
  items = 0;
  lines = 0;
  usualStart = -1;
  position = from;
  const newline = i8x16.splat(10);
  let hit = -1;
  for (let at = from; at < to; at += 64) {
    const base = (TEXT + at) as usize;
    let ends: i64 =
      (i8x16.bitmask(i8x16.eq(v128.load(base), newline)) as i64) |
      ((i8x16.bitmask(i8x16.eq(v128.load(base, 16), newline)) as i64) << 16) |
      ((i8x16.bitmask(i8x16.eq(v128.load(base, 32), newline)) as i64) << 32) |
      ((i8x16.bitmask(i8x16.eq(v128.load(base, 48), newline)) as i64) << 48);
    let hits: i64 =
      found(base) |
      (found(base + 8) << 8) |
      (found(base + 16) << 16) |
      (found(base + 24) << 24) |
      (found(base + 32) << 32) |
      (found(base + 40) << 40) |
      (found(base + 48) << 48) |
      (found(base + 56) << 56);
    if (stride < 8) for (let k = stride; k < 64; k += stride) hits |= found(base + k) << k;
    if (hits != 0) hits = confirmed(base, hits);
    if ((ends | hits) == 0) continue;
    for (; ends != 0; ends &= ends - 1) {
      const end = ctz(ends);
      if (at + (end as i32) >= to) break;
      const before = hits & ((1 << end) - 1);
      if (before != 0 && hit < 0) hit = at + (ctz(before) as i32);
      hits ^= before;
      if (line(at + (end as i32), hit) || position >= until) return items;
      hit = -1;
    }
    if (hits != 0 && hit < 0) hit = at + (ctz(hits) as i32);
  }
  // The last line of a log may not end yet.
  if (position < to) line(to, hit < to ? hit : -1);
  return items;
}
