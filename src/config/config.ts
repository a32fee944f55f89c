/** The configuration file: every key optional, checked as a whole, errors with line and column. */
import { existsSync, readFileSync } from 'node:fs';
import { nearest, type Problem } from '../core/errors.ts';
import type { AlertDefinition, Profile } from '../core/model.ts';
import type { Knowledge } from '../core/pack/compile.ts';
import { parseDuration } from '../core/units.ts';
import { ConfigError, type Complaint } from './complaint.ts';
import type { ConfigData } from './config-schema.ts';
import { located } from './locate.ts';
import { machineZone, type TimeZone } from './machine-zone.ts';
import { builtInPacks, readPacks } from './packs.ts';

export const DEFAULT_CONFIG = '/etc/vernewatch/vernewatch.yaml';
export const DEFAULT_LOG = '/var/log/vernemq/console.log';

export interface WatchedLog {
  readonly path: string;
  readonly node: string | null;
}

export interface Config {
  /** The file that was read; null where there is none. */
  readonly file: string | null;
  readonly logs: readonly WatchedLog[];
  /** Of logs without an offset. */
  readonly zone: TimeZone;
  readonly packs: readonly string[];
  readonly profile: Profile;
  /** Where the service keeps its state; null where the configuration does not say. */
  readonly state: string | null;
  readonly knowledge: Knowledge;
}

/** What the command line says; it goes before the file. */
export interface Overrides {
  readonly config?: string | undefined;
  readonly patterns?: readonly string[] | undefined;
  readonly timezone?: string | undefined;
  readonly profile?: Profile | undefined;
  readonly node?: string | undefined;
}

/** @throws ConfigError with everything that is wrong in configuration and packs. */
export async function loadConfig(overrides: Overrides): Promise<Config> {
  const complaints: Complaint[] = [];
  const file = overrides.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null);
  const data = file === null ? {} : await checked(file, complaints);

  const profile = overrides.profile ?? data.profile ?? 'per-minute';
  const packs = [...builtInPacks(), ...(data.patterns ?? []), ...(overrides.patterns ?? [])];
  const { knowledge, complaints: packComplaints } = await readPacks(packs, { profile });
  complaints.push(...packComplaints);

  const alerts = knowledge.alerts.flatMap((alert) => adjusted(alert, data.alerts?.[alert.alert]));
  if (file !== null) complaints.push(...(await located(wrongAdjustments(file, data, knowledge, alerts))));
  if (complaints.length > 0) throw new ConfigError(complaints);
  return {
    file,
    logs: (data.logs ?? [{ path: DEFAULT_LOG }]).map(({ path, node }) => ({ path, node: overrides.node ?? node ?? null })),
    zone: await zoneNamed(overrides.timezone ?? data.timezone),
    packs,
    profile,
    state: data.state ?? null,
    knowledge: { ...knowledge, alerts },
  };
}

/** What a file says of alerts that are not there, or that would clear as soon as they are raised. */
function wrongAdjustments(file: string, { alerts: changes = {} }: ConfigData, knowledge: Knowledge, adjusted: readonly AlertDefinition[]) {
  const problems: Problem[] = [];
  const names = new Set(knowledge.alerts.map(({ alert }) => alert));
  for (const name of Object.keys(changes)) {
    if (names.has(name) || names.size === 0) continue;
    const near = nearest(name, names);
    const hint = near === null ? 'vernewatch alerts list shows them' : `did you mean ${near}?`;
    problems.push({ code: 'unknown-key', file, path: ['alerts', name], message: `there is no alert ${name}`, hint });
  }
  for (const { alert, raiseAbove, clearAbove } of adjusted) {
    const change = changes[alert];
    if (clearAbove <= raiseAbove || change === undefined) continue;
    problems.push({
      code: 'wrong-value',
      file,
      path: ['alerts', alert, change.clear_above === undefined ? 'raise_above' : 'clear_above'],
      message: `clear_above (${clearAbove}) is above raise_above (${raiseAbove}), so the alert would clear at once`,
    });
  }
  return problems;
}

type Adjustment = NonNullable<ConfigData['alerts']>[string];

function adjusted(alert: AlertDefinition, change: Adjustment | undefined): AlertDefinition[] {
  if (change?.enabled === false) return [];
  return [
    {
      ...alert,
      raiseAbove: change?.raise_above ?? alert.raiseAbove,
      clearAbove: change?.clear_above ?? alert.clearAbove,
      window: change?.window === undefined ? alert.window : parseDuration(change.window)!,
    },
  ];
}

async function zoneNamed(name: string | undefined): Promise<TimeZone> {
  return name === undefined ? machineZone : (await import('./zone.ts')).zoneOf(name);
}

/** @returns what the file says; nothing where it is wrong. @throws ConfigError where it cannot be read. */
async function checked(file: string, complaints: Complaint[]): Promise<ConfigData> {
  const text = read(file);
  const { Document } = await import('./document.ts');
  const { configSchema } = await import('./config-schema.ts');
  const { data, problems } = new Document(file, text).check(configSchema);
  complaints.push(...problems);
  return data ?? {};
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message;
    throw new ConfigError([
      { code: 'no-such-file', file, path: [], message: `cannot read the configuration: ${reason}`, position: null, excerpt: null },
    ]);
  }
}
