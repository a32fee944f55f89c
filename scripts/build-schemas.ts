/** A step of the build: JSON Schemas of what users write, for their editors. What only code can check is not in them. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { configSchema } from '../src/config/config-schema.ts';
import { packSchema } from '../src/config/pack-schema.ts';

const SCHEMAS = { 'config.schema.json': configSchema, 'pack.schema.json': packSchema };

/** @returns name of the file in schemas/ → its text. */
export function schemaFiles(): Map<string, string> {
  return new Map(Object.entries(SCHEMAS).map(([name, schema]) => [name, `${JSON.stringify(jsonSchema(schema), null, 2)}\n`]));
}

/** Draft 7 is what editors know best. */
function jsonSchema(schema: z.ZodType) {
  return z.toJSONSchema(schema, {
    target: 'draft-7',
    override({ jsonSchema: part }) {
      // What zod adds to every whole number says nothing to a reader.
      if (part.maximum === Number.MAX_SAFE_INTEGER) delete part.maximum;
      if (part.minimum === Number.MIN_SAFE_INTEGER) delete part.minimum;
    },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of schemaFiles()) writeFileSync(new URL(`../schemas/${name}`, import.meta.url), text);
