/**
 * What an alert means and what to do next, for a person at a shell.
 *
 * Meaning and the first steps are what the packs say about the alert and about its main reasons. The commands after them follow from whose
 * fault it is, and carry the ids of this alert where that is safe.
 */
import { mask } from '../../core/mask.ts';
import type { Alert, Offender } from '../../core/model.ts';
import { blame, isAboutCredentials } from './blame.ts';
import type { Blame } from './blame.ts';
import { adminArgument, shellWord } from './shell.ts';
import { capital, quoted, reasonWord } from './wording.ts';
import type { Notes } from './wording.ts';

export interface Step {
  /** Safe to print, as everything here. */
  readonly say: string;
  /** The words of a command, quoted for a shell; null where there is nothing to run. */
  readonly run: readonly string[] | null;
}

export interface Advice {
  readonly means: readonly string[];
  readonly next: readonly Step[];
}

/** More reasons than these would hide the main one. */
const MAIN_REASONS = 3;

export function advice(alert: Alert, notes: Notes): Advice {
  const found = blame(alert, notes);
  const known = found.reasons.slice(0, MAIN_REASONS);
  return {
    means: distinct([begun(tidy(alert.definition.means)), ...known.map(({ word, note }) => meaning(word, tidy(note?.means ?? '')))]),
    next: [
      ...distinct([alert.definition.next, ...known.map(({ note }) => note?.next ?? '')].map((text) => begun(tidy(text)))).map((say) => ({
        say,
        run: null,
      })),
      ...commands(alert, found),
    ],
  };
}

function commands(alert: Alert, found: Blame): Step[] {
  switch (found.cause) {
    case 'backend':
      return [
        step('Which scripts, databases and endpoints are asked:', 'vmq-admin', 'plugin', 'show'),
        step('Webhook endpoints and their timeouts:', 'vmq-admin', 'webhooks', 'show'),
      ];
    case 'broker':
      return [
        step('Is every node up:', 'vmq-admin', 'cluster', 'show'),
        step('Which plugins are loaded, and which hooks they answer:', 'vmq-admin', 'plugin', 'show'),
      ];
    case 'network':
      return [step('Listeners, and how many connections each holds:', 'vmq-admin', 'listener', 'show'), ...neighbours(found.leader)];
    case 'scanner':
      return [step('Which ports are open, and to whom:', 'vmq-admin', 'listener', 'show')];
    case 'client':
    case null:
      return found.who === 'many' ? manyClients(found) : namedClients(alert, found);
  }
}

function manyClients(found: Blame): Step[] {
  const steps = [step('Who decides about clients, and in which order:', 'vmq-admin', 'plugin', 'show')];
  if (isAboutCredentials(found.reason)) steps.push(step('If endpoints decide, which:', 'vmq-admin', 'webhooks', 'show'));
  return [...steps, ...trace(found.leader, 'one of them')];
}

function namedClients(alert: Alert, found: Blame): Step[] {
  const steps = [...trace(found.leader, 'it try'), ...neighbours(found.leader)];
  if (isAboutCredentials(found.reason)) steps.unshift(...newPassword(found.leader));
  if (isConnected(alert)) steps.push(...disconnect(found.leader));
  return steps;
}

function newPassword(leader: Offender | null): Step[] {
  const [user] = leader?.usernames ?? [];
  // vmq-passwd refuses a colon: it separates user and hash in the file.
  const word = user === undefined || user.includes(':') ? null : shellWord(user);
  return [step('If vmq_passwd keeps the passwords, set a new one:', 'vmq-passwd', '/etc/vernemq/vmq.passwd', word ?? 'USER')];
}

function trace(leader: Offender | null, whom: string): Step[] {
  const watch = ['vmq-admin', 'trace', 'client'];
  if (leader === null) return [step('Watch a client that you suspect:', ...watch, 'client-id=CLIENTID')];
  const words = session(leader);
  if (words === null) return [{ say: unfit(leader), run: null }];
  return [step(`Watch ${whom} (a busy client ends the trace; --rate-max=1000 allows more):`, ...watch, ...words)];
}

function disconnect(leader: Offender | null): Step[] {
  const words = leader === null ? null : session(leader);
  return words ? [step('If it must stop now (it will come back):', 'vmq-admin', 'session', 'disconnect', ...words)] : [];
}

function neighbours(leader: Offender | null): Step[] {
  const [peer] = leader?.peers ?? [];
  const argument = peer === undefined ? null : adminArgument('--peer_host', peer);
  return argument === null
    ? []
    : [step('Who else is connected from that address:', 'vmq-admin', 'session', 'show', '--client_id', '--user', argument)];
}

/** Which session a command is about; null where its names cannot be given to vmq-admin. */
function session(leader: Offender): readonly string[] | null {
  if (leader.clientIdHex !== null) return null; // the text is not what was sent
  const id = adminArgument('client-id', leader.clientId);
  if (id === null) return null;
  if (leader.mountpoint === '') return [id];
  const mountpoint = adminArgument('--mountpoint', leader.mountpoint);
  return mountpoint === null ? null : [id, mountpoint];
}

function unfit(leader: Offender): string {
  if (leader.clientId === '') return 'A client with an empty id cannot be traced; find it by its address.';
  return `The id ${quoted(leader.clientId, 32)} cannot be given to vmq-admin safely (its scripts do not quote); find the client by its address.`;
}

/** A client whose connection is refused has no session that could be closed. */
function isConnected({ definition }: Alert): boolean {
  const events = definition.select?.events ?? [];
  return events.length > 0 && !events.some((kind) => kind.startsWith('conn'));
}

function step(say: string, ...run: string[]): Step {
  return { say, run };
}

function meaning(word: string, means: string): string {
  return means === '' ? '' : `${reasonWord(word)}: ${means}`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].filter((text) => text !== '');
}

/** What a pack says, on one line that ends like a sentence. */
function tidy(text: string): string {
  const line = mask(text.trim().replace(/\s+/g, ' '), 1000);
  return line === '' || /[.!?…]$/.test(line) ? line : `${line}.`;
}

/** With a capital, unless it begins with something like vmq-admin or max_message_size. */
function begun(line: string): string {
  return /^\p{Ll}+[\s,;:.]/u.test(line) ? capital(line) : line;
}
