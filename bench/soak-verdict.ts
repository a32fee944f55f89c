/** What the service told during a soak, against what it had to tell. */
import type { Expected } from './incident.ts';

/** A change of an alert, as `follow --format json` writes it. */
export interface Told {
  readonly change: 'raised' | 'leading_offender' | 'cleared' | 'lost_sight';
  readonly alert: string;
  readonly raised_at: string;
  readonly events: number;
  readonly offenders: readonly { readonly client_id: string; readonly events: number }[];
}

export interface Verdict {
  /** Refused connections that were not counted, and that were counted twice. */
  readonly lost: number;
  readonly doubled: number;
  /** Different changes that were told. */
  readonly changes: number;
  /** Told once more after a kill that came between the telling and the saving. */
  readonly repeated: number;
  readonly faults: readonly string[];
}

const REFUSED = 'vernemq_mqtt_connack_sent_reason_unsuccessful';
const DROPPED = 'vernemq_queue_message_drop';

export function judge(told: readonly Told[], expected: Expected): Verdict {
  const different = new Map(told.map((change) => [JSON.stringify([change.alert, change.change, change.raised_at, change.events]), change]));
  const changes = [...different.values()];
  const [refused, dropped] = [REFUSED, DROPPED].map((alert) => changes.filter((change) => change.alert === alert));
  const cleared = refused!.find(({ change }) => change === 'cleared');
  const counted = new Map(cleared?.offenders.map(({ client_id, events }) => [client_id, events]));
  const clients = [...new Set([...expected.offenders.keys(), ...counted.keys()])];
  const excess = clients.map((client) => (counted.get(client) ?? 0) - (expected.offenders.get(client) ?? 0));

  const faults: string[] = [];
  const check = (what: string, is: unknown, should: unknown) => {
    if (JSON.stringify(is) !== JSON.stringify(should)) faults.push(`${what}: ${JSON.stringify(is)} instead of ${JSON.stringify(should)}`);
  };
  check('refused connections', cleared?.events, expected.refused);
  for (const client of clients) check(`refused connections of ${client}`, counted.get(client), expected.offenders.get(client));
  check('dropped messages', dropped!.find(({ change }) => change === 'cleared')?.events, expected.dropped);
  for (const of of [refused!, dropped!]) {
    check('intervals', new Set(of.map(({ raised_at }) => raised_at)).size, 1);
    for (const kind of ['raised', 'cleared']) check(kind, of.filter(({ change }) => change === kind).length, 1);
  }
  const leads = refused!.filter(({ change }) => change === 'leading_offender').map(({ events }) => events);
  check('changes of the leading offender', leads.toSorted(ascending), [...expected.leads].sort(ascending));

  return {
    lost: Math.abs(sum(excess.filter((count) => count < 0))),
    doubled: sum(excess.filter((count) => count > 0)),
    changes: changes.length,
    repeated: told.length - changes.length,
    faults,
  };
}

function ascending(a: number, b: number): number {
  return a - b;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
