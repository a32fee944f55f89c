/** The shapes of pack files. What they mean is checked by `core/pack/compile.ts`; descriptions and examples are for editors. */
import { z } from 'zod';
import { CAUSES, EVENT_KINDS, PACKETS, WITNESSES } from '../core/model.ts';
import { CHARSETS, CONNECTIONS, TEXTS, TIME_FORMATS, type PackData } from '../core/pack/pack.ts';
import { strict } from './strict.ts';

const id = z.string().regex(/^[a-z0-9][\w.-]*$/, 'an id has small letters, digits, dots and dashes');
const version = z.union([z.literal(3), z.literal(5)]);
const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]);
const packet = z.enum(PACKETS).describe('The MQTT packet that the event is about.');
const direction = z.enum(['sent', 'received']).describe('Seen from the broker.');
const time = z.enum(TIME_FORMATS);
const text = z.enum(TEXTS);
const lines = z.array(z.string()).describe('Real lines; each has to be taken.');

const example = strict({
  line: z.string().describe('The whole line as it stands in the log, with its continuation lines.'),
  expect: z
    .record(z.string(), z.union([z.string(), z.number(), z.null()]))
    .meta({
      description: 'Fields of the event, as `vernewatch extract` writes them; `events` is how many there are.',
      examples: [{ client_id: 'pump-7', reason: 'invalid_credentials' }],
    })
    .optional(),
  why: z.string().describe('What the line is there to show.').optional(),
});

const pattern = strict({
  id: id.meta({ description: 'Its name within the pack.', examples: ['gate-refused'] }),
  event: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, 'an event kind has small letters, digits and underscores')
    .meta({
      description: 'Kind of the event, also one of your own; `none`: a known line that is no event.',
      examples: [...EVENT_KINDS, 'none'],
    }),
  regex: z
    .string()
    .min(1)
    .meta({
      description:
        'Takes the whole body of a record; it is anchored at both ends, and ${name} stands for a fragment. Named groups are fields: client_id, mountpoint, username, peer, topic, reason, reason_code, reason_codes (a list, last topic first), packet, mqtt_version, count; client_id_2 is the same field in another alternative. Without look-around and back references.',
      examples: ['gate refused (?<client_id>\\S+) from (?<peer>\\S+) due to (?<reason>\\w+)'],
    }),
  about: z.string().describe('What has happened, for a person.').optional(),
  versions: z
    .string()
    .meta({ description: 'Releases that write it.', examples: ['1.0.0 to 2.2.0'] })
    .optional(),
  catalogue: z.string().describe('Where the wording is documented.').optional(),
  packet: packet.optional(),
  direction: direction.optional(),
  mqtt_version: version.describe('The protocol version, where the wording alone tells it; 3 is 3.1 and 3.1.1.').optional(),
  text: text
    .describe('How ids, user names, topics and reasons stand in the line: term (default) as Erlang prints them, plain as they are.')
    .optional(),
  witness: z
    .enum(WITNESSES)
    .describe('Where such lines come from; of `tracer`, a log may tell of the same packet, which then counts once.')
    .optional(),
  modules: z.array(z.string()).describe('Only lines of these modules, where the envelope tells the module.').optional(),
  functions: z.array(z.string()).describe('Only lines of these functions, where the envelope tells the function.').optional(),
  code: z
    .union([z.string(), z.number().int().min(0).max(255)])
    .describe('The reason code on the wire, or the table of `codes` that has it by reason.')
    .optional(),
  cause: z
    .union([z.enum(CAUSES), z.record(z.string(), z.enum(CAUSES))])
    .describe('Whose fault it most likely is: for all, or by reason, `*` being any other.')
    .optional(),
  connection: z
    .enum(CONNECTIONS)
    .describe(
      'What the line says about its connection. yes (default): its own process writes it; ends: and it is over; last: nothing of it follows; before: no client is known yet; no: another process writes it.',
    )
    .optional(),
  repeats: z
    .array(z.string())
    .describe('No event of its own when one of these patterns took a line of the same connection within the last second.')
    .optional(),
  repeated_as: z.string().describe('The pattern that it turns out to have been when it is repeated.').optional(),
  replaces: z
    .array(z.string())
    .describe('The line for the whole fault: an event of one of these patterns just before is none of its own.')
    .optional(),
  boot: z.boolean().describe('The broker begins a new life: its pids begin again.').optional(),
  examples: z.array(example).describe('Lines that it takes; at least one.'),
  counterexamples: z.array(example).describe('Lines that it must not take.').optional(),
});

const alert = strict({
  alert: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, 'an alert has small letters, digits and underscores')
    .describe('Its name.'),
  select: strict({
    event: oneOrMore.describe('Kinds of event.').optional(),
    pattern: oneOrMore.describe('Patterns, by id.').optional(),
    packet: packet.optional(),
    direction: direction.optional(),
    codes: z
      .union([z.literal('unsuccessful'), z.array(z.number().int())])
      .describe('Reason codes; unsuccessful: 128 and above.')
      .optional(),
  })
    .describe('Which events it counts: those that fit every key.')
    .optional(),
  severity: z.enum(['warning', 'critical']).describe('Default: warning.').optional(),
  window: z
    .string()
    .meta({ description: 'Length of the span in which events are counted. Default: 60s.', examples: ['60s', '5m', '1h'] })
    .optional(),
  raise_above: z.number().int().min(0).describe('Raised when more events than this lie within the window.'),
  clear_above: z.number().int().min(0).describe('Held while more events than this lie within the window. Default: 0.').optional(),
  witness: z.array(z.enum(WITNESSES)).min(1).describe('What can see such events, the best first.'),
  counts: z.string().meta({ description: 'What is counted, as a person would say it.', examples: ['refused connections'] }),
  means: z.string().describe('What it means, for a person.'),
  next: z.string().describe('What to do first.'),
  profiles: z
    .record(
      z.string(),
      strict({ raise_above: z.number().int().min(0).describe('Raised when more events than this lie within the window.') }),
    )
    .describe('Other thresholds under another profile.')
    .optional(),
  tests: z
    .array(
      strict({
        events: z.array(z.number()).describe('Seconds of the events.'),
        changes: z.array(z.string()).meta({ description: 'What has to come of them.', examples: [['raised 50', 'cleared 110']] }),
      }),
    )
    .describe('Series of events, and what the alert has to make of them.')
    .optional(),
});

const wrapper = strict({
  id: id.describe('Its name.'),
  regex: z.string().describe('What stands before the line of the broker. Group: timestamp.'),
  time: time.describe('How the group timestamp is written.').optional(),
  examples: lines.optional(),
});

const envelope = strict({
  id: id.describe('Its name.'),
  regex: z
    .string()
    .meta({
      description: 'The whole line. Groups: timestamp, level, priority, pid, module, function, body.',
      examples: ['(?<timestamp>\\S+) \\[(?<level>[a-z]+)\\] (?<body>.*)'],
    })
    .optional(),
  json: z
    .record(z.string(), z.string())
    .meta({
      description: 'For JSON lines instead of a regex: where each of the same fields is.',
      examples: [{ timestamp: 'time', level: 'level', body: 'msg' }],
    })
    .optional(),
  time: time.describe('How the field timestamp is written.'),
  charset: z.enum(CHARSETS).describe('How bytes above 0x7F of Erlang terms are written.').optional(),
  text: text.describe('The same for all patterns below this envelope that do not say it themselves.').optional(),
  break: z.string().min(1).describe('What stands for a line break of a message; cut off at both ends.').optional(),
  continues: z.boolean().describe('Lines that begin with a blank belong to the record above.').optional(),
  burst: z.number().int().min(1).describe('The logger drops silently what comes above so many lines a second.').optional(),
  bare: z.boolean().describe('Only below a wrapper that gives the time, or in a log that has no other envelope.').optional(),
  loud: z.array(z.string().min(1)).describe('Texts that mark a line as a warning or worse.').optional(),
  examples: lines.optional(),
});

const codeTable = strict({
  3: z.record(z.string(), z.number()).describe('For MQTT 3.1 and 3.1.1.').optional(),
  5: z
    .record(z.string(), z.union([z.number(), z.boolean()]))
    .describe('For MQTT 5. `label: true`: a reason that is the label of a code means that code.')
    .optional(),
});

const reason = strict({
  cause: z.enum(CAUSES).describe('Whose fault it most likely is.').optional(),
  means: z.string().describe('What it means, for a person.'),
  next: z.string().describe('What to do first.'),
});

export const packSchema = strict({
  pack: id.meta({ description: 'Name of the pack; several files may be one pack.', examples: ['site'] }),
  about: z.string().describe('What the pack is for.').optional(),
  wrappers: z.array(wrapper).describe('What other programs write before the lines of the broker; peeled off from the outside.').optional(),
  envelopes: z.array(envelope).describe('The frames of the logger: time, level and so on round a body.').optional(),
  fragments: z.record(z.string(), z.string()).describe('Parts of regexes, by the name that stands for them in ${…}.').optional(),
  codes: z.record(z.string(), codeTable).describe('Tables from reason to code on the wire; `*` is any other reason.').optional(),
  modules: z.record(z.string(), version).describe('Module of the broker to the protocol version it speaks.').optional(),
  protocol_versions: z.record(z.string(), version).describe('Protocol version as lines write it to 3 or 5.').optional(),
  reasons: z.record(z.string(), reason).describe('What reasons mean, by the word in the log.').optional(),
  patterns: z.array(pattern).describe('Which bodies are which event; the first that fits takes a body.').optional(),
  alerts: z.array(alert).describe('Rules that count events.').optional(),
}).meta({ title: 'Pattern pack of vernewatch' }) satisfies z.ZodType<PackData>;
