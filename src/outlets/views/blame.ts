/**
 * What the numbers of an alert say: whose fault it is, with which reason, and whether one client, a few or many are behind it.
 *
 * Verdict and advice are two ways to word this. Causes come from the events, so from the packs; nothing here knows a word of VerneMQ's.
 */
import { EVENT_KINDS } from '../../core/model.ts';
import type { Alert, Cause, Offender, ReasonNote } from '../../core/model.ts';
import type { Notes } from './wording.ts';

export interface Reason {
  readonly word: string;
  readonly events: number;
  readonly note: ReasonNote | null;
}

export interface Blame {
  /** The cause of at least half of the events; null where none has so many or none is known. */
  readonly cause: Cause | null;
  /** How many events have it. */
  readonly events: number;
  /** The most frequent reason, of those that fit the cause; null where no reason is logged. */
  readonly reason: Reason | null;
  /** All of them, the most frequent first. */
  readonly reasons: readonly Reason[];
  /** `led`: one has half of the events, and many others the rest. */
  readonly who: 'nobody' | 'one' | 'few' | 'led' | 'many';
  /** The client with the most events. */
  readonly leader: Offender | null;
}

const KINDS: ReadonlySet<string> = new Set(EVENT_KINDS);

/** From here on it is "a few clients". */
const FEW = 5;

export function blame(alert: Alert, notes: Notes): Blame {
  const reasons = ranked(alert.reasons, notes);
  const [cause, events] = mainCause(alert, reasons);
  const leader = alert.offenders[0] ?? null;
  return {
    cause,
    events,
    reason: reasons.find(({ note }) => cause !== null && note?.cause === cause) ?? reasons[0] ?? null,
    reasons,
    who: who(alert, leader),
    leader,
  };
}

/** Reasons with what is known of them. An event without a reason is counted under its kind, which says nothing new. */
export function ranked(reasons: ReadonlyMap<string, number>, notes: Notes): readonly Reason[] {
  return [...reasons]
    .filter(([word]) => word !== '' && !KINDS.has(word))
    .sort(([, a], [, b]) => b - a)
    .map(([word, events]) => ({ word, events, note: notes(word) }));
}

/** Whether the reason speaks of wrong credentials, whoever coined it: bad_username_or_password, a hook's wrong_password; not cant_parse_password. */
export function isAboutCredentials(reason: Reason | null): boolean {
  return reason !== null && /^(?!.*parse).*(credential|password)/i.test(reason.word);
}

/** Where two are even, it is not the client. */
const SUSPECTS: readonly Cause[] = ['backend', 'broker', 'network', 'scanner', 'client'];

function mainCause(alert: Alert, reasons: readonly Reason[]): [Cause | null, number] {
  const known = SUSPECTS.map((cause) => [cause, alert.causes.get(cause) ?? 0] as const).sort(([, a], [, b]) => b - a);
  const [cause, events] = known[0]!;
  if (events > 0) return events * 2 >= alert.events ? [cause, events] : [null, 0];
  const [main] = reasons;
  return main?.note?.cause != null && main.events * 2 >= alert.events ? [main.note.cause, main.events] : [null, 0];
}

function who(alert: Alert, leader: Offender | null): Blame['who'] {
  if (leader === null) return 'nobody';
  const sure = leader.events - leader.error; // even if the table is wrong by as much as it can be
  if (sure * 5 >= alert.events * 4) return 'one';
  if (alert.clients <= FEW) return 'few';
  return sure * 2 >= alert.events ? 'led' : 'many';
}
