/**
 * The build: the program and the packages it starts with, joined into some sixty files. Node takes longer to find and
 * read a module than to run it; from 1,400 of them a start took three times as long. What is started or looked up by
 * name keeps its place: `dist/src/cli/main.js`, `dist/tools/`, the worker of the sandbox, the door of each part.
 */
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { defineConfig, type Plugin } from 'rolldown';

const named =
  /^(src\/([^/]+|(.+\/)?index|cli\/main|core\/adapters\/just-bash\/worker)|tools\/.+|fixtures\/simulator\/main)\.ts$/;
const files = ['src', 'tools', 'fixtures/simulator'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
);

/** The server offers every tool it finds in `dist/tools/`: one whose source is gone must go too. */
const goneTools: Plugin = {
  name: 'gone-tools',
  async writeBundle(_options, bundle) {
    const stale = readdirSync('dist/tools').filter(
      (name) => !Object.hasOwn(bundle, `tools/${name.replace(/\.map$/, '')}`),
    );
    await Promise.all(stale.map((name) => rm(`dist/tools/${name}`)));
  },
};

export default defineConfig({
  platform: 'node',
  plugins: [goneTools],
  input: Object.fromEntries(
    files.filter((name) => named.test(name)).map((name) => [name.slice(0, -'.ts'.length), name]),
  ),
  external: [
    // Native code.
    'sqlite3',
    // Large, and loaded only where they are used.
    'just-bash',
    '@slack/bolt',
    'octokit',
    /^@datadog\//,
    /^@modelcontextprotocol\//,
    'undici',
    // Never loaded: no route has a Fastify schema.
    /^@fastify\/(ajv|fast-json-stringify)-compiler$/,
  ],
  output: {
    dir: 'dist',
    entryFileNames: '[name].js',
    // Not deeper: `src/tools.ts` looks for its folder from where its code has come to lie.
    chunkFileNames: 'src/[name].js',
    sourcemap: true,
  },
});
