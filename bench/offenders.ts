/** One alert with more different client ids than can be kept apart: who are the worst, and how sure is that? */
import type { Corpus } from './corpus.ts';
import { faultsOf, medianOf, peakMiB, race, type Counts } from './race.ts';
import { figure, section, type Options, type Section } from './section.ts';
import { plainLog } from './store.ts';
import { ours } from './tools.ts';

const IDS = { few: 1e6, full: 1e7 };
/** Nearly all lines bring a new id. */
const BYTES_PER_ID = 193;
const MANY: Corpus = { envelope: 'otp-text', events: 1, nearMisses: 0, clients: 'random', kind: 'connack_refused', steady: true };
const FIRST = 10;
const MOST_RSS = { name: 'peak', most: 250, unit: ' MiB' };

interface Alert {
  readonly events: number;
  /** Different clients, estimated. */
  readonly clients: number;
  readonly offenders: readonly {
    readonly client_id: string;
    readonly events: number;
    /** Not there where the count is exact. */
    readonly error?: number;
  }[];
}

export function offenders({ scale, full }: Options): Section[] {
  const log = plainLog(MANY, (full ? IDS.full : IDS.few) * scale * BYTES_PER_ID);
  const { truth } = log;
  const contestant = ours(log);
  let alerts: readonly Alert[] = [];
  const count = (output: string): Counts => {
    ({ alerts } = JSON.parse(output) as { alerts: readonly Alert[] });
    return contestant.count(output);
  };
  const results = race([{ ...contestant, count }], log.files, 1);
  const [alert] = alerts;
  if (alert === undefined || alerts.length > 1) throw new Error(`${alerts.length} alerts were raised instead of one`);

  const worst = Object.entries(truth.offenders).sort(([, a], [, b]) => b - a);
  const told = alert.offenders.slice(0, FIRST);
  const right = told.filter(({ client_id }, place) => client_id === worst[place]![0]).length;
  const beyond = told.filter(({ client_id, events, error = 0 }) => {
    const real = truth.offenders[client_id] ?? 1;
    return real > events || real < events - error;
  });
  const faults = beyond.map(({ client_id }) => `the events of ${client_id} are beyond the error that is stated`);
  const [result] = results;
  const cells = [
    truth.clients.toLocaleString('en'),
    `${((alert.clients / truth.clients - 1) * 100).toFixed(1)} %`,
    `${right} of ${FIRST}`,
    `${Math.max(...told.map(({ error = 0 }) => error))} of ${told.at(-1)!.events.toLocaleString('en')}`,
    figure(medianOf(result!, 'wallS')),
    figure(peakMiB(result!)),
  ];
  const head = ['different ids', 'estimate off by', 'first ten right', 'error stated, at most', 'wall, s', 'peak, MiB'];
  const bounds = [
    { ...MOST_RSS, is: peakMiB(result!) },
    { name: 'right', is: right, least: FIRST },
  ];
  return [section('offenders', head, [{ cells, bounds }], [...faultsOf(results), ...faults])];
}
