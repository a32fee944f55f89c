/** Who may import whom: the arrows of docs/architecture.md. Every rule names the reason. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule('no-circle', 'imports run downhill', {}, { circular: true }),
    rule('core-is-alone', 'the core imports nothing but the core', { path: '^src/core/' }, { pathNot: '^src/core/' }),
    rule(
      'line-to-event-knows-no-alert',
      'extract and pack end at the event',
      { path: '^src/core/(extract|pack)/' },
      { path: '^src/core/(count|alert)/' },
    ),
    rule(
      'event-to-alert-knows-no-line',
      'count and alert begin at the event',
      { path: '^src/core/(count|alert)/' },
      { path: '^src/core/(extract|pack)/' },
    ),
    rule(
      'model-is-the-ground',
      'the vocabulary stands on nothing',
      { path: '^src/core/(model|units|errors|mask)\\.ts$' },
      { path: '^src/core/(extract|pack|count|alert|engine)' },
    ),
    rule('sources-know-no-outlet', 'bytes in, findings out', { path: '^src/sources/' }, { path: '^src/(outlets|config|commands|run|cli)' }),
    rule('outlets-know-no-source', 'bytes in, findings out', { path: '^src/outlets/' }, { path: '^src/(sources|config|commands|run|cli)' }),
    rule('views-do-no-io', 'state in, text out', { path: '^src/outlets/views/' }, { pathNot: '^src/(core|outlets/views)/|^node_modules/' }),
    rule(
      'config-knows-the-core-only',
      'what a user wrote, checked',
      { path: '^src/config/' },
      { path: '^src/(sources|outlets|commands|run|cli)' },
    ),
    rule(
      'commands-do-not-import-each-other',
      'a command is one file; what two share is below',
      { path: '^src/commands/([^/]+)\\.ts$' },
      { path: '^src/commands/', pathNot: '^src/commands/(shared/|$1\\.ts$)' },
    ),
    rule('nobody-imports-the-cli', 'the top is the top', { pathNot: '^src/cli\\.ts$' }, { path: '^src/cli\\.ts$' }),
    rule('no-development-package', 'what ships runs without them', { path: '^src/' }, { dependencyTypes: ['npm-dev'] }),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default'] },
  },
};
