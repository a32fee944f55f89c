/** The JSON Schemas for editors take what the program takes, and refuse what it refuses as far as a schema can say it. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { configSchema } from '../../src/config/config-schema.ts';
import { packSchema } from '../../src/config/pack-schema.ts';
import { yamlFiles } from '../../src/config/packs.ts';
import { schemaFiles } from '../../scripts/build-schemas.ts';
import { ROOT } from '../helpers/cli.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const README = read('README.md');
const ajv = new Ajv({ strict: true, allErrors: true, allowUnionTypes: true });
const accepts = (name: string) => ajv.compile(JSON.parse(read(`schemas/${name}`)) as object);
const isPack = accepts('pack.schema.json');
const isConfig = accepts('config.schema.json');

test.each([...schemaFiles()])('%s is what the definitions say', (name, text) => {
  expect(read(`schemas/${name}`)).toBe(text);
});

test('every key has a description', () => {
  for (const [name, text] of schemaFiles()) expect(undescribed(JSON.parse(text) as Part), name).toEqual([]);
});

interface Part {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
  readonly items?: Part;
  readonly additionalProperties?: Part | false;
}

/** Keys without a description, as paths. */
function undescribed({ properties = {}, items, additionalProperties }: Part, path = ''): string[] {
  const own = Object.entries(properties).flatMap(([key, part]) => [
    ...(part.description === undefined ? [`${path}/${key}`] : []),
    ...undescribed(part, `${path}/${key}`),
  ]);
  return [...own, ...(items ? undescribed(items, path) : []), ...(additionalProperties ? undescribed(additionalProperties, path) : [])];
}

test.each(yamlFiles(join(ROOT, 'patterns')).map((file) => [basename(file), file]))('the pack file %s fits', (_, file) => {
  isPack(parse(readFileSync(file, 'utf8')));
  expect(isPack.errors).toBeNull();
});

test('the YAML of the README fits', () => {
  const texts = [...README.matchAll(/```yaml\n([^]*?)```/g)].map(([, text]) => text!);
  expect(texts.map((text) => text.startsWith('pack:')).sort()).toEqual([false, true]);
  for (const text of texts) {
    const fits = text.startsWith('pack:') ? isPack : isConfig;
    fits(parse(text));
    expect(fits.errors).toBeNull();
  }
});

describe('what is wrong is refused, by schema and program alike', () => {
  const pattern = '{ id: a, event: b, regex: some text, examples: [{ line: some text }] }';
  const alert = 'alert: a, raise_above: 5, witness: [log], counts: a, means: b, next: c';
  const refused = (schema: z.ZodType, fits: typeof isPack, text: string) => {
    expect(schema.safeParse(parse(text)).success).toBe(false);
    expect(fits(parse(text))).toBe(false);
  };
  test('but what these are made of is not', () => {
    for (const text of [`{ pack: a, patterns: [${pattern}] }`, `{ pack: a, alerts: [{ ${alert} }] }`])
      expect(isPack(parse(text))).toBe(true);
  });
  test.each([
    `{ patterns: [${pattern}] }`,
    `{ pack: a, patterns: ${pattern} }`,
    `{ pack: a, paterns: [${pattern}] }`,
    `{ pack: a b, patterns: [${pattern}] }`,
    `{ pack: a, patterns: [${pattern.replace('id: a,', '')}] }`,
    `{ pack: a, patterns: [${pattern.replace('some text', "''")}] }`,
    `{ pack: a, patterns: [${pattern.replace('event: b', 'event: Refused')}] }`,
    `{ pack: a, patterns: [${pattern.replace('id: a', 'id: a, code: 256')}] }`,
    `{ pack: a, patterns: [${pattern.replace('id: a', 'id: a, packet: connack')}] }`,
    `{ pack: a, patterns: [${pattern.replace('id: a', 'id: a, cause: nobody')}] }`,
    `{ pack: a, envelopes: [{ id: a, regex: b }] }`,
    `{ pack: a, envelopes: [{ id: a, regex: b, time: iso }] }`,
    `{ pack: a, alerts: [{ ${alert.replace('5', '1.5')} }] }`,
    `{ pack: a, alerts: [{ ${alert.replace('[log]', '[]')} }] }`,
  ])('pack: %s', (text) => refused(packSchema, isPack, text));
  test.each([
    '{ logs: /var/log/vernemq/console.log }',
    '{ logs: [{ node: a }] }',
    '{ log: [{ path: a }] }',
    '{ profile: per-hour }',
    '{ alerts: { some_alert: { raise_above: -1 } } }',
    '{ alerts: { some_alert: { enabled: 0 } } }',
  ])('configuration: %s', (text) => refused(configSchema, isConfig, text));
});

test('the line for editors names files that are in the package', () => {
  const named = [...README.matchAll(/^# yaml-language-server: \$schema=\S*\/node_modules\/vernewatch\/(\S+)$/gm)].map(([, file]) => file!);
  expect(named.sort()).toEqual([...schemaFiles().keys()].map((name) => `schemas/${name}`).sort());
  expect((JSON.parse(read('package.json')) as { files: string[] }).files).toContain('schemas');
});
