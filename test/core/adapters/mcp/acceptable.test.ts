import { expect, test } from 'vitest';
import { acceptable } from '../../../../src/core/adapters/mcp/acceptable.ts';

const schema = { type: 'object' };
const tool = (name: string, inputSchema: Record<string, unknown> = schema) => ({ name, description: 'd', inputSchema });

function nested(depth: number): Record<string, unknown> {
  let value: Record<string, unknown> = {};
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

test('tools with plain names are shown, each name once', () => {
  const listed = [tool('stock.count'), tool('create_pr'), tool('create_pr')];
  expect(acceptable(listed).map(({ name }) => name)).toEqual(['stock.count', 'create_pr']);
});

test.each([
  ['a name in letters that only look Latin', tool('st\u043eck')],
  ['a name with what cannot be seen', tool('stock\u200b')],
  ['a name with a space', tool('create pr')],
  ['no name', tool('')],
  ['a schema deeper than anyone needs', tool('deep', nested(40))],
  ['a schema of a megabyte', tool('big', { type: 'object', description: 'x'.repeat(1_000_000) })],
])('%s is left out', (_what, listed) => {
  expect(acceptable([listed, tool('fine')]).map(({ name }) => name)).toEqual(['fine']);
});

test('a long description is cut and says so; of too many tools the first stay', () => {
  const [first] = acceptable([{ ...tool('a'), description: 'x'.repeat(9_000) }]);
  expect(first?.description).toMatch(/x \[cut\]$/);
  expect(acceptable(Array.from({ length: 300 }, (_unused, i) => tool(`t${i}`)))).toHaveLength(256);
});
