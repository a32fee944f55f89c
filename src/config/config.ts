/** The configuration file: every key optional, checked as a whole, errors with line and column. */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { nearest } from '../core/errors.ts';
import type { AlertDefinition } from '../core/model.ts';
import type { Knowledge } from '../core/pack/compile.ts';
import { parseDuration } from '../core/units.ts';
import { ConfigError, type Complaint } from './complaint.ts';
import { Document } from './document.ts';
import { builtInPacks, readPacks } from './packs.ts';
import { strict } from './strict.ts';
import { localZoneName, zoneOf } from './zone.ts';

export const DEFAULT_CONFIG = '/etc/vernewatch/vernewatch.yaml';
export const DEFAULT_LOG = '/var/log/vernemq/console.log';
export const PROFILES = ['per-minute', 'netdata-rate'] as const;

const duration = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, 'write a length of time as 60s, 5m or 1h');

const schema = strict({
  logs: z.array(strict({ path: z.string().min(1), node: z.string().min(1).optional() })).optional(),
  timezone: z.string().refine(isZone, 'no such time zone; write a name such as Europe/Berlin, or UTC').optional(),
  patterns: z.array(z.string()).optional(),
  profile: z.enum(PROFILES).optional(),
  state: z.string().min(1).optional(),
  alerts: z
    .record(
      z.string(),
      strict({
        enabled: z.boolean().optional(),
        raise_above: z.number().int().min(0).optional(),
        clear_above: z.number().int().min(0).optional(),
        window: duration.optional(),
      }),
    )
    .optional(),
});

export interface WatchedLog {
  readonly path: string;
  readonly node: string | null;
}

export interface Config {
  /** The file that was read; null where there is none. */
  readonly file: string | null;
  readonly logs: readonly WatchedLog[];
  readonly timezone: string;
  readonly packs: readonly string[];
  readonly profile: (typeof PROFILES)[number];
  /** Where the service keeps its state; null where the configuration does not say. */
  readonly state: string | null;
  readonly knowledge: Knowledge;
}

/** What the command line says; it goes before the file. */
export interface Overrides {
  readonly config?: string | undefined;
  readonly patterns?: readonly string[] | undefined;
  readonly timezone?: string | undefined;
  readonly profile?: (typeof PROFILES)[number] | undefined;
  readonly node?: string | undefined;
}

/** @throws ConfigError with everything that is wrong in configuration and packs. */
export function loadConfig(overrides: Overrides): Config {
  const complaints: Complaint[] = [];
  const file = overrides.config ?? (existsSync(DEFAULT_CONFIG) ? DEFAULT_CONFIG : null);
  const document = file === null ? null : new Document(file, read(file));
  const checked = document?.check(schema);
  complaints.push(...(checked?.problems ?? []));
  const data = checked?.data ?? {};

  const profile = overrides.profile ?? data.profile ?? 'per-minute';
  const packs = [...builtInPacks(), ...(data.patterns ?? []), ...(overrides.patterns ?? [])];
  const { knowledge, complaints: packComplaints } = readPacks(packs, { profile });
  complaints.push(...packComplaints);

  const names = new Set(knowledge.alerts.map(({ alert }) => alert));
  for (const name of Object.keys(data.alerts ?? {})) {
    if (names.has(name) || names.size === 0) continue;
    const near = nearest(name, names);
    complaints.push(
      document!.locate({
        code: 'unknown-key',
        file: file!,
        path: ['alerts', name],
        message: `there is no alert ${name}`,
        ...(near === null ? { hint: 'vernewatch alerts list shows them' } : { hint: `did you mean ${near}?` }),
      }),
    );
  }
  const alerts = knowledge.alerts.flatMap((alert) => adjusted(alert, data.alerts?.[alert.alert]));
  for (const { alert, raiseAbove, clearAbove } of alerts) {
    if (clearAbove <= raiseAbove || data.alerts?.[alert] === undefined) continue;
    complaints.push(
      document!.locate({
        code: 'wrong-value',
        file: file!,
        path: ['alerts', alert, data.alerts[alert].clear_above === undefined ? 'raise_above' : 'clear_above'],
        message: `clear_above (${clearAbove}) is above raise_above (${raiseAbove}), so the alert would clear at once`,
      }),
    );
  }
  if (complaints.length > 0) throw new ConfigError(complaints);
  return {
    file,
    logs: (data.logs ?? [{ path: DEFAULT_LOG }]).map(({ path, node }) => ({ path, node: overrides.node ?? node ?? null })),
    timezone: overrides.timezone ?? data.timezone ?? localZoneName(),
    packs,
    profile,
    state: data.state ?? null,
    knowledge: { ...knowledge, alerts },
  };
}

type Adjustment = NonNullable<NonNullable<z.output<typeof schema>['alerts']>[string]>;

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

function isZone(name: string): boolean {
  try {
    zoneOf(name);
    return true;
  } catch {
    return false;
  }
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
