/**
 * From a record to the event that a pattern sees in it: terms decoded, protocol version, code and cause looked up in the packs' tables.
 */
import type { Direction, Event, MqttVersion, Packet, Place } from '../model.ts';
import { labelOf } from '../mqtt/reason-codes.ts';
import { candidates, codeFor, type Knowledge, type Pattern, type PatternField } from '../pack/compile.ts';
import type { Charset } from '../pack/pack.ts';
import type { Frame } from './envelope.ts';
import { decodePeer, decodeReason, decodeText, decodeTopic, headWord, type Decoded } from './erlang.ts';
import type { Timestamp } from './timestamp.ts';

/** A pattern that takes a body, and what its groups held. */
export interface Taken {
  readonly pattern: Pattern;
  readonly fields: Readonly<Partial<Record<PatternField, string>>>;
}

/** The first pattern that takes the body of the record, or null. */
export function take(knowledge: Knowledge, frame: Pick<Frame, 'module' | 'function'>, body: string): Taken | null {
  for (const pattern of candidates(knowledge, body)) {
    if (!pattern.prefixes.some((prefix) => body.startsWith(prefix))) continue;
    const match = fits(pattern, frame) ? matchOf(pattern, body) : null;
    if (match) return { pattern, fields: fieldsOf(pattern, match) };
  }
  return null;
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

function fieldsOf(pattern: Pattern, match: RegExpExecArray): Taken['fields'] {
  const fields: Partial<Record<PatternField, string>> = {};
  for (const [field, group] of pattern.fields) {
    const value = match[group];
    if (value !== undefined) fields[field] = value;
  }
  return fields;
}

/** More than any broker drops at once; keeps sums exact integers. */
const MOST_COUNT = 1_000_000_000_000;

/** Null where the line reports none ("dropped 0 messages"), or its pattern is a known line that is no event. */
export function eventOf(
  knowledge: Knowledge,
  frame: Frame,
  taken: Taken,
  timestamp: Timestamp | null,
  at: number,
  node: string | null,
  place: Place,
): Event | null {
  const { pattern, fields } = taken;
  const { source } = pattern;
  if (source.event === 'none') return null;
  const count = fields.count === undefined ? 1 : Math.min(Number(fields.count), MOST_COUNT);
  if (count < 1) return null;

  const charset = frame.envelope.source.charset ?? 'either';
  const client = textOf(fields.client_id, charset);
  const peer = fields.peer === undefined ? null : decodePeer(fields.peer);
  const reason = fields.reason === undefined ? null : decodeReason(fields.reason, charset);
  const mqttVersion = versionOf(knowledge, pattern, frame, fields.mqtt_version);
  const code = reasonCode(pattern, fields, mqttVersion, reason);
  const packet = packetOf(pattern, mqttVersion, code?.value ?? null);
  return {
    time: timestamp?.dated ? timestamp.at : null,
    timeDigits: timestamp?.digits ?? 0,
    at,
    kind: source.event,
    pattern: pattern.id,
    level: frame.level,
    node,
    clientId: client && own(client.text),
    clientIdHex: client?.hex ?? null,
    mountpoint: own(textOf(fields.mountpoint, charset)?.text ?? null),
    username: own(textOf(fields.username, charset)?.text ?? null),
    peerAddress: own(peer?.address ?? null),
    peerPort: peer?.port ?? null,
    topic: fields.topic === undefined ? null : own(decodeTopic(fields.topic, charset)),
    mqttVersion,
    packet: packet?.packet ?? null,
    direction: packet?.direction ?? null,
    reason: own(reason),
    reasonCode: code?.value ?? null,
    reasonName: code === null ? null : labelOf(code.value, packet?.packet ?? null, mqttVersion),
    reasonCodeFrom: code?.from ?? null,
    cause: causeOf(knowledge, pattern, reason),
    count,
    place,
  };
}

/** A binary, a string or a list; null for the atom `undefined` and anything else that is no text. */
function textOf(term: string | undefined, charset: Charset): Decoded | null {
  return term === undefined ? null : decodeText(term, charset);
}

function versionOf(knowledge: Knowledge, pattern: Pattern, frame: Frame, logged: string | undefined): MqttVersion | null {
  const said = logged === undefined ? undefined : knowledge.versions.get(logged);
  const module = frame.module === null ? undefined : knowledge.modules.get(frame.module);
  return said ?? pattern.source.mqtt_version ?? module ?? null;
}

function reasonCode(
  pattern: Pattern,
  fields: Taken['fields'],
  version: MqttVersion | null,
  reason: string | null,
): { value: number; from: 'logged' | 'inferred' } | null {
  if (fields.reason_code !== undefined) return { value: Number(fields.reason_code), from: 'logged' };
  if (typeof pattern.source.code === 'number') return { value: pattern.source.code, from: 'inferred' };
  const value = pattern.codes && codeFor(pattern.codes, version, reason === null ? '' : headWord(reason));
  return value === null ? null : { value, from: 'inferred' };
}

/** DISCONNECT is sent by the broker in MQTT 5 only, and only where a code goes with it [MQTT-5.0 3.14]. */
function packetOf(
  pattern: Pattern,
  version: MqttVersion | null,
  code: number | null,
): { packet: Packet; direction: Direction | null } | null {
  const { packet, direction } = pattern.source;
  if (packet === undefined) return null;
  if (packet === 'DISCONNECT' && direction === 'sent' && (version !== 5 || code === null)) return null;
  return { packet, direction: direction ?? null };
}

function causeOf(knowledge: Knowledge, pattern: Pattern, reason: string | null): Event['cause'] {
  const { all, words } = pattern.cause;
  if (all !== null) return all;
  const word = reason === null ? '' : headWord(reason);
  // A reason can be any word, `constructor` too.
  const own = Object.hasOwn(words, word) ? words[word] : undefined;
  return own ?? knowledge.reasons.get(word)?.cause ?? words['*'] ?? null;
}

/**
 * A copy that does not hold on to the text it was cut from: V8 keeps the whole block alive as long as one cut piece of it lives, and
 * offenders live long.
 */
export function own<Text extends string | null>(text: Text): Text {
  return (text === null || text.length < 13 ? text : ` ${text}`.slice(1)) as Text;
}
