/**
 * `analyze` on a recorded day of bursts, against a model of contract section 4 that is a few lines long and counts the truth file, not the log.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { argumentsFor, denials, recording, refusals, truthOf, type Recording } from './actions.ts';
import { compare, extract, extractRun, linesOf, root, Scratch, vernewatch, type Event } from './truth.ts';

const CONNACK = 'vernemq_mqtt_connack_sent_reason_unsuccessful';
const PUBLISH = 'vernemq_mqtt_publish_auth_errors';
const MINUTE = 60_000;

interface Offender {
  client_id: string;
  mountpoint: string;
  events: number;
  share: number;
  first_seen: string;
  last_seen: string;
  peers: string[];
  usernames: string[];
  reasons: Record<string, number>;
}
interface Alert {
  alert: string;
  node: string | null;
  severity: string;
  raised_at: string;
  cleared_at: string | null;
  events: number;
  unattributed: number;
  lower_bound: boolean;
  peak: { count: number; at: string };
  verdict: string;
  offenders: Offender[];
}
interface Report {
  v: number;
  span: { from: string | null; to: string | null };
  sources: {
    file: string;
    lines: number;
    events: number;
    unparsed: number;
    from: string | null;
    to: string | null;
    error: string | null;
  }[];
  alerts: Alert[];
  minutes: { minute: string; events: Record<string, number> }[];
  coverage: { log_loss: number; alerts_without_source: string[] };
}

const scratch = new Scratch();
afterAll(() => scratch.remove());

const reports = new Map<string, Promise<{ code: number; report: Report; stderr: string }>>();
function analyze(...args: string[]): Promise<{ code: number; report: Report; stderr: string }> {
  const key = JSON.stringify(args);
  const known = reports.get(key);
  if (known !== undefined) return known;
  const report = vernewatch(['analyze', '--format', 'json', ...args]).then(({ code, stdout, stderr }) => ({
    code,
    stderr,
    report: JSON.parse(stdout) as Report,
  }));
  reports.set(key, report);
  return report;
}

/** One raise in the model: indexes into the list of times. `cleared` is null where the input ends first. */
interface Interval {
  raised: number;
  cleared: number | null;
  first: number;
  last: number;
}

/** Contract section 4: more than 5 within any (t - 60 s, t] raise; cleared 60 s after the last event. */
function intervals(times: readonly number[]): Interval[] {
  const found: Interval[] = [];
  let open: Interval | null = null;
  times.forEach((now, index) => {
    if (open !== null && now >= (times[open.last] ?? 0) + MINUTE) {
      open.cleared = (times[open.last] ?? 0) + MINUTE;
      open = null;
    }
    if (open !== null) open.last = index;
    else if (within(times, index).length > 5) {
      open = { raised: index, cleared: null, first: within(times, index)[0] ?? 0, last: index };
      found.push(open);
    }
  });
  return found;
}

/** The indexes of the events in the minute that ends with this one. */
function within(times: readonly number[], index: number): number[] {
  const now = times[index] ?? 0;
  return times.flatMap((time, at) => (at <= index && time > now - MINUTE ? [at] : []));
}

function offendersIn(
  events: readonly Event[],
): Pick<Offender, 'client_id' | 'events' | 'first_seen' | 'last_seen' | 'peers' | 'reasons'>[] {
  const byClient = new Map<string, Event[]>();
  for (const event of events) byClient.set(event.client_id ?? '', [...(byClient.get(event.client_id ?? '') ?? []), event]);
  return [...byClient]
    .map(([client_id, list]) => ({
      client_id,
      events: list.length,
      first_seen: list[0]?.time ?? '',
      last_seen: list.at(-1)?.time ?? '',
      peers: [...new Set(list.flatMap(({ peer_address }) => peer_address ?? []))],
      reasons: { invalid_credentials: list.length },
    }))
    .sort((a, b) => b.events - a.events || a.first_seen.localeCompare(b.first_seen));
}

const ms = (time: string | null | undefined): number => Date.parse(time ?? '');

describe.each(['1.13.0', '2.2.0'] as const)('bursts of %s', (version) => {
  const log: Recording = recording(version, 'bursts');
  const args = argumentsFor(log);
  const truthTimes = refusals(log).map(({ at }) => at ?? NaN);
  const expected = intervals(truthTimes);

  test('raise exactly as often as the truth demands, at the sixth within a minute', async () => {
    const { report } = await analyze(...args);
    expect(expected.map(({ raised }) => raised)).toEqual([5, 16]); // 4+2 from two clients; 4 at the end of a minute and 3 after it
    expect(report.alerts.map(({ alert }) => alert)).toEqual(expected.map(() => CONNACK));
    const events = await extract(...args);
    expect(report.alerts.map(({ raised_at }) => ms(raised_at))).toEqual(expected.map(({ raised }) => ms(events[raised]?.time)));
    expect(
      report.alerts.map(({ raised_at }, at) => Math.abs(ms(raised_at) - (truthTimes[expected[at]?.raised ?? 0] ?? 0)) < 2000),
    ).not.toContain(false);
  });

  test('hold over fewer, clear a minute after the last, and stay raised where the log ends before', async () => {
    const { report } = await analyze(...args);
    const events = await extract(...args);
    expect(expected.map(({ cleared }) => cleared === null)).toEqual([false, true]);
    expect(report.alerts.map(({ cleared_at }) => cleared_at && ms(cleared_at))).toEqual(
      expected.map(({ cleared, last }) => (cleared === null ? null : ms(events[last]?.time) + MINUTE)),
    );
  });

  test('count the events of the interval, from the start of the window that raised it', async () => {
    const { report } = await analyze(...args);
    expect(
      report.alerts.map(({ events, unattributed, lower_bound, severity, node }) => ({ events, unattributed, lower_bound, severity, node })),
    ).toEqual(
      expected.map(({ first, last }) => ({
        events: last - first + 1,
        unattributed: 0,
        lower_bound: false,
        severity: 'warning',
        node: null,
      })),
    );
    expect(report.alerts.map(({ events }) => events)).toEqual([11, 14]);
  });

  test('name the offenders, the busiest first, with their times, addresses and reasons', async () => {
    const { report } = await analyze(...args);
    const events = await extract(...args);
    expected.forEach(({ first, last }, at) => {
      const inside = events.slice(first, last + 1);
      const alert = report.alerts[at];
      const wanted = offendersIn(inside);
      expect(alert?.offenders).toMatchObject(
        wanted.map((offender) => ({ ...offender, first_seen: expect.anything() as string, last_seen: expect.anything() as string })),
      );
      expect(alert?.offenders.map(({ first_seen, last_seen }) => [ms(first_seen), ms(last_seen)])).toEqual(
        wanted.map(({ first_seen, last_seen }) => [ms(first_seen), ms(last_seen)]),
      );
      for (const offender of alert?.offenders ?? []) {
        expect(offender.mountpoint).toBe('');
        expect(offender.usernames).toEqual([]);
        expect(offender.share).toBeCloseTo(offender.events / inside.length, 2);
      }
    });
  });

  test('lead with the clients that the truth file counts', async () => {
    const { report } = await analyze(...args);
    expect(report.alerts.map(({ offenders }) => offenders.map(({ client_id, events }) => [client_id, events]))).toEqual([
      [
        ['doorbell_z233', 5],
        ['lamp_w230', 4],
        ['fridge_x231', 2],
      ],
      [
        ['lamp_b235', 7],
        ...['fridge_c236', 'garage_d237', 'doorbell_e238', 'thermostat_f239', 'lamp_g240', 'fridge_h241', 'garage_i242'].map((id) => [
          id,
          1,
        ]),
      ],
    ]);
  });

  test('have their peak where most events lie within one minute', async () => {
    const { report } = await analyze(...args);
    const times = (await extract(...args)).map(({ time }) => ms(time));
    expected.forEach(({ raised, last }, at) => {
      const counts = times.map((_, index) => (index < raised || index > last ? 0 : within(times, index).length));
      const count = Math.max(...counts);
      const { peak } = report.alerts[at] ?? { peak: null };
      expect(peak && { count: peak.count, at: ms(peak.at) }).toEqual({ count, at: times[counts.indexOf(count)] });
    });
  });

  test('are counted by UTC minute as in the truth file', async () => {
    const { report } = await analyze(...args);
    const wanted = Object.entries(log.truth.summary.unsuccessfulConnacksPerUtcMinute).map(([minute, { total }]) => [
      Date.parse(minute),
      total,
    ]);
    expect(
      report.minutes.flatMap(({ minute, events }) => (events.connack_refused ? [[Date.parse(minute), events.connack_refused]] : [])),
    ).toEqual(wanted);
  });

  test('come from one file of which every line was understood', async () => {
    const { report } = await analyze(...args);
    const lines = linesOf(log.path).length - 1;
    expect(report.v).toBe(1);
    expect(report.sources).toMatchObject([{ file: log.path, lines, events: 25, unparsed: 0, error: null }]);
    expect(report.coverage.log_loss).toBe(0);
    expect(report.coverage.alerts_without_source).toContain('vernemq_mqtt_puback_unexpected');
    expect(report.coverage.alerts_without_source).not.toContain(CONNACK);
  });

  test('have a verdict that names the leading client', async () => {
    const { report } = await analyze(...args);
    expect(report.alerts[1]?.verdict).toContain('lamp_b235');
  });

  test('raise nothing under profile netdata-rate, which takes more than 300 a minute', async () => {
    const { report, code } = await analyze(...args, '--profile', 'netdata-rate');
    expect({ alerts: report.alerts, code }).toEqual({ alerts: [], code: 0 });
  });

  test('are the same alerts from a pipe, and from a compressed file that does not say so', async () => {
    const bytes = readFileSync(join(root, log.path));
    const { report } = await analyze(...args);
    const zone = args.slice(1);
    const piped = await vernewatch(['analyze', '--format', 'json', '-', ...zone], bytes);
    expect((JSON.parse(piped.stdout) as Report).alerts).toEqual(report.alerts);
    const packed = await analyze(scratch.write(`console-${version}.log`, gzipSync(bytes)), ...zone);
    expect(packed.report.alerts).toEqual(report.alerts);
    expect([piped.code, packed.code]).toEqual([1, 1]);
  });

  test('belong to the node that --node names', async () => {
    const { report } = await analyze(...args, '--node', 'broker-1');
    expect(report.alerts.map(({ node }) => node)).toEqual(['broker-1', 'broker-1']);
    expect(new Set((await extract(...args, '--node', 'broker-1')).map(({ node }) => node))).toEqual(new Set(['broker-1']));
  });

  test('shrink to what lies between --since and --until', async () => {
    const calm = ['--since', '2026-11-20T22:14:00Z', '--until', '2026-11-20T22:15:00Z'];
    const events = await extract(...args, ...calm);
    expect(events.map(({ client_id }) => client_id)).toEqual(Array.from({ length: 5 }, () => 'doorbell_z233'));
    const five = await analyze(...args, ...calm);
    expect({ alerts: five.report.alerts, code: five.code }).toEqual({ alerts: [], code: 0 }); // exactly 5 are not enough
    const late = await analyze(...args, '--since', '2026-11-20T22:15:00Z');
    const all = await analyze(...args);
    expect(late.report.alerts).toEqual(all.report.alerts.slice(1));
  });

  test('are still raised where --until ends the analysis before they clear', async () => {
    // The next line of the log would have held it, so nobody can say that it cleared.
    const early = await analyze(...args, '--until', '2026-11-20T22:14:00Z');
    expect(early.report.alerts.map(({ events: count, cleared_at }) => ({ count, cleared_at }))).toEqual([{ count: 6, cleared_at: null }]);
  });
});

describe('a storm through rotated files', () => {
  const folder = 'fixtures/real/2.2.0/rotation';
  const files = Array.from({ length: 7 }, (_, number) => `${folder}/all-files-in-order/${String(number).padStart(3, '0')}.log`);

  test('is one alert with every refusal of every client', async () => {
    const truth = truthOf(`${folder}/truth.json`);
    const total = refusals({ truth, version: '2.2.0' }).length;
    const { report, code } = await analyze(...files);
    expect(code).toBe(1);
    expect(report.alerts).toMatchObject([
      { alert: CONNACK, events: total, cleared_at: null, unattributed: 0, lower_bound: false, peak: { count: total } },
    ]);
    const leaders = report.alerts[0]?.offenders.slice(0, 9).map(({ client_id, events }) => [client_id, events]);
    expect(leaders).toEqual(Array.from({ length: 9 }, (_, number) => [`gale-0${number}`, 43]));
    expect(report.sources.map(({ file, error }) => [file, error])).toEqual(files.map((file) => [file, null]));
  });
});

describe.each(['1.13.0', '2.2.0'] as const)('denied publishes of %s', (version) => {
  test('raise the alert on publishes and no other', async () => {
    const log = recording(version, 'acl-publish');
    const { report, code } = await analyze(...argumentsFor(log));
    const wanted = denials(log);
    expect(code).toBe(1);
    expect(report.alerts).toMatchObject([{ alert: PUBLISH, events: wanted.length, unattributed: 0 }]);
    expect(report.alerts[0]?.offenders.reduce((sum, { events }) => sum + events, 0)).toBe(wanted.length);
  });

  test('are none where only last wills were denied', async () => {
    const { report, code } = await analyze(...argumentsFor(recording(version, 'last-will-denied')));
    expect({ alerts: report.alerts, code }).toEqual({ alerts: [], code: 0 }); // 5 refusals: not above 5
  });
});

describe('exit codes', () => {
  const bursts = argumentsFor(recording('2.2.0', 'bursts'));
  const healthy = argumentsFor(recording('2.2.0', 'healthy'));
  const missing = 'fixtures/real/no-such.log';

  test.each([
    ['0 where no alert was raised', 0, ['analyze', ...healthy]],
    ['1 where an alert was raised', 1, ['analyze', ...bursts]],
    ['0 with --exit-zero whatever was raised', 0, ['analyze', '--exit-zero', ...bursts]],
    ['2 for an option that does not exist', 2, ['analyze', '--no-such-option', ...bursts]],
    ['2 for a time that is none', 2, ['analyze', '--since', 'yesterday-ish', ...bursts]],
    ['2 for a zone that is none', 2, ['analyze', '--timezone', 'Mars/Olympus', ...bursts]],
    ['2 for a format that is none', 2, ['analyze', '--format', 'pdf', ...bursts]],
    ['2 for a configuration that is not there', 2, ['analyze', '--config', 'no-such.yaml', ...bursts]],
    ['3 where an input is unreadable but the rest raised an alert', 3, ['analyze', missing, ...bursts]],
    ['0 for extract', 0, ['extract', ...bursts]],
    ['2 for extract with an option that does not exist', 2, ['extract', '--no-such-option', ...bursts]],
    ['3 for extract where an input is unreadable', 3, ['extract', missing, ...bursts]],
  ])('%s', async (_, code, args) => {
    const ran = await vernewatch(args);
    expect({ code: ran.code, stderr: code >= 2 ? ran.stderr !== '' : true }).toEqual({ code, stderr: true });
  });

  test('an unreadable input stands in the report with its error, and the rest is analysed', async () => {
    const { report, code } = await analyze(missing, ...bursts);
    expect(code).toBe(3);
    expect(report.sources.find(({ file }) => file === missing)?.error).toEqual(expect.any(String));
    expect(report.alerts).toHaveLength(2);
    expect((await extractRun([missing, ...bursts])).stdout.trimEnd().split('\n')).toHaveLength(25);
  });
});

test('the model and the program agree on the refusals of the bursts', async () => {
  const log = recording('2.2.0', 'bursts');
  const { came, wanted } = compare(await extract(...argumentsFor(log)), refusals(log));
  expect(came).toEqual(wanted);
});
