import { expect, test } from 'vitest';
import { citationsIn, readCitations } from './citations.ts';
import { renderCompatibility } from './compatibility.ts';
import { requirements } from './requirements.ts';

const cited = await readCitations(import.meta.dirname);

test('every requirement that works is shown by a test', () => {
  const uncited = requirements.filter((row) => row.status !== 'planned' && !cited.has(row.id));
  expect(uncited.map((row) => row.id)).toEqual([]);
});

test('every citation names a requirement, and every id stands once', () => {
  const ids = requirements.map((row) => row.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...cited.keys()].filter((id) => !ids.some((known) => known === id))).toEqual([]);
  expect(ids.filter((id) => !id.startsWith('wire.'))).toHaveLength(122);
});

test('what works in part says what is missing, and nothing else does', () => {
  const wrong = requirements.filter((row) => (row.status === 'partial') !== (row.missing !== undefined));
  expect(wrong.map((row) => row.id)).toEqual([]);
});

test('citations are read from the source of a test, also from several lines', () => {
  const source = `test("it's so", async () => {\n    verifies('a.b',\n 'c.d');\n  });\n  test('other', async () => {});`;
  expect(citationsIn(source)).toEqual([{ title: "it's so", ids: ['a.b', 'c.d'] }]);
});

test('the document of what is compatible is up to date (npm run compat writes it)', async () => {
  await expect(renderCompatibility(requirements, cited)).toMatchFileSnapshot('../../docs/compatibility.md');
});
