/**
 * One sentence for somebody who was woken at night: who it is, or that it is nobody's client at all.
 *
 * The distinction that matters is between "this client" and "your database is down": a client that was refused because a back end or the
 * broker failed is a victim and is called so, however often it comes.
 */
import type { Alert, Cause } from '../../core/model.ts';
import { blame, isAboutCredentials, ranked } from './blame.ts';
import type { Blame } from './blame.ts';
import { address, capital, client, counted, list, number, partOf, quoted, reasonAndMeaning, reasonWord } from './wording.ts';
import type { Notes } from './wording.ts';

const OTHERS: readonly (readonly [Cause, string])[] = [
  ['backend', 'a back end'],
  ['broker', 'the broker'],
  ['network', 'the network'],
];

export function verdict(alert: Alert, notes: Notes): string {
  const found = blame(alert, notes);
  const sentence = about(alert, found, notes);
  return `${capital(sentence)}.`;
}

function about(alert: Alert, found: Blame, notes: Notes): string {
  if (alert.events === 0) return 'nothing was counted';
  switch (found.cause) {
    case 'backend':
      return `a back end, not the clients, failed in ${partOf(found.events, alert)}${by(found, ',')}${victims(alert, found)}`;
    case 'broker':
      return `the broker, not its clients, is at fault in ${partOf(found.events, alert)}${by(found, ',')}${victims(alert, found)}`;
    case 'network':
      return `the network is the likely cause of ${partOf(found.events, alert)}${by(found, ',')}${mostly(found)}; look at the path to the broker, not at credentials`;
    case 'scanner':
      return `something that does not speak MQTT knocked at the broker in ${partOf(found.events, alert)}${by(found, ',')}${knocker(found)}; a scanner, a health check or TLS on a plain port, hardly a device`;
    case 'client':
    case null:
      return aboutClients(alert, found, notes);
  }
}

function aboutClients(alert: Alert, found: Blame, notes: Notes): string {
  switch (found.who) {
    case 'nobody':
      return `the log names no client for ${partOf(alert.events, alert)}${by(found)}; to see who it is, run vmq-admin trace client client-id=CLIENTID with an id that you suspect`;
    case 'one':
      return one(alert, found, notes);
    case 'few':
      return few(alert, found);
    case 'led':
      return led(alert, found);
    case 'many':
      return many(alert, found);
  }
}

function one(alert: Alert, found: Blame, notes: Notes): string {
  const leader = found.leader!;
  const own = ranked(leader.reasons, notes)[0] ?? null;
  const guess = isAboutCredentials(own) ? '; most likely its stored password is wrong' : '';
  return `client ${client(leader)} caused ${partOf(leader.events, alert)}${by({ reason: own })}${guess}${besides(alert)}`;
}

function few(alert: Alert, found: Blame): string {
  const shares = alert.offenders.map((offender) => `${quoted(offender.clientId, 32)} ${number(offender.events)}`);
  const all = alert.events - alert.unattributed;
  const guess = isAboutCredentials(found.reason) ? '; most likely their stored passwords are wrong' : '';
  const who = shares.length === 1 ? `client ${client(found.leader!)}` : `${counted(alert.clients, 'clients')}, ${list(shares)},`;
  return `${who} caused ${partOf(all, alert)}${by(found, ', mostly')}${guess}${besides(alert)}`;
}

function led(alert: Alert, found: Blame): string {
  const { clients, exact } = alert;
  const others = `${exact ? '' : 'about '}${counted(clients - 1, 'other clients')}`;
  return `client ${client(found.leader!)} caused ${partOf(found.leader!.events, alert)} and ${others} the rest${by(found, ', mostly')}; look at that client first, then at what the others have in common${besides(alert)}`;
}

function many(alert: Alert, found: Blame): string {
  const clients = crowd(alert);
  const { reason } = found;
  if (reason === null) return `${clients} caused ${partOf(alert.events - alert.unattributed, alert)}, ${leads(found)}${besides(alert)}`;
  if (reason.events * 5 >= alert.events * 4) {
    const where = isAboutCredentials(reason)
      ? 'look at the credential store, or at a credential that was rotated or is shared, not at the devices'
      : 'look at what they have in common (configuration, access rules, back end), not at the devices';
    return `${clients} failed ${atOnce(alert)}, ${partOf(reason.events, alert)}${by(found)}: ${where}${besides(alert)}`;
  }
  const reasons = found.reasons.slice(0, 3).map(({ word, events }) => `${reasonWord(word)} ${number(events)}`);
  return `${clients} caused ${partOf(alert.events - alert.unattributed, alert)} for different reasons (${reasons.join(', ')}), ${leads(found)}${besides(alert)}`;
}

/** Within a minute more events than half of the clients: they did not come one after the other. */
function atOnce(alert: Alert): string {
  return alert.peak.count * 2 >= alert.clients ? 'at once' : 'for one reason';
}

function leads({ leader }: Blame): string {
  return `led by ${client(leader!)} with ${number(leader!.events)}`;
}

/** ` with invalid_credentials (the password is wrong)`. */
function by({ reason }: Pick<Blame, 'reason'>, how = ''): string {
  return reason === null ? '' : `${how} with ${reasonAndMeaning(reason.word, reason.note)}`;
}

function mostly({ leader }: Blame): string {
  return leader === null ? '' : `, most often for ${client(leader)}`;
}

function victims(alert: Alert, { leader }: Blame): string {
  if (leader === null) return '';
  if (alert.clients <= 1) return `; client ${client(leader)} is the victim`;
  return `; ${crowd(alert)}, first of all ${quoted(leader.clientId)}, are the victims`;
}

function knocker({ leader }: Blame): string {
  return leader === null ? '' : address(leader);
}

function crowd(alert: Alert): string {
  return `${alert.exact ? '' : 'about '}${counted(alert.clients, 'clients')}`;
}

/** What a sentence about clients must not hide: events that name none, and events that are not the doing of any. */
function besides({ unattributed, causes }: Alert): string {
  const nameless = unattributed === 0 ? '' : `; ${number(unattributed)} name${unattributed === 1 ? 's' : ''} no client`;
  const faults = OTHERS.map(([cause, name]) => [causes.get(cause) ?? 0, name] as const).filter(([events]) => events > 0);
  if (faults.length === 0) return nameless;
  return `${nameless}; ${list(faults.map(([events, name]) => `${number(events)} by fault of ${name}`))}`;
}
