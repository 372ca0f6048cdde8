/** What must not be in the tree: paths of one machine, registry hosts, banners, and notes nobody signed. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { root } from './cruise.ts';

interface Ban {
  what: string;
  pattern: RegExp;
  /** Only files whose path matches; every text file where absent. */
  only?: RegExp;
}
const code = /\.(ts|cjs|mjs)$/;
const bans: Ban[] = [
  {
    what: 'a path of one machine',
    pattern: new RegExp(`["'\`( =](?:/${'home'}/(?!user\\b)|/${'Users'}/|/${'root'}/|/${'work'}/)`),
  },
  { what: 'a package registry host', pattern: new RegExp(['registry\\.', 'npmjs', '\\.(org|com)'].join('')) },
  { what: 'a banner comment', pattern: /^\s*(\/\/|\*|#)\s*[-=*#~]{6,}/m, only: code },
  { what: 'a note without an owner', pattern: new RegExp(`\\b(${'TO'}DO(?!\\(@)|${'FIX'}ME|${'X'}XX)\\b`), only: code },
  {
    what: 'history in a comment',
    pattern: new RegExp(
      `(//|\\*).*\\b(${'previous'}ly|used${' '}to be|no longer${' '}(used|needed)|phase${' '}\\d)\\b`,
      'i',
    ),
    only: code,
  },
  { what: 'a silenced compiler', pattern: new RegExp(`@ts-(${'ig'}nore|${'no'}check)`), only: code },
  // A skip that says why after a colon is named at the end of the run.
  {
    what: 'a lonely test, or one skipped without a reason',
    pattern: new RegExp(`\\b(test|it|describe)\\.(${'on'}ly\\(|${'sk'}ip\\((?!['"\`][^'"\`]*: ))`),
    only: code,
  },
];

async function trackedText(): Promise<{ path: string; text: string }[]> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
    },
  );
  const paths = stdout
    .split('\0')
    .filter((path) => path !== '' && !/(package-lock\.json|\.(gz|bundle|png|patch))$/.test(path));
  const files = await Promise.all(
    paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8').catch(() => '') })),
  );
  return files.filter(({ text }) => text !== '' && !text.includes('\0'));
}

describe('the tree holds', async () => {
  const files = await trackedText();

  test.each(bans)('no $what', ({ pattern, only }) => {
    const found = files
      .filter(({ path }) => only === undefined || only.test(path))
      .flatMap(({ path, text }) =>
        text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
      );
    expect(found.map((hit) => hit.slice(0, 160))).toEqual([]);
  });

  test('enough files for that to mean something', () => {
    expect(files.length).toBeGreaterThan(50);
  });
});

test.each([
  ['a path of one machine', `see "/${'home'}/ann/vigil"`],
  ['a banner comment', '// ----------------'],
  ['a note without an owner', `// ${'TO'}DO later`],
  ['history in a comment', `// ${'previous'}ly this was a list`],
  ['a lonely test, or one skipped without a reason', `test.${'only'}('x')`],
])('%s is recognised', (what, line) => {
  expect(bans.find((ban) => ban.what === what)?.pattern.test(line)).toBe(true);
});
