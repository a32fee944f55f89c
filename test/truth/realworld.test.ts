/**
 * Lines as users post them in public: what somebody's eye reads in each must be what `extract` says when it gets that line alone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { brief, extract, extractText, peerOf, root, Scratch, type Event } from './truth.ts';

interface Sample {
  raw: string;
  source: string;
  expect: {
    event: string;
    client_id: string | null;
    peer: string | null;
    username: string | null;
    reason: string | null;
    time: string | null;
  };
  envelope: string;
  unsure?: true;
  note?: string;
}

const samples = readFileSync(join(root, 'fixtures/samples/realworld-samples.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Sample);

/** Samples that are no lines of a log, or that say nothing certain, and why. */
const LEFT_OUT: readonly [reason: string, fits: (sample: Sample) => boolean][] = [
  ['its reading is debatable', ({ unsure }) => unsure === true],
  [
    'the poster cut off the envelope, or wrote round it: what is left is no log line',
    ({ raw, envelope, expect: { event } }) => envelope === 'fragment' && event !== 'none' && !/^\[[^]*[^.]$/.test(raw),
  ],
];

const SESSION_ENDS = ['protocol_error', 'connect_aborted', 'socket_error'];

/** The samples' words for what happened, in the words of the contract. */
function kinds({ expect: { event, reason } }: Sample): readonly (string | null)[] {
  if (reason === 'multiple sessions not allowed') return ['session_taken_over'];
  // Without the denial that stands before it, this session end is all that tells of it.
  if (reason?.startsWith('publish_not_authorized') === true) return [...SESSION_ENDS, 'publish_denied'];
  if (event === 'disconnect' && reason?.includes('queue_down') === true) return [null];
  const words: Record<string, readonly (string | null)[]> = {
    none: [null],
    trace_packet: [null],
    register_failed: ['connack_refused'],
    will_denied: ['connack_refused'],
    queue_drop: ['message_dropped'],
    netsplit: ['cluster_fault'],
    disconnect: SESSION_ENDS,
    protocol_error: SESSION_ENDS,
  };
  return words[event] ?? [event];
}

function title(sample: Sample): string {
  const text = sample.raw.replaceAll('\n', '⏎').trim();
  return `${text.length > 150 ? `${text.slice(0, 150)}…` : text} (${sample.source})`;
}

const tested = samples.filter((sample) => !LEFT_OUT.some(([, fits]) => fits(sample)));
const events = tested.map((sample): [string, Sample] => [title(sample), sample]).filter(([, sample]) => !kinds(sample).includes(null));
const silent = tested.map((sample): [string, Sample] => [title(sample), sample]).filter(([, sample]) => kinds(sample).includes(null));

describe('one event with the client, peer, user and reason that a reader sees', () => {
  test.concurrent.each(events)('%s', async (_, sample) => {
    const found = await extractText(`${sample.raw}\n`);
    expect(found.map(brief)).toHaveLength(1);
    const [event] = found as [Event];
    expect(kinds(sample)).toContain(event.event);
    const { client_id, peer, username, reason } = sample.expect;
    expect({ client_id: event.client_id, username: event.username }).toEqual({ client_id, username });
    expect(event).toMatchObject(peerOf(peer));
    if (peer === null) expect(event.peer_address).toBeNull();
    // The samples have terms as logged; `{error,X}` reads as X.
    if (reason !== null) expect(reason).toContain(event.reason);
  });
});

test('a session that ends because its publish was denied is no second denial', async () => {
  const end = samples.find(({ raw }) => raw.includes('publish_not_authorized_3_1_1'))?.raw ?? '';
  const denial = end.replace(
    /@.*$/,
    `@vmq_mqtt_fsm:auth_on_publish:662 can't auth publish [<<"test-user">>,{[],<<"test-client">>},0,[<<"presence">>],<<"Hello mqtt">>,false] due to error`,
  );
  const found = await extractText(`${denial}\n${end}\n`);
  expect(found.map(({ event, client_id, topic }) => [event, client_id, topic])).toEqual([['publish_denied', 'test-client', 'presence']]);
});

describe('no event, however much it looks like one', () => {
  // One child reads them all, each from a file of its own.
  const scratch = new Scratch();
  const paths = silent.map(([, sample], index) => scratch.write(`sample-${index}.log`, `${sample.raw}\n`));
  afterAll(() => scratch.remove());

  test.each(silent.map(([name], index): [string, number] => [name, index]))('%s', async (_, index) => {
    const events = await extract(...paths);
    expect(events.filter(({ source }) => source.file === paths[index]).map(brief)).toEqual([]);
  });
});
