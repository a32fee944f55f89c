/**
 * What a part of a log says, as plain data that another thread can be handed: its records as numbers and one long text.
 *
 * A part is read without knowing what came before it. Whether that matters is said with it (`independent`), and what the reader has to know of
 * it to go on is in it (`state`), so that parts put together say what the whole log says.
 */
import type { Event, EpochUs, Unmatched } from '../model.ts';
import type { Pattern } from '../pack/compile.ts';
import type { FirstSecond, Recorder, RecordsState, RecordsTally, TakenRecord } from './records.ts';
import { Shapes, UnmatchedShapes } from './shape.ts';
import type { Timestamp } from './timestamp.ts';

export interface Batch {
  /** Of its first byte, and behind its last, in the unpacked file. */
  readonly offset: number;
  readonly end: number;
  readonly tally: RecordsTally;
  /** Of the records; there is room for more behind them. */
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly records: number;
  readonly texts: string;
  readonly values: readonly Values[];
  /** Places count lines from the first of the batch, which is line 1. */
  readonly unmatched: readonly Unmatched[];
  readonly bursts: readonly EpochUs[];
  /** The time of the last line that has one. */
  readonly reached: Timestamp | null;
  readonly first: FirstSecond | null;
  /** Nothing in it depends on what came before the part, as long as that was in this envelope. */
  readonly independent: boolean;
  readonly envelope: string | null;
  readonly state: RecordsState;
}

/** What many events have in common. */
type Values = Pick<
  Event,
  | 'kind'
  | 'pattern'
  | 'level'
  | 'mqttVersion'
  | 'packet'
  | 'direction'
  | 'reason'
  | 'reasonCode'
  | 'reasonName'
  | 'reasonCodeFrom'
  | 'cause'
>;

/** Numbers of a record; null is NaN. Texts are given by their lengths, in this order, -1 for null. */
const PATTERN = 0;
const AT = 1;
const VALUES = 2; // -1: no event
const DIGITS = 3;
const DATED = 4;
const COUNT = 5;
const LINE = 6;
const OFFSET = 7;
const PORT = 8;
const PID = 9;
const CLIENT_ID = 10;
const CLIENT_ID_HEX = 11;
const MOUNTPOINT = 12;
const USERNAME = 13;
const PEER_ADDRESS = 14;
const TOPIC = 15;
const CONTAINER = 16;
const RECORD = 17;
const NUMBERS = 18;
const ROOM = NUMBERS * 1024;

/** Writes down what a part says. */
export class BatchWriter implements Recorder {
  private readonly patterns: ReadonlyMap<Pattern, number>;
  private readonly withRecords: boolean;
  private readonly shapes = new Shapes();
  private numbers = new Float64Array(ROOM);
  private readonly free: Float64Array<ArrayBuffer>[] = [];
  private used = 0;
  private texts: string[] = [];
  private values: Values[] = [];
  /** Places in `values`, by pattern and reason. */
  private readonly known = new Map<string, Map<string | null, number[]>>();
  private loud = new UnmatchedShapes(Infinity);
  private bursts: EpochUs[] = [];
  /** Lines of the part before the batch. */
  private before = 0;

  /** @param withRecords the records themselves are needed, to tell copies in other logs. */
  constructor(patterns: readonly Pattern[], withRecords: boolean) {
    this.patterns = new Map(patterns.map((pattern, index) => [pattern, index]));
    this.withRecords = withRecords;
  }

  /** The next batch begins behind so many lines of its file. */
  begin(before: number): void {
    this.before = before;
    this.used = 0;
    this.texts = [];
    this.values = [];
    this.known.clear();
    this.loud = new UnmatchedShapes(Infinity);
    this.bursts = [];
  }

  taken({ pattern, event, at, pid, container, record }: TakenRecord): void {
    if (this.used + NUMBERS > this.numbers.length) {
      const more = new Float64Array(2 * this.numbers.length);
      more.set(this.numbers);
      this.numbers = more;
    }
    const { numbers, used } = this;
    numbers[used + PATTERN] = this.patterns.get(pattern)!;
    numbers[used + AT] = at ?? NaN;
    numbers[used + VALUES] = event ? this.valuesOf(event) : -1;
    numbers[used + PID] = this.text(pid);
    numbers[used + CONTAINER] = this.text(container);
    numbers[used + RECORD] = this.text(this.withRecords ? record : '');
    if (event) {
      numbers[used + DIGITS] = event.timeDigits;
      numbers[used + DATED] = event.time ?? NaN;
      numbers[used + COUNT] = event.count;
      numbers[used + LINE] = event.place.line - this.before;
      numbers[used + OFFSET] = event.place.offset;
      numbers[used + PORT] = event.peerPort ?? NaN;
      numbers[used + CLIENT_ID] = this.text(event.clientId);
      numbers[used + CLIENT_ID_HEX] = this.text(event.clientIdHex);
      numbers[used + MOUNTPOINT] = this.text(event.mountpoint);
      numbers[used + USERNAME] = this.text(event.username);
      numbers[used + PEER_ADDRESS] = this.text(event.peerAddress);
      numbers[used + TOPIC] = this.text(event.topic);
    }
    this.used += NUMBERS;
  }

  unmatched(body: string, place: Unmatched['place']): void {
    this.loud.add(this.shapes.of(body), 1, { ...place, line: place.line - this.before });
  }

  burst(at: EpochUs): void {
    this.bursts.push(at);
  }

  /** Room that was handed over with a batch and is free again. */
  give(room: Float64Array<ArrayBuffer>): void {
    this.free.push(room);
  }

  /** Hands over what was written; the writer goes on in other room. */
  batch({ state, ...rest }: Omit<Batch, 'numbers' | 'records' | 'texts' | 'values' | 'unmatched' | 'bursts'>): Batch {
    const { numbers } = this;
    this.numbers = this.free.pop() ?? new Float64Array(ROOM);
    return {
      ...rest,
      state: { ...state, open: state.open.map((record) => ({ ...record, line: record.line - this.before })) },
      numbers,
      records: this.used / NUMBERS,
      texts: this.texts.join(''),
      values: this.values,
      unmatched: this.loud.list(),
      bursts: this.bursts,
    };
  }

  private text(text: string | null): number {
    if (text === null) return -1;
    if (text !== '') this.texts.push(text);
    return text.length;
  }

  private valuesOf(event: Event): number {
    const { kind, pattern, level, mqttVersion, packet, direction, reason, reasonCode, reasonName, reasonCodeFrom, cause } = event;
    let byReason = this.known.get(pattern);
    if (!byReason) this.known.set(pattern, (byReason = new Map<string | null, number[]>()));
    let places = byReason.get(reason);
    if (!places) byReason.set(reason, (places = []));
    // What else it has follows from the packs.
    for (const place of places) {
      const known = this.values[place]!;
      const isSame = known.level === level && known.mqttVersion === mqttVersion && known.reasonCode === reasonCode;
      if (isSame && known.packet === packet) return place;
    }
    places.push(this.values.length);
    this.values.push({ kind, pattern, level, mqttVersion, packet, direction, reason, reasonCode, reasonName, reasonCodeFrom, cause });
    return this.values.length - 1;
  }
}

export interface Reading {
  readonly patterns: readonly Pattern[];
  readonly node: string | null;
  readonly file: string;
  /** Lines of the file before the batch. */
  readonly before: number;
}

/** Hands out the records of a batch in their order. */
export function readRecords(
  { numbers, records, texts, values }: Batch,
  { patterns, node, file, before }: Reading,
  take: (record: TakenRecord) => void,
): void {
  let at = 0;
  const text = (length: number): string | null => {
    if (length <= 0) return length === 0 ? '' : null;
    at += length;
    return texts.slice(at - length, at);
  };
  for (let place = 0; place < records * NUMBERS; place += NUMBERS) {
    const of = (field: number) => numbers[place + field]!;
    const orNull = (number: number) => (Number.isNaN(number) ? null : number);
    const pid = text(of(PID));
    const container = text(of(CONTAINER))!;
    const record = text(of(RECORD))!;
    const same = values[of(VALUES)];
    const logged = orNull(of(AT));
    const event: Event | null = same
      ? {
          time: orNull(of(DATED)),
          timeDigits: of(DIGITS),
          at: logged ?? 0,
          kind: same.kind,
          pattern: same.pattern,
          level: same.level,
          node,
          clientId: text(of(CLIENT_ID)),
          clientIdHex: text(of(CLIENT_ID_HEX)),
          mountpoint: text(of(MOUNTPOINT)),
          username: text(of(USERNAME)),
          peerAddress: text(of(PEER_ADDRESS)),
          peerPort: orNull(of(PORT)),
          topic: text(of(TOPIC)),
          mqttVersion: same.mqttVersion,
          packet: same.packet,
          direction: same.direction,
          reason: same.reason,
          reasonCode: same.reasonCode,
          reasonName: same.reasonName,
          reasonCodeFrom: same.reasonCodeFrom,
          cause: same.cause,
          count: of(COUNT),
          place: { file, line: before + of(LINE), offset: of(OFFSET) },
        }
      : null;
    take({ pattern: patterns[of(PATTERN)]!, event, at: logged, pid, container, record });
  }
}
