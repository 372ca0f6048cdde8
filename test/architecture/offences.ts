/** One offence for every rule of the law: what a file would have to say to break it. A rule without one is not tested. */
interface Offence {
  rule: string;
  /** Where the offending file is put; a name no real file has. */
  path: string;
  source: string;
  /** Further files the offence needs. */
  beside?: Record<string, string>;
}

const imports = (specifier: string) => `import '${specifier}';\nexport const offence = 1;\n`;
const one = (rule: string, path: string, specifier: string): Offence => ({ rule, path, source: imports(specifier) });

export const offences: Offence[] = [
  {
    ...one('no-cycles', 'src/lib/offence-one.ts', './offence-two.ts'),
    beside: { 'src/lib/offence-two.ts': imports('./offence-one.ts') },
  },
  one('resolvable', 'src/lib/offence-lost.ts', './not-here.ts'),
  one('core-knows-no-product', 'src/core/run/offence-product.ts', '../../sre/alert.ts'),
  one('product-knows-no-core', 'src/sre/offence-core.ts', '../core/ids.ts'),
  one('product-knows-no-core', 'tools/offence-core.ts', '../src/core/events.ts'),
  one('main-alone-embeds', 'src/server/offence-embed.ts', '../embed.ts'),
  one('leaves-import-leaves', 'src/core/ports/offence-leaf.ts', '../run/offence-target.ts'),
  one('run-is-offline', 'src/core/run/offence-online.ts', '../api/offence-target.ts'),
  one('api-is-thin', 'src/core/api/offence-thick.ts', '../run/offence-target.ts'),
  one('core-adapters-touch-ports', 'src/core/adapters/sqlite/offence-run.ts', '../../run/offence-target.ts'),
  one('sre-names-no-vendor', 'src/sre/offence-vendor.ts', '../adapters/slack/offence-target.ts'),
  one('sre-uses-few-packages', 'src/sre/offence-package.ts', 'pino'),
  one('sre-does-no-io', 'src/sre/offence-io.ts', 'node:fs/promises'),
  one('statistics-know-no-incident', 'src/sre/stats/offence-noun.ts', '../incident.ts'),
  one('tools-see-the-product-only', 'tools/offence-io.ts', 'node:child_process'),
  one('tools-see-the-product-only', 'tools/offence-adapter.ts', '../src/adapters/slack/offence-target.ts'),
  one('adapters-see-nouns-and-ports', 'src/adapters/slack/offence-verb.ts', '../../sre/offence-verb-target.ts'),
  one('edges-do-not-meet', 'src/adapters/github/offence-neighbour.ts', '../slack/offence-target.ts'),
  one('edges-do-not-meet', 'src/core/adapters/disk/offence-neighbour.ts', '../sqlite/offence-target.ts'),
  one('edges-do-not-meet', 'src/core/adapters/sql/offence-neighbour.ts', '../sqlite/offence-target.ts'),
  one('server-knows-no-vendor', 'src/server/offence-vendor.ts', '../adapters/slack/offence-target.ts'),
  one('cli-speaks-http', 'src/cli/offence-http.ts', '../sre/incident.ts'),
  one('cli-starts-what-main-wires', 'src/cli/offence-wire.ts', '../server/offence-target.ts'),
  one('lib-is-ignorant', 'src/lib/offence-vendor.ts', 'zod'),
  one('worlds-are-data', 'fixtures/simulator/offence-server.ts', '../../src/server/offence-target.ts'),
  one('slack-at-its-edge', 'src/adapters/github/offence-slack.ts', '@slack/bolt'),
  one('github-at-its-edge', 'src/server/offence-github.ts', 'octokit'),
  one('datadog-at-its-edge', 'src/adapters/loki/offence-datadog.ts', '@datadog/datadog-api-client'),
  one('sql-at-its-edge', 'src/server/offence-sql.ts', 'kysely'),
  one('postgres-at-its-edge', 'src/core/adapters/sql/offence-postgres.ts', 'pg'),
  one('sqlite-at-its-edge', 'src/core/adapters/sql/offence-sqlite.ts', 'sqlite3'),
  one('shell-at-its-edge', 'src/server/offence-shell.ts', 'just-bash'),
  one('terminal-at-its-edge', 'src/server/offence-terminal.ts', 'commander'),
  one('fastify-in-the-servers', 'src/adapters/slack/offence-fastify.ts', 'fastify'),
  one('sdk-through-the-door', 'src/cli/offence-sdk.ts', '@anthropic-ai/sdk'),
];

/** Files that offences point at and that no real tree has to have. */
export const targets: Record<string, string> = Object.fromEntries(
  [
    'src/core/run/offence-target.ts',
    'src/core/api/offence-target.ts',
    'src/core/adapters/sqlite/offence-target.ts',
    'src/adapters/slack/offence-target.ts',
    'src/sre/offence-verb-target.ts',
    'src/server/offence-target.ts',
  ].map((path) => [path, 'export const target = 1;\n']),
);

/** Two rules speak of files with fixed names, so their offence is a line put into the real file. */
export const grafts: { rule: string; path: string; specifier: string }[] = [
  { rule: 'core-has-one-door', path: 'src/embed.ts', specifier: './core/run/offence-target.ts' },
  { rule: 'nouns-import-nouns', path: 'src/sre/change.ts', specifier: './offence-verb-target.ts' },
];
