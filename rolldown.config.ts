/**
 * The build: the program and the packages it starts with, joined into some sixty files. Node takes longer to find and
 * read a module than to run it; from 1,400 of them a start took three times as long. What is started or looked up by
 * name keeps its place: `dist/src/cli/main.js`, `dist/tools/`, the worker of the sandbox, the door of each part.
 */
import { readdirSync } from 'node:fs';
import { defineConfig } from 'rolldown';

const named =
  /^(src\/([^/]+|(.+\/)?index|cli\/main|core\/adapters\/just-bash\/worker)|tools\/.+|fixtures\/simulator\/main)\.ts$/;
const files = ['src', 'tools', 'fixtures/simulator'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
);

export default defineConfig({
  platform: 'node',
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
