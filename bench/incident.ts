/**
 * The log of an incident: each line is a function of its number, so what must have been counted in the end is known exactly.
 *
 * Clients take turns at being refused, and who begins changes each time round, so that another one comes to lead every 400 refusals. Beside
 * them messages are dropped, as many at once as the number of the line: their sum would not come out right if one line were lost and another
 * one doubled, which a plain count forgives.
 */
const CLIENTS = 8;
const TURN = 50;

type Kind = 'refused' | 'dropped' | 'other';

export interface Expected {
  readonly refused: number;
  /** By client id. */
  readonly offenders: ReadonlyMap<string, number>;
  /** How many had been refused when another client came to lead. */
  readonly leads: ReadonlySet<number>;
  /** All drops added up. */
  readonly dropped: number;
}

export function text(n: number): string {
  const time = new Date().toISOString().replace('Z', '000+00:00');
  switch (kindOf(n)) {
    case 'refused':
      return refusal(time, n, clientOf(n));
    case 'dropped':
      return `${time} [warning] <0.${n}.0> vmq_mqtt_fsm:connected/2:340: subscriber {[],<<"meter">>} dropped ${n} messages`;
    case 'other':
      return `${time} [info] <0.174.0> bench:write/1:1: line ${n} ${'.'.repeat((n * 7) % 61)}`;
  }
}

/** Each from a connection of its own: the second line of a connection for the same fault would be no event. */
export function refusal(time: string, pid: number, client: string): string {
  const from = `127.0.0.${(pid % 200) + 1}:${20_000 + (pid % 40_000)}`;
  return `${time} [warning] <0.${pid}.0> vmq_mqtt_fsm:check_user/2:764: can't authenticate client {[],<<"${client}">>} from ${from} due to invalid_credentials`;
}

/** Of the lines 1 to `last`. */
export function expected(last: number): Expected {
  const offenders = new Map<string, number>();
  const leads = new Set<number>();
  let [refused, dropped, leader] = [0, 0, clientOf(1)];
  for (let n = 1; n <= last; n += 1) {
    if (kindOf(n) === 'dropped') dropped += n;
    if (kindOf(n) !== 'refused') continue;
    const client = clientOf(n);
    const events = (offenders.get(client) ?? 0) + 1;
    offenders.set(client, events);
    refused += 1;
    if (client === leader || events <= (offenders.get(leader) ?? 0)) continue;
    leader = client;
    leads.add(refused);
  }
  return { refused, offenders, leads, dropped };
}

/** 13 lines of 100 are refused connections. */
function kindOf(n: number): Kind {
  const place = n % 15;
  if (place === 0 || place === 7) return 'refused';
  return place === 3 ? 'dropped' : 'other';
}

function clientOf(n: number): string {
  const turn = Math.floor((Math.ceil(n / 7.5) - 1) / TURN);
  return `pump-${(turn + Math.floor(turn / CLIENTS)) % CLIENTS}`;
}
