/**
 * What a pack may say: the plain data of its YAML files, as the reader of the files hands it over after checking the shapes.
 *
 * A pack is one file or a folder of files that carry the same `pack:` name; every section may stand in any of them.
 */
import type { Cause, Direction, EventKind, MqttVersion, Packet, Selection, Severity, Witness } from '../model.ts';

/** Something written before the broker's own line by what it was read through: `docker compose logs`, journalctl, kubectl. */
export interface WrapperSource {
  readonly id: string;
  readonly regex: string;
  /** How the group `timestamp` is written; it serves lines that carry no date of their own. */
  readonly time?: TimeFormat | undefined;
  readonly examples?: readonly string[] | undefined;
}

export const TIME_FORMATS = ['rfc3339', 'local', 'time-of-day', 'syslog', 'epoch-s', 'epoch-us', 'none'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/**
 * How the log writes bytes above 0x7F in `~p` terms: `utf8` encodes each byte as a character of its own (so UTF-8 ids are encoded twice),
 * `latin1` writes the bytes as they are, `either` decides for each term.
 */
export const CHARSETS = ['utf8', 'latin1', 'either'] as const;
export type Charset = (typeof CHARSETS)[number];

/** How a log writes text that clients choose: as an Erlang `term` (default), or `plain`, as it is, in UTF-8. */
export const TEXTS = ['term', 'plain'] as const;
export type Text = (typeof TEXTS)[number];

export interface EnvelopeSource {
  readonly id: string;
  /** Groups: timestamp, level, priority, pid, module, function, body. */
  readonly regex?: string | undefined;
  /** For JSON lines: where each of the same fields is, `mfa.0` being the first element of `mfa`. */
  readonly json?: Readonly<Record<string, string>> | undefined;
  readonly time: TimeFormat;
  readonly charset?: Charset | undefined;
  readonly text?: Text | undefined;
  /** What the logger writes for a line break of a message; cut off at both ends of it. */
  readonly break?: string | undefined;
  /** Lines that begin with a blank belong to the record above. */
  readonly continues?: boolean | undefined;
  /** The logger drops silently what comes above so many lines a second. */
  readonly burst?: number | undefined;
  /** Only below a wrapper that gives the time, or in a log that has no other envelope. */
  readonly bare?: boolean | undefined;
  /** Texts that mark a line as a warning or worse, so that it is looked at even if no pattern asks for it. */
  readonly loud?: readonly string[] | undefined;
  readonly examples?: readonly string[] | undefined;
}

/** Word after "due to" → code on the wire, by protocol version. `label`: a word that is an MQTT 5 label means its code; `*`: any other word. */
export interface CodeTableSource {
  readonly 3?: Readonly<Record<string, number>> | undefined;
  readonly 5?: Readonly<Record<string, number | boolean>> | undefined;
}

export interface ExampleSource {
  readonly line: string;
  readonly expect?: Readonly<Record<string, string | number | null>> | undefined;
  readonly why?: string | undefined;
  readonly timezone?: string | undefined;
}

/**
 * What a line says about its connection: `yes` it is written by the connection's process; `ends` and the connection is over; `last` and
 * nothing of it follows; `before` no client is known yet; `no` another process wrote it, so its pid says nothing about the client.
 */
export const CONNECTIONS = ['yes', 'ends', 'last', 'before', 'no'] as const;
export type Connection = (typeof CONNECTIONS)[number];

export interface PatternSource {
  readonly id: string;
  /** `none`: a known line that is no event. */
  readonly event: EventKind;
  readonly regex: string;
  readonly about?: string | undefined;
  readonly versions?: string | undefined;
  readonly catalogue?: string | undefined;
  readonly packet?: Packet | undefined;
  readonly direction?: Direction | undefined;
  readonly mqtt_version?: MqttVersion | undefined;
  /** Goes before that of the envelope. */
  readonly text?: Text | undefined;
  /** `tracer`: a log may tell of the same packet. */
  readonly witness?: Witness | undefined;
  /** Only lines of these modules; an envelope that does not tell the module does not matter. */
  readonly modules?: readonly string[] | undefined;
  readonly functions?: readonly string[] | undefined;
  /** A table of `codes`, or the code itself. */
  readonly code?: string | number | undefined;
  /** A cause for all, or by reason word with `*` for the rest (asked after the pack's reason notes). */
  readonly cause?: Cause | Readonly<Record<string, Cause>> | undefined;
  readonly connection?: Connection | undefined;
  /** A second line for the same fault: no event when one of these was written for the same connection within a second. */
  readonly repeats?: readonly string[] | undefined;
  /** Only the second line tells that it was this pattern instead; for lines that do not name the place in the broker's code. */
  readonly repeated_as?: string | undefined;
  /** The line for the whole fault: the event of one of these, written just before for the same connection, is none of its own. */
  readonly replaces?: readonly string[] | undefined;
  /** The broker begins a new life: pids of the old one mean nothing any more. */
  readonly boot?: boolean | undefined;
  readonly examples: readonly ExampleSource[];
  readonly counterexamples?: readonly ExampleSource[] | undefined;
}

export interface ReasonSource {
  readonly cause?: Cause | undefined;
  readonly means: string;
  readonly next: string;
}

export interface AlertTestSource {
  /** Seconds of the events. */
  readonly events: readonly number[];
  /** `raised 50`, `cleared 110`. */
  readonly changes: readonly string[];
}

export interface AlertSource {
  readonly alert: string;
  readonly select?: SelectSource | undefined;
  readonly severity?: Severity | undefined;
  readonly window?: string | undefined;
  readonly raise_above: number;
  readonly clear_above?: number | undefined;
  readonly witness: readonly Witness[];
  readonly counts: string;
  readonly means: string;
  readonly next: string;
  /** Other thresholds under another profile. */
  readonly profiles?: Readonly<Record<string, { readonly raise_above: number }>> | undefined;
  readonly tests?: readonly AlertTestSource[] | undefined;
}

export interface SelectSource {
  readonly event?: EventKind | readonly EventKind[] | undefined;
  readonly pattern?: string | readonly string[] | undefined;
  readonly packet?: Packet | undefined;
  readonly direction?: Direction | undefined;
  readonly codes?: Selection['codes'] | undefined;
}

/** What one YAML file of a pack says. */
export interface PackData {
  readonly pack: string;
  readonly about?: string | undefined;
  readonly wrappers?: readonly WrapperSource[] | undefined;
  readonly envelopes?: readonly EnvelopeSource[] | undefined;
  readonly fragments?: Readonly<Record<string, string>> | undefined;
  readonly codes?: Readonly<Record<string, CodeTableSource>> | undefined;
  /** Module of the broker → protocol version it speaks. */
  readonly modules?: Readonly<Record<string, MqttVersion>> | undefined;
  /** Protocol version as a line writes it → 3 or 5. */
  readonly protocol_versions?: Readonly<Record<string, MqttVersion>> | undefined;
  readonly reasons?: Readonly<Record<string, ReasonSource>> | undefined;
  readonly patterns?: readonly PatternSource[] | undefined;
  readonly alerts?: readonly AlertSource[] | undefined;
}

/** One YAML file of a pack. */
export interface PackFile extends PackData {
  readonly file: string;
}
