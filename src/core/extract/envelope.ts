/**
 * From a line to the record it holds: what was put around it by `docker logs` and the like is peeled off, then the logger's own frame is read.
 *
 * A log keeps its envelope until it stops fitting, so the usual line is matched once.
 */
import type { Envelope, EnvelopeField, Knowledge, Matcher, Wrapper } from '../pack/compile.ts';
import type { Clockwork, Timestamp } from './timestamp.ts';

/** A line in its envelope, read but for the time. */
export interface Frame {
  readonly envelope: Envelope;
  /** What the wrappers took off; tells the containers of one `docker compose logs` apart. */
  readonly wrapping: string;
  readonly wrapperTime: Timestamp | null;
  readonly timestamp: string | null;
  /** Characters that the wrappers took. */
  readonly skip: number;
  readonly level: string | null;
  /** The level as it stands in the line: its name, or the number of a priority. */
  readonly levelText: string | null;
  readonly pid: string | null;
  readonly module: string | null;
  readonly function: string | null;
  readonly body: string;
}

/** Syslog severities [RFC 5424 6.2.1] in the broker's words. */
const PRIORITY_LEVELS: readonly string[] = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'];
const MOST_WRAPPERS = 4;

/** Which envelope a log keeps, by its id: plain data. */
export interface FramerState {
  readonly last: string | null;
  readonly sawEnvelope: boolean;
}

export class Framer {
  private readonly knowledge: Knowledge;
  private readonly clockwork: Clockwork;
  private last: Envelope | null = null;
  private sawEnvelope = false;

  constructor(knowledge: Knowledge, clockwork: Clockwork) {
    this.knowledge = knowledge;
    this.clockwork = clockwork;
  }

  state(): FramerState {
    return { last: this.last?.id ?? null, sawEnvelope: this.sawEnvelope };
  }

  restore({ last, sawEnvelope }: FramerState): void {
    this.last = this.knowledge.envelopes.find(({ id }) => id === last) ?? null;
    this.sawEnvelope = sawEnvelope;
  }

  /** @param line without its line break. @returns what is left below the wrappers where no envelope fits. */
  read(line: string): Frame | { readonly rest: string; readonly wrapping: string } {
    let rest = line;
    let wrapping = '';
    let wrapperTime: Timestamp | null = null;
    for (let depth = 0; ; depth += 1) {
      const frame = this.envelope(rest, { wrapping, wrapperTime, skip: line.length - rest.length });
      if (frame) return frame;
      const peeled = depth < MOST_WRAPPERS ? this.peel(rest) : null;
      if (!peeled) return { rest, wrapping };
      const [wrapper, length, timestamp, time] = peeled;
      // Two containers of one stream differ in the text of the prefix; a time in it is not part of that name.
      const prefix = rest.slice(0, length);
      wrapping += timestamp === null ? prefix : `${wrapper.id} ${prefix.replace(timestamp, '').trim()}`.trim();
      wrapperTime = time ?? wrapperTime;
      rest = rest.slice(length);
    }
  }

  /** @returns null where the text in the place of the time is none. */
  time(frame: Frame): Timestamp | null {
    return this.clockwork.read(frame.timestamp ?? '', frame.envelope.source.time, frame.wrapperTime);
  }

  private envelope(line: string, peeled: Peeled): Frame | null {
    const kept = this.last && this.fit(this.last, line, peeled);
    if (kept) return kept;
    for (const envelope of this.knowledge.envelopes) {
      const frame = envelope === this.last ? null : this.fit(envelope, line, peeled);
      if (frame) return frame;
    }
    return null;
  }

  private fit(envelope: Envelope, line: string, peeled: Peeled): Frame | null {
    if (envelope.source.bare && peeled.wrapperTime === null && this.sawEnvelope) return null;
    const frame = envelope.text ? fromText(envelope, envelope.text, line, peeled) : fromJson(envelope, line, peeled);
    if (!frame) return null;
    this.last = envelope;
    if (!envelope.source.bare) this.sawEnvelope = true;
    return frame;
  }

  /** @returns how many characters the wrapper takes, and its time as text and read. */
  private peel(line: string): [Wrapper, number, string | null, Timestamp | null] | null {
    for (const wrapper of this.knowledge.wrappers) {
      const match = wrapper.regex.exec(line);
      if (!match || match[0] === '') continue;
      const text = wrapper.groups.timestamp && match[wrapper.groups.timestamp[0]!];
      const time = text === undefined ? null : this.clockwork.read(text, wrapper.source.time ?? 'none', null);
      if (wrapper.source.time !== undefined && time === null) continue;
      return [wrapper, match[0].length, text ?? null, time];
    }
    return null;
  }
}

type Fields = Partial<Record<EnvelopeField, string | undefined>>;

interface Peeled {
  readonly wrapping: string;
  readonly wrapperTime: Timestamp | null;
  /** Characters that the wrappers took. */
  readonly skip: number;
}

function fromText(envelope: Envelope, { regex, groups }: Matcher<EnvelopeField>, line: string, peeled: Peeled): Frame | null {
  const { head } = envelope;
  const match = (head ?? regex).exec(line);
  if (!match) return null;
  const value = (numbers: readonly number[] | undefined) => (numbers === undefined ? undefined : match[numbers[0]!]);
  return frameOf(
    envelope,
    {
      timestamp: value(groups.timestamp),
      level: value(groups.level),
      priority: value(groups.priority),
      pid: value(groups.pid),
      module: value(groups.module),
      function: value(groups.function),
      body: head ? line.slice(match[0].length) : value(groups.body),
    },
    peeled,
  );
}

function fromJson(envelope: Envelope, line: string, peeled: Peeled): Frame | null {
  if (!line.startsWith('{')) return null;
  let object: unknown;
  try {
    object = JSON.parse(line);
  } catch {
    return null;
  }
  const fields: Fields = {};
  for (const [field, place] of envelope.json!) {
    const value = at(object, place);
    if (typeof value === 'string') fields[field] = value;
    else if (typeof value === 'number') fields[field] = String(value);
  }
  if (fields.body !== undefined && envelope.source.break !== undefined)
    fields.body = withoutBreaks(fields.body, envelope.source.break.trim());
  return fields.body === undefined || fields.timestamp === undefined ? null : frameOf(envelope, fields, peeled);
}

function frameOf(envelope: Envelope, fields: Fields, peeled: Peeled): Frame {
  return {
    envelope,
    wrapping: peeled.wrapping,
    wrapperTime: peeled.wrapperTime,
    timestamp: fields.timestamp ?? null,
    skip: peeled.skip,
    levelText: fields.level ?? fields.priority ?? null,
    level: fields.level ?? (fields.priority === undefined ? null : (PRIORITY_LEVELS[Number(fields.priority) & 7] ?? null)),
    pid: fields.pid ?? null,
    module: fields.module ?? null,
    function: fields.function ?? null,
    body: fields.body ?? '',
  };
}

function withoutBreaks(body: string, sign: string): string {
  let text = body.trim();
  if (text.startsWith(sign)) text = text.slice(sign.length).trimStart();
  if (text.endsWith(sign)) text = text.slice(0, -sign.length).trimEnd();
  return text;
}

function at(object: unknown, place: readonly string[]): unknown {
  let value = object;
  for (const key of place) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
