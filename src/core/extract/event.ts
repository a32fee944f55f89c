/**
 * From a record to the event that a pattern sees in it: its terms decoded, what it means looked up.
 */
import type { Event, MqttVersion, Place } from '../model.ts';
import type { Knowledge, Pattern, PatternField } from '../pack/compile.ts';
import type { Frame } from './envelope.ts';
import { decodePeer, decodeText, decodeTopic, type Decoded, type Writing } from './erlang.ts';
import { failuresIn, Meanings } from './meaning.ts';
import type { Timestamp } from './timestamp.ts';

/** A pattern that takes a body, and what its groups held. */
export interface Taken {
  readonly pattern: Pattern;
  readonly match: RegExpExecArray;
}

/** The first pattern that takes the body of the record, or null. */
export function take(knowledge: Knowledge, frame: Pick<Frame, 'module' | 'function'>, body: string): Taken | null {
  for (const pattern of knowledge.dispatch.candidates(body)) {
    if (!beginsAs(pattern, body) || !fits(pattern, frame)) continue;
    const match = matchOf(pattern, body);
    if (match) return { pattern, match };
  }
  return null;
}

function beginsAs({ prefixes }: Pattern, body: string): boolean {
  for (const prefix of prefixes) if (body.startsWith(prefix)) return true;
  return false;
}

/** In megabytes of hostile text there can be more to keep track of than V8 has room for. Such a record is not taken; that it was loud is told. */
function matchOf({ regex }: Pattern, body: string): RegExpExecArray | null {
  try {
    return regex.exec(body);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Whether the place in the broker's code is one the pattern allows; a frame that does not tell it fits. */
export function fits(pattern: Pattern, frame: Pick<Frame, 'module' | 'function'>): boolean {
  const { modules, functions } = pattern.source;
  return (
    (!modules || frame.module === null || modules.includes(frame.module)) &&
    (!functions || frame.function === null || functions.includes(frame.function))
  );
}

/** What a field's groups held; of several that did, the last. */
function field({ groups }: Pattern, match: RegExpExecArray, name: PatternField): string | undefined {
  const numbers = groups[name];
  if (numbers === undefined) return undefined;
  for (let place = numbers.length - 1; place >= 0; place -= 1) {
    const value = match[numbers[place]!];
    if (value !== undefined) return value;
  }
  return undefined;
}

/** More than any broker drops at once; keeps sums exact integers. */
const MOST_COUNT = 1_000_000_000_000;

/** Makes events of what patterns take. */
export class Events {
  private readonly knowledge: Knowledge;
  private readonly meanings: Meanings;
  private readonly node: string | null;
  private readonly topics: boolean;

  /** @param topics nobody counts by them, so only who shows events wants them. */
  constructor(knowledge: Knowledge, node: string | null, topics = true) {
    this.knowledge = knowledge;
    this.meanings = new Meanings(knowledge);
    this.node = node;
    this.topics = topics;
  }

  /** Null where the line reports none ("dropped 0 messages"), or its pattern is a known line that is no event. */
  of(frame: Frame, { pattern, match }: Taken, timestamp: Timestamp | null, at: number, place: Place): Event | null {
    if (pattern.source.event === 'none') return null;
    const version = this.versionOf(pattern, frame, field(pattern, match, 'mqtt_version'));
    const codes = field(pattern, match, 'reason_codes');
    const failures = codes === undefined ? null : failuresIn(codes, pattern, version);
    const counted = failures?.length ?? field(pattern, match, 'count') ?? 1;
    const count = Math.min(Number(counted), MOST_COUNT);
    if (count < 1) return null;

    const writing = writingOf(pattern, frame);
    const client = textOf(field(pattern, match, 'client_id'), writing);
    const peer = field(pattern, match, 'peer');
    const { address, port } = (peer === undefined ? null : decodePeer(peer)) ?? NO_PEER;
    const topic = field(pattern, match, 'topic');
    const meaning = this.meanings.of(pattern, {
      reason: field(pattern, match, 'reason'),
      code: failures?.[0]?.toString() ?? field(pattern, match, 'reason_code'),
      packet: field(pattern, match, 'packet'),
      version,
      writing,
    });
    return {
      time: timestamp?.dated ? timestamp.at : null,
      timeDigits: timestamp?.digits ?? 0,
      at,
      kind: meaning.kind,
      pattern: meaning.pattern,
      level: frame.level,
      node: this.node,
      clientId: client?.text ?? null,
      clientIdHex: client?.hex ?? null,
      mountpoint: textOf(field(pattern, match, 'mountpoint'), writing)?.text ?? null,
      username: textOf(field(pattern, match, 'username'), writing)?.text ?? null,
      peerAddress: address,
      peerPort: port,
      topic: topic === undefined || !this.topics ? null : decodeTopic(topic, writing),
      mqttVersion: meaning.mqttVersion,
      packet: meaning.packet,
      direction: meaning.direction,
      reason: meaning.reason,
      reasonCode: meaning.reasonCode,
      reasonName: meaning.reasonName,
      reasonCodeFrom: meaning.reasonCodeFrom,
      cause: meaning.cause,
      count,
      place,
    };
  }

  private versionOf(pattern: Pattern, frame: Frame, logged: string | undefined): MqttVersion | null {
    const said = logged === undefined ? undefined : this.knowledge.versions.get(logged);
    const module = frame.module === null ? undefined : this.knowledge.modules.get(frame.module);
    return said ?? pattern.source.mqtt_version ?? module ?? null;
  }
}

const NO_PEER = { address: null, port: null };

function writingOf(pattern: Pattern, { envelope }: Frame): Writing {
  const text = pattern.source.text ?? envelope.source.text;
  const { charset } = envelope.source;
  if (text === 'plain') return charset === 'either' ? 'plain in either' : 'plain';
  return charset ?? 'either';
}

/** A binary, a string or a list, or plain text; null for the atom `undefined` and any other term that is no text. */
function textOf(term: string | undefined, writing: Writing): Decoded | null {
  return term === undefined ? null : decodeText(term, writing);
}
