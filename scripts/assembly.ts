/**
 * Compiles assembly/scan.ts and puts the module, as text, where the core finds it without a file system.
 *
 * The compiler runs as a program: its types would make themselves global and weaken those of this project.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const OPTIONS = ['-O3', '--converge', '--noAssert', '--enable', 'simd', '--runtime', 'stub', '--initialMemory', '2'];

/** @returns the text of src/core/extract/scan-module.ts. */
export function compiled(): string {
  const directory = mkdtempSync(join(tmpdir(), 'assembly-'));
  const out = join(directory, 'scan.wasm');
  execFileSync(process.execPath, [at('node_modules/assemblyscript/bin/asc.js'), at('assembly/scan.ts'), ...OPTIONS, '--outFile', out]);
  const base64 = readFileSync(out).toString('base64');
  rmSync(directory, { recursive: true });
  const lines = base64.match(/.{1,100}/g)!.map((line) => `  '${line}',\n`);
  return `/** Compiled from assembly/scan.ts by \`npm run assembly\`. */\nexport const SCAN_MODULE = [\n${lines.join('')}].join('');\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(at('src/core/extract/scan-module.ts'), compiled());
