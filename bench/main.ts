/**
 * How fast, how much memory, and how both grow: all of it in one go, or the parts that are named (`npm run bench -- archive`).
 *
 * `--scale 0.05` is a quick look at smaller logs, `--full` adds what takes long, `--write` puts the tables into docs/performance.md. Ends with 1
 * if a tool finds something else than was put in, or if a bound is not held (not so for a quick look, which is all start-up).
 */
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { archive } from './archive.ts';
import { flood } from './flood.ts';
import { growth } from './growth.ts';
import { offenders } from './offenders.ts';
import { put } from './report.ts';
import { section, type Options, type Section } from './section.ts';
import { startup } from './startup.ts';
import { versions } from './tools.ts';

const DOCUMENT = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const PARTS: Record<string, (options: Options) => Section[] | Promise<Section[]>> = {
  startup: starts,
  archive,
  growth,
  flood,
  offenders,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    full: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const options: Options = { scale: Number(values.scale), rounds: Number(values.rounds), full: values.full };
const unknown = positionals.filter((name) => !(name in PARTS));
if (unknown.length > 0) throw new Error(`no ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}`);

const isWhole = options.scale >= 1;
const machine = `${cpus().length} cores (${cpus()[0]!.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; Node ${process.version.slice(1)}; ${versions().join(', ')}.`;
console.log(machine);
for (const name of positionals.length > 0 ? positionals : Object.keys(PARTS)) {
  for (const { mark, table, missed, faults } of await PARTS[name]!(options)) {
    console.log(`\n${mark}\n\n${table}`);
    for (const fault of [...faults, ...missed]) console.error(fault);
    if (faults.length > 0 || (isWhole && missed.length > 0)) process.exitCode = 1;
    if (faults.length === 0 && isWhole && values.write) await put(table, mark, DOCUMENT);
  }
}
if (isWhole && values.write) await put(machine, 'machine', DOCUMENT);

async function starts(): Promise<Section[]> {
  const rows = (await startup()).map(({ name, ratio, bound, ms, spread }) => ({
    cells: [name, `${ratio.toFixed(2)} (${spread})`, ms.toFixed(0)],
    bounds: [{ name: 'time', is: ratio, most: bound }],
  }));
  return [section('startup', ['', 'time, × `node -e 0`', 'wall, ms'], rows, [])];
}
