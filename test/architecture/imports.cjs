/**
 * The law of imports: one rule per sentence of the table in src/README.md.
 * Changing the structure? Change the rule here, its row in src/README.md and its offence in imports.test.ts, in one commit.
 */
const how = 'To change this law: test/architecture/imports.cjs, src/README.md and test/architecture/imports.test.ts.';
const no = (name, from, to, toExtra = {}) => ({
  name,
  comment: how,
  severity: 'error',
  from: { path: from },
  to: { path: to, ...toExtra },
});
const pkg = (names) => `(^|/)node_modules/(${names})/`;

const leaves =
  'core/(ports/|credentials/|events\\.ts|ids\\.ts|documents\\.ts|memories\\.ts|resources\\.ts|threads\\.ts|work\\.ts)';
const nouns = 'sre/(alert|change|finding|hypothesis|planted|review|evidence|action|incident|ids)\\.ts';

module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: how, severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', comment: how, severity: 'error', from: {}, to: { couldNotResolve: true } },
    // two halves
    no('core-knows-no-product', '^src/core/', '^(tools|fixtures)/|^src/(?!core/|lib/)'),
    no('product-knows-no-core', '^(tools|fixtures)/|^src/(?!core/|embed\\.ts)', '^src/core/'),
    no('core-has-one-door', '^src/embed\\.ts$', '^src/core/(?!index\\.ts$|ports/|adapters/[^/]+/index\\.ts$)'),
    no('main-alone-embeds', '^src/(?!main\\.ts|move\\.ts|parts\\.ts|embed\\.ts|verify-log\\.ts)', '^src/embed\\.ts'),
    // inside the core
    no('leaves-import-leaves', `^src/${leaves}`, `^src/(?!${leaves}|lib/)`),
    no('run-is-offline', '^src/core/run/', '^src/core/(api|adapters|index)'),
    no('api-is-thin', '^src/core/api/', '^src/core/(adapters|run|index)'),
    no(
      'core-adapters-touch-ports',
      '^src/core/adapters/',
      '^src/core/(?!adapters/|ports/|events\\.ts|ids\\.ts|documents\\.ts)',
    ),
    // inside the product
    no('sre-names-no-vendor', '^src/sre/', `^src/(?!sre/|lib/)|^(tools|fixtures)/`),
    no('sre-uses-few-packages', '^src/sre/', '(^|/)node_modules/(?!(@anthropic-ai/sdk|zod|simple-statistics|diff)/)'),
    no('sre-does-no-io', '^src/sre/', '^(node:)?(fs|net|http|https|child_process|tls|dgram|dns|worker_threads)(/|$)'),
    no('nouns-import-nouns', `^src/${nouns}`, `^src/(?!${nouns}|lib/)`),
    no('statistics-know-no-incident', '^src/sre/stats/', '^src/(?!sre/stats/|lib/)'),
    no(
      'tools-see-the-product-only',
      '^tools/',
      `^(?!tools/)(src/(?!sre/)|fixtures/|node:)|^(fs|net|http|https|child_process)$`,
    ),
    no(
      'adapters-see-nouns-and-ports',
      '^src/adapters/',
      `^src/(?!adapters/|lib/|sre/ports/|sre/sources\\.ts|${nouns})|^(tools|fixtures)/`,
    ),
    no('edges-do-not-meet', '^src/(?:core/)?adapters/([^/]+)/', '^src/(?:core/)?adapters/', {
      pathNot: '^src/(?:core/)?adapters/$1/|^src/(?:core/)?adapters/sql/',
    }),
    no('server-knows-no-vendor', '^src/server/', '^src/(?!server/|lib/|sre/|adapters/[^/]+/receive\\.ts)'),
    no(
      'cli-speaks-http',
      '^src/cli/(?!(serve|start|rank|eval|export|compare-runs|backup|move|verify-log)\\.ts)',
      '^(tools|fixtures)/|^src/(?!cli/|lib/|config\\.ts)',
    ),
    no('cli-starts-what-main-wires', '^src/cli/', '^src/(core|server|embed\\.ts)|^src/adapters/(?!folder/index\\.ts)'),
    no('lib-is-ignorant', '^src/lib/', '^src/(?!lib/)|^(tools|fixtures)/|(^|/)node_modules/'),
    no('worlds-are-data', '^fixtures/', `^src/(?!lib/|${nouns})|^tools/`),
    // one vendor, one folder
    no('slack-at-its-edge', '^(tools|fixtures)/|^src/(?!adapters/slack/)', pkg('@slack')),
    no('github-at-its-edge', '^(tools|fixtures)/|^src/(?!adapters/github/)', pkg('@octokit|octokit')),
    no('datadog-at-its-edge', '^(tools|fixtures)/|^src/(?!adapters/datadog/)', pkg('@datadog')),
    no('sql-at-its-edge', '^(tools|fixtures)/|^src/(?!(core/)?adapters/(sqlite|postgres)/)', pkg('kysely')),
    no('sqlite-at-its-edge', '^(tools|fixtures)/|^src/(?!(core/)?adapters/sqlite/)', pkg('sqlite3')),
    no('postgres-at-its-edge', '^(tools|fixtures)/|^src/(?!(core/)?adapters/postgres/)', pkg('pg')),
    no('shell-at-its-edge', '^(tools|fixtures)/|^src/(?!core/adapters/just-bash/)', pkg('just-bash')),
    no('terminal-at-its-edge', '^(tools|fixtures)/|^src/(?!cli/)', pkg('commander|@clack')),
    no(
      'fastify-in-the-servers',
      '^(tools|fixtures)/|^src/(?!server/|core/api/|core/index\\.ts|embed\\.ts|main\\.ts)',
      pkg('fastify|@fastify'),
    ),
    no(
      'sdk-through-the-door',
      '^(tools|fixtures)/|^src/(?!client\\.ts|embed\\.ts|main\\.ts|sre/|core/adapters/anthropic/)',
      pkg('@anthropic-ai/sdk'),
    ),
  ],
  // parser swc: dependency-cruiser reads no TypeScript through typescript >= 7, and would pass on nothing.
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
};
