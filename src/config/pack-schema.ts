/** The shapes of pack files. What they mean is checked by `core/pack/compile.ts`. */
import { z } from 'zod';
import { CAUSES, PACKETS } from '../core/model.ts';
import { CHARSETS, CONNECTIONS, TIME_FORMATS, type PackData } from '../core/pack/pack.ts';
import { strict } from './strict.ts';

const id = z.string().regex(/^[a-z0-9][\w.-]*$/, 'an id has small letters, digits, dots and dashes');
const version = z.union([z.literal(3), z.literal(5)]);
const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);

const example = strict({
  line: z.string(),
  expect: z.record(z.string(), z.union([z.string(), z.number(), z.null()])).optional(),
  why: z.string().optional(),
});

const pattern = strict({
  id,
  event: z.string().regex(/^[a-z][a-z0-9_]*$/, 'an event kind has small letters, digits and underscores'),
  regex: z.string().min(1),
  about: z.string().optional(),
  versions: z.string().optional(),
  catalogue: z.string().optional(),
  packet: z.enum(PACKETS).optional(),
  direction: z.enum(['sent', 'received']).optional(),
  mqtt_version: version.optional(),
  modules: z.array(z.string()).optional(),
  functions: z.array(z.string()).optional(),
  code: z.union([z.string(), z.number().int().min(0).max(255)]).optional(),
  cause: z.union([z.enum(CAUSES), z.record(z.string(), z.enum(CAUSES))]).optional(),
  connection: z.enum(CONNECTIONS).optional(),
  repeats: z.array(z.string()).optional(),
  repeated_as: z.string().optional(),
  replaces: z.array(z.string()).optional(),
  boot: z.boolean().optional(),
  examples: z.array(example),
  counterexamples: z.array(example).optional(),
});

const alert = strict({
  alert: z.string().regex(/^[a-z][a-z0-9_]*$/, 'an alert has small letters, digits and underscores'),
  select: strict({
    event: oneOrMore.optional(),
    pattern: oneOrMore.optional(),
    packet: z.enum(PACKETS).optional(),
    direction: z.enum(['sent', 'received']).optional(),
    codes: z.union([z.literal('unsuccessful'), z.array(z.number().int())]).optional(),
  }).optional(),
  severity: z.enum(['warning', 'critical']).optional(),
  window: z.string().optional(),
  raise_above: z.number().int().min(0),
  clear_above: z.number().int().min(0).optional(),
  witness: z.array(z.enum(['log', 'debug', 'tracer', 'metrics'])).min(1),
  counts: z.string(),
  means: z.string(),
  next: z.string(),
  profiles: z.record(z.string(), strict({ raise_above: z.number().int().min(0) })).optional(),
  tests: z.array(strict({ events: z.array(z.number()), changes: z.array(z.string()) })).optional(),
});

export const packSchema = strict({
  pack: id,
  about: z.string().optional(),
  wrappers: z
    .array(strict({ id, regex: z.string(), time: z.enum(TIME_FORMATS).optional(), examples: z.array(z.string()).optional() }))
    .optional(),
  envelopes: z
    .array(
      strict({
        id,
        regex: z.string().optional(),
        json: z.record(z.string(), z.string()).optional(),
        time: z.enum(TIME_FORMATS),
        charset: z.enum(CHARSETS).optional(),
        break: z.string().min(1).optional(),
        continues: z.boolean().optional(),
        burst: z.number().int().min(1).optional(),
        bare: z.boolean().optional(),
        loud: z.array(z.string().min(1)).optional(),
        examples: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  fragments: z.record(z.string(), z.string()).optional(),
  codes: z
    .record(
      z.string(),
      strict({ 3: z.record(z.string(), z.number()).optional(), 5: z.record(z.string(), z.union([z.number(), z.boolean()])).optional() }),
    )
    .optional(),
  modules: z.record(z.string(), version).optional(),
  protocol_versions: z.record(z.string(), version).optional(),
  reasons: z.record(z.string(), strict({ cause: z.enum(CAUSES).optional(), means: z.string(), next: z.string() })).optional(),
  patterns: z.array(pattern).optional(),
  alerts: z.array(alert).optional(),
}) satisfies z.ZodType<PackData>;
