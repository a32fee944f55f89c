/** The README does what it says: its commands run, its YAML is valid, what it shows is what comes out. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, scratch, vernewatch } from './helpers/cli.ts';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...README.matchAll(/```(\w*)\n([^]*?)```/g)].map(([, language, text]) => ({ language: language!, text: text! }));
const scripts = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;

test('the report shown at the top is that of the demo', async () => {
  expect(scripts['demo']).toContain('analyze --exit-zero fixtures/logs/credential-burst.log');
  const { stdout } = await vernewatch(['analyze', 'fixtures/logs/credential-burst.log']);
  const shown = blocks.find(({ language, text }) => language === '' && text.startsWith('WARNING'))!;
  for (const part of shown.text.split('\n\n')) expect(stdout).toContain(part.trimEnd());
});

test.each(blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text))(
  'the YAML of the README is valid:\n%s',
  async (text) => {
    const path = scratch({ 'file.yaml': text });
    const isPack = text.startsWith('pack:');
    if (!isPack) writeFileSync(path('file.yaml'), text.replace(/^patterns: .*\n/m, ''));
    const outcome = await vernewatch(isPack ? ['patterns', 'check', path('file.yaml')] : ['check', '--config', path('file.yaml')]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  },
);

test('the pack of the README names the client in its example', async () => {
  const text = blocks.find(({ language, text }) => language === 'yaml' && text.startsWith('pack:'))!.text;
  const path = scratch({ 'pack.yaml': text, 'console.log': `${/- line: '([^']*)'/.exec(text)![1]!}\n` });
  const { stdout } = await vernewatch(['extract', '--patterns', path('pack.yaml'), path('console.log')]);
  expect(JSON.parse(stdout)).toMatchObject({ pattern: 'site/gate-refused', client_id: 'pump-7' });
});

test('every command of the README exists with its options', async () => {
  const commands = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => [...text.matchAll(/vernewatch ((?:patterns \w+|alerts \w+|\w+)[^#|\n]*)/g)].map(([, line]) => line!.trim()));
  expect(commands.length).toBeGreaterThan(8);
  for (const command of commands) {
    const words = command.split(' ');
    const name = words[0] === 'patterns' || words[0] === 'alerts' ? words.slice(0, 2) : words.slice(0, 1);
    const { stdout, code } = await vernewatch([...name, '--help']);
    expect(code, command).toBe(0);
    for (const option of words.filter((word) => word.startsWith('--'))) expect(stdout, command).toContain(option);
  }
});

test('the test command of the README is the one CI runs', () => {
  expect(README).toContain('npm ci && npm test');
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('npm ci && npm test');
});
