/** Documents are held to the tree: what they cite exists, and what they tell people to type works. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../src/lib/package-root.ts';

const root = packageRoot();
const documents = [
  'README.md',
  'src/README.md',
  'fixtures/README.md',
  ...(await readdir(join(root, 'docs'))).map((name) => `docs/${name}`),
].filter((path) => path.endsWith('.md') && existsSync(join(root, path)));

/** Paths in backticks that begin with a folder of ours, and the targets of links. */
function cited(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  const quoted = [...prose.matchAll(/`((?:src|test|tools|docs|runbooks|fixtures|\.ci)\/[\w./-]*)`/g)].map(
    (m) => m[1] ?? '',
  );
  const linked = [...prose.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map((m) => m[1] ?? '');
  return [...quoted, ...linked];
}

interface Block {
  line: number;
  source: string;
  /** Why it is not run here; null when it is. */
  excused: string | null;
}

function shellBlocks(text: string): Block[] {
  return [...text.matchAll(/(?:<!-- not run: (.+?) -->\n)?^```sh\n([\s\S]*?)^```/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    source: match[2] ?? '',
    excused: match[1] ?? null,
  }));
}

describe.each(documents)('%s', async (path) => {
  const text = await readFile(join(root, path), 'utf8');

  test('cites only what exists', () => {
    const missing = cited(text).filter(
      (to) => !existsSync(join(root, to)) && !existsSync(join(root, dirname(path), to)),
    );
    expect(missing).toEqual([]);
  });

  for (const block of shellBlocks(text)) {
    if (block.excused !== null) continue;
    test(`the commands at line ${block.line} run`, async () => {
      const tmp = await mkdtemp(join(tmpdir(), 'vigil-docs-'));
      const env = {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        TMPDIR: tmp,
        VIGIL_DATA: join(tmp, 'data'),
      };
      const script = `set -euo pipefail\n${block.source}`;
      const { stdout } = await promisify(execFile)('bash', ['-c', script], {
        cwd: root,
        env,
        maxBuffer: 32 * 1024 * 1024,
      });
      if (block.source.includes('--json | tail -n 1')) JSON.parse(stdout);
    }, 120_000);
  }
});

test('every shell block is run or says why not', () => {
  const block = shellBlocks('<!-- not run: it needs an account -->\n```sh\nlogin\n```\n\n```sh\ntrue\n```\n');
  expect(block.map(({ excused }) => excused)).toEqual(['it needs an account', null]);
});

test('every direct dependency has its line in docs/dependencies.md', async () => {
  const about: { [key: string]: Record<string, string> | undefined } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  const names = ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((kind) =>
    Object.keys(about[kind] ?? {}),
  );
  const text = await readFile(join(root, 'docs/dependencies.md'), 'utf8');
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  const told = [...text.matchAll(/^\| (`[^|]+`)/gm)].flatMap((m) =>
    [...(m[1] ?? '').matchAll(/`([^`]+)`/g)].map((n) => n[1] ?? ''),
  );
  expect(told.filter((name) => !names.includes(name))).toEqual([]);
});

test('the table of the law names every rule', async () => {
  const rules = [
    ...(await readFile(join(root, 'test/architecture/imports.cjs'), 'utf8')).matchAll(/(?:no\(\s*|name: )'([a-z-]+)'/g),
  ].map((m) => m[1] ?? '');
  const text = await readFile(join(root, 'src/README.md'), 'utf8');
  expect(rules.length).toBeGreaterThan(20);
  expect(rules.filter((rule) => !text.includes(`\`${rule}\``))).toEqual([]);
});
