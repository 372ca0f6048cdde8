/** Reads the wire tests as text: which test cites which requirement. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Titles of tests by the requirement they cite. */
export async function readCitations(folder: string): Promise<Map<string, string[]>> {
  const cited = new Map<string, string[]>();
  const names = (await readdir(folder)).filter((name) => name.endsWith('.test.ts')).sort();
  for (const name of names) {
    for (const { title, ids } of citationsIn(await readFile(join(folder, name), 'utf8'))) {
      for (const id of ids) cited.set(id, [...(cited.get(id) ?? []), title]);
    }
  }
  return cited;
}

const TEST = /\btest\(\s*(['"`])((?:\\.|(?!\1).)+)\1\s*,\s*async \([^)]*\) => \{\s*verifies\(([^)]*)\)/g;

export function citationsIn(source: string): { title: string; ids: string[] }[] {
  return [...source.matchAll(TEST)].map(([, , title = '', ids = '']) => ({
    title: title.replace(/\\(.)/g, '$1'),
    ids: [...ids.matchAll(/'([^']+)'/g)].map(([, id = '']) => id),
  }));
}
