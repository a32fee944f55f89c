/** The shape of the configuration file. What it means is checked by `config.ts`; descriptions and examples are for editors. */
import { z } from 'zod';
import { PROFILES } from '../core/model.ts';
import { parseDuration } from '../core/units.ts';
import { strict } from './strict.ts';
import { isZone } from './zone.ts';

const duration = z.string().refine((text) => (parseDuration(text) ?? 0) > 0, 'write a length of time as 60s, 5m or 1h');

const alert = strict({
  enabled: z.boolean().describe('false: the alert is never raised.').optional(),
  raise_above: z.number().int().min(0).describe('Raised when more events than this lie within the window.').optional(),
  clear_above: z.number().int().min(0).describe('Held while more events than this lie within the window. Default: 0.').optional(),
  window: duration.meta({ description: 'Length of the span in which events are counted.', examples: ['60s', '5m', '1h'] }).optional(),
});

export const configSchema = strict({
  logs: z
    .array(
      strict({
        path: z
          .string()
          .min(1)
          .meta({
            description: 'The file that is written to, or a glob of such files.',
            examples: ['/var/log/vernemq/console.log', '/srv/brokers/*/console.log'],
          }),
        node: z
          .string()
          .min(1)
          .meta({ description: 'Name of the broker node that writes it.', examples: ['broker-1'] })
          .optional(),
      }),
    )
    .describe('The logs that follow reads. Default: /var/log/vernemq/console.log.')
    .optional(),
  timezone: z
    .string()
    .refine(isZone, 'no such time zone; write a name such as Europe/Berlin, or UTC')
    .meta({
      description: 'Of logs that carry local time without an offset. Default: the zone of this machine.',
      examples: ['UTC', 'Europe/Berlin'],
    })
    .optional(),
  patterns: z
    .array(z.string())
    .meta({ description: 'Pack files, or directories of them, beside the built-in packs.', examples: [['/etc/vernewatch/patterns.d']] })
    .optional(),
  profile: z
    .enum(PROFILES)
    .describe('Set of thresholds: what the guides of Netdata describe (default), or what its stock configuration computes.')
    .optional(),
  state: z
    .string()
    .min(1)
    .meta({ description: 'Directory in which follow keeps where it is.', examples: ['/var/lib/vernewatch'] })
    .optional(),
  alerts: z.record(z.string(), alert).describe('Changes of single alerts, by name; `vernewatch alerts list` shows the names.').optional(),
}).meta({ title: 'Configuration of vernewatch' });

export type ConfigData = z.output<typeof configSchema>;
