/** The table of faults is held to the tests: each fault cites one that exists, or says why there is none. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packageRoot } from '../src/lib/package-root.ts';

const root = packageRoot();

test('each of the 57 faults cites a test by file and title, or says why it is not tested', async () => {
  const text = await readFile(join(root, 'docs/reliability.md'), 'utf8');
  const rows = [...text.matchAll(/^\| F(\d+) \|(.+)\|$/gm)].map(([, number, cells]) => ({
    number: Number(number),
    shown: String(cells).split('|').at(-1)?.trim() ?? '',
  }));
  expect(rows.map(({ number }) => number)).toEqual(Array.from({ length: 57 }, (_, at) => at + 1));
  const wrong: string[] = [];
  for (const { number, shown } of rows) {
    const cited = [...shown.matchAll(/`(test\/[^`]+)` "([^"]+)"/g)];
    if (cited.length === 0 && !/^not tested: .{20,}/.test(shown)) wrong.push(`F${number} shows nothing`);
    for (const [, file = '', title = ''] of cited) {
      const source = existsSync(join(root, file)) ? await readFile(join(root, file), 'utf8') : '';
      if (!source.includes(title)) wrong.push(`F${number}: ${file} has no "${title}"`);
    }
  }
  expect(wrong).toEqual([]);
});
