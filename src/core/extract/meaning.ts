/**
 * What a pattern means by a reason and a protocol version: code, packet and cause, looked up in the packs' tables.
 *
 * A log has few different reasons, so what was worked out for one is kept; a client that makes up reasons only makes it work again.
 */
import { PACKETS, type Cause, type Direction, type Event, type MqttVersion, type Packet } from '../model.ts';
import { isUnsuccessful, labelOf } from '../mqtt/reason-codes.ts';
import { own } from '../own.ts';
import { codeFor, type Knowledge, type Pattern } from '../pack/compile.ts';
import { decodeReason, headWord, WRITINGS, type Writing } from './erlang.ts';

/** The part of an event that follows from pattern, version and reason alone. */
export type Meaning = Pick<
  Event,
  'kind' | 'pattern' | 'mqttVersion' | 'packet' | 'direction' | 'reason' | 'reasonCode' | 'reasonName' | 'reasonCodeFrom' | 'cause'
>;

export interface Said {
  /** As it stands in the line; undefined where the line gives none. */
  readonly reason: string | undefined;
  readonly code: string | undefined;
  readonly packet: string | undefined;
  readonly version: MqttVersion | null;
  readonly writing: Writing;
}

/** No reason is only a blank. */
const NO_REASON = ' ';
const MOST_KEPT = 1_000;
const LONGEST_KEPT = 200;

export class Meanings {
  private readonly reasons: Knowledge['reasons'];
  /** By pattern, version and writing, then by reason. */
  private readonly kept = new Map<Pattern, Map<string, Meaning>[]>();

  constructor(knowledge: Knowledge) {
    this.reasons = knowledge.reasons;
  }

  of(pattern: Pattern, said: Said): Meaning {
    const { reason = NO_REASON, code, packet, version, writing } = said;
    if (code !== undefined || packet !== undefined || reason.length > LONGEST_KEPT) return this.read(pattern, said);
    let tables = this.kept.get(pattern);
    if (!tables) this.kept.set(pattern, (tables = []));
    const place = (version ?? 0) * WRITINGS.length + WRITINGS.indexOf(writing);
    let table = tables[place];
    if (!table || table.size >= MOST_KEPT) table = tables[place] = new Map<string, Meaning>();
    let meaning = table.get(reason);
    if (!meaning) table.set(own(reason), (meaning = this.read(pattern, said)));
    return meaning;
  }

  private read(pattern: Pattern, said: Said): Meaning {
    const reason = said.reason === undefined ? null : own(decodeReason(said.reason, said.writing));
    const code = reasonCode(pattern, said.code, said.version, reason);
    const packet = packetOf(pattern, said, code?.value ?? null);
    return {
      kind: pattern.source.event,
      pattern: pattern.id,
      mqttVersion: said.version,
      packet: packet?.packet ?? null,
      direction: packet?.direction ?? null,
      reason,
      reasonCode: code?.value ?? null,
      reasonName: code === null ? null : labelOf(code.value, packet?.packet ?? null, said.version),
      reasonCodeFrom: code?.from ?? null,
      cause: this.causeOf(pattern, reason),
    };
  }

  private causeOf(pattern: Pattern, reason: string | null): Cause | null {
    const { all, words } = pattern.cause;
    if (all !== null) return all;
    const word = reason === null ? '' : headWord(reason);
    // A reason can be any word, `constructor` too.
    const own = Object.hasOwn(words, word) ? words[word] : undefined;
    return own ?? this.reasons.get(word)?.cause ?? words['*'] ?? null;
  }
}

function reasonCode(
  pattern: Pattern,
  logged: string | undefined,
  version: MqttVersion | null,
  reason: string | null,
): { value: number; from: 'logged' | 'inferred' } | null {
  if (logged !== undefined) return { value: Number(logged), from: 'logged' };
  if (typeof pattern.source.code === 'number') return { value: pattern.source.code, from: 'inferred' };
  const value = pattern.codes && codeFor(pattern.codes, version, reason === null ? '' : headWord(reason));
  return value === null ? null : { value, from: 'inferred' };
}

/** DISCONNECT is sent by the broker in MQTT 5 only, and only where a code goes with it [MQTT-5.0 3.14]. */
function packetOf(
  pattern: Pattern,
  { packet: logged, version }: Said,
  code: number | null,
): { packet: Packet; direction: Direction | null } | null {
  const { direction } = pattern.source;
  const packet = PACKETS.find((name) => name === logged) ?? pattern.source.packet;
  if (packet === undefined) return null;
  if (packet === 'DISCONNECT' && direction === 'sent' && (version !== 5 || code === null)) return null;
  return { packet, direction: direction ?? null };
}

/** The unsuccessful ones of the codes of one packet, in the order of its topics: the broker keeps and prints the last topic first. */
export function failuresIn(codes: string, pattern: Pattern, version: MqttVersion | null): number[] {
  return codes
    .split(',')
    .map((text) => text.trim())
    .map((text) => (/^\d+$/.test(text) ? Number(text) : ((pattern.codes && codeFor(pattern.codes, version, text)) ?? 0)))
    .filter((code) => isUnsuccessful(code, pattern.source.packet ?? null, version))
    .reverse();
}
