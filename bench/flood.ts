/**
 * An attack: tens of thousands of lines a second, each refusal with a client id of its own.
 *
 * How far the service is behind is asked with lines of another kind, of which each raises an alert of its own: how long after the append is
 * that told? That every line was counted is told by the alerts as they clear, a minute after the last line.
 */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Child, script, vernewatch, type Usage } from './child.ts';
import type { Truth } from './corpus.ts';
import { differences } from './race.ts';
import { figure, section, spread, type Options, type Section } from './section.ts';

const LINES_PER_SECOND = 50_000;
/** Until the tables of clients of both alerts are full, and then as long again. */
const SECONDS = 120;
/** The alerts clear a minute after the last line. */
const CLEARED_MS = 90_000;
const MOST_CORES = 1;
/** In a third of the time, against the third before: flat, with some room for when garbage is collected. */
const MOST_GROWTH = 1.1;
/** A second of it is no backlog: for so long an event waits for a second line of the same fault. */
const MOST_BEHIND_S = 2;
const PROBE_MS = 200;
const PROBED = 'vernemq_netsplits';
const CONFIG = `alerts: { ${PROBED}: { raise_above: 0, window: 10ms } }\n`;

const KINDS = {
  connack_refused: 'vernemq_mqtt_connack_sent_reason_unsuccessful',
  publish_denied: 'vernemq_mqtt_publish_auth_errors',
};

interface Told {
  readonly change?: string;
  readonly alert: string;
  readonly events: number;
}

interface Sample extends Usage {
  readonly atMs: number;
}

/** A line and when its alert was told, in milliseconds since the epoch. */
interface Probe {
  readonly atMs: number;
  toldMs: number;
}

export async function flood({ scale }: Options): Promise<Section[]> {
  const seconds = Math.max(10, Math.round(SECONDS * Math.min(1, scale)));
  const directory = fs.mkdtempSync(join(tmpdir(), 'flood-'));
  const [log, config] = [join(directory, 'console.log'), join(directory, 'vernewatch.yaml')];
  fs.writeFileSync(log, '');
  fs.writeFileSync(config, `${CONFIG}logs: [{ path: ${log} }]\nstate: ${join(directory, 'state')}\n`);
  const samples: Sample[] = [];
  const probes: Probe[] = [];
  const cleared = new Map<string, number>();
  const service = new Child(vernewatch('follow', '--format', 'json', '--from', 'start', '--config', config), (line) => {
    const { change, alert, events } = JSON.parse(line) as Told;
    if (change === 'cleared') cleared.set(alert, events);
    // One at a time, and in their order.
    if (change === 'raised' && alert === PROBED) probes.find(({ toldMs }) => toldMs === Infinity)!.toldMs = Date.now();
  });
  let truth: Truth | null = null;
  const writer = new Child(script('flood-writer.ts', log, String(LINES_PER_SECOND), String(seconds)), (line) => {
    truth = JSON.parse(line) as Truth;
  });

  while (fs.statSync(log).size === 0) await setTimeout(PROBE_MS);
  while (!writer.hasEnded) {
    const usage = service.usage();
    if (usage === null) throw new Error(`the service has ended by itself, see ${directory}`);
    const atMs = Date.now();
    samples.push({ ...usage, atMs });
    probes.push({ atMs, toldMs: Infinity });
    fs.appendFileSync(log, netsplit(atMs));
    await setTimeout(PROBE_MS);
  }
  const bound = Date.now() + CLEARED_MS;
  while (!Object.values(KINDS).every((alert) => cleared.has(alert)) && Date.now() < bound) await setTimeout(PROBE_MS);
  await service.stop('SIGTERM');
  const faults = Object.entries(KINDS).flatMap(([kind, alert]) =>
    differences(`follow, ${alert}:`, { events: cleared.get(alert) ?? 0 }, { events: truth?.kinds[kind] ?? 0 }),
  );
  if (faults.length === 0) fs.rmSync(directory, { recursive: true });
  else faults.push(`all of it is in ${directory}`);
  return [figures(samples, probes, faults)];
}

function figures(samples: readonly Sample[], probes: readonly Probe[], faults: readonly string[]): Section {
  const began = samples[0]!.atMs;
  const third = (samples.at(-1)!.atMs + 1 - began) / 3;
  const thirds = [0, 1, 2].map((n) => {
    const isIn = ({ atMs }: { readonly atMs: number }) => Math.floor((atMs - began) / third) === n;
    const within = samples.filter(isIn);
    const [first, last] = [within[0]!, within.at(-1)!];
    return {
      cores: (last.cpuMs - first.cpuMs) / (last.atMs - first.atMs),
      rssMiB: Math.max(...within.map(({ rssMiB }) => rssMiB)),
      lateS: probes.filter(isIn).map(({ atMs, toldMs }) => (toldMs - atMs) / 1000),
    };
  });
  const rows = thirds.map(({ cores, rssMiB, lateS }, n) => ({
    cells: [
      `second ${((n * third) / 1000).toFixed(0)} to ${(((n + 1) * third) / 1000).toFixed(0)}`,
      figure(cores),
      spread(lateS),
      figure(rssMiB),
    ],
    bounds: [
      { name: 'cores', is: cores, most: MOST_CORES },
      { name: 'behind', is: Math.max(...lateS), most: MOST_BEHIND_S, unit: ' s' },
      ...(n === 2 ? [{ name: 'memory', is: rssMiB / thirds[1]!.rssMiB, most: MOST_GROWTH, unit: ' × before' }] : []),
    ],
  }));
  return section('flood', ['', 'cores', 'behind, s', 'most resident, MiB'], rows, faults);
}

/** A line that is rare: a node of the cluster is gone. */
function netsplit(atMs: number): string {
  const stamp = new Date(atMs).toISOString().replace('Z', '000+00:00');
  return `${stamp} [warning] <0.9.0> vmq_cluster_mon:handle_info/2:127: cluster node 'VerneMQ@10.0.0.2' DOWN\n`;
}
