/** The shape of the configuration file. What it means is checked by `config.ts`. */
import { z } from 'zod';
import { PROFILES } from '../core/model.ts';
import { parseDuration } from '../core/units.ts';
import { strict } from './strict.ts';
import { isZone } from './zone.ts';

const duration = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, 'write a length of time as 60s, 5m or 1h');

const alert = strict({
  enabled: z.boolean().optional(),
  raise_above: z.number().int().min(0).optional(),
  clear_above: z.number().int().min(0).optional(),
  window: duration.optional(),
});

export const configSchema = strict({
  logs: z.array(strict({ path: z.string().min(1), node: z.string().min(1).optional() })).optional(),
  timezone: z.string().refine(isZone, 'no such time zone; write a name such as Europe/Berlin, or UTC').optional(),
  patterns: z.array(z.string()).optional(),
  profile: z.enum(PROFILES).optional(),
  state: z.string().min(1).optional(),
  alerts: z.record(z.string(), alert).optional(),
});

export type ConfigData = z.output<typeof configSchema>;
