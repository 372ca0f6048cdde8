import { expect, test } from 'vitest';
import { z } from 'zod';
import { createdAtRange, limit, many, readQuery, timeRange } from '../../../src/core/api/query.ts';

test('brackets may be literal, percent-encoded, numbered or left out', () => {
  for (const key of ['statuses[]', 'statuses%5B%5D', 'statuses[0]', 'statuses']) {
    expect(readQuery(`/v1/sessions?${key}=idle&${key}=running`).statuses).toEqual(['idle', 'running']);
  }
});

test('a range keeps its bound in the name, encoded or not', () => {
  const at = '2026-11-21T04:00:00Z';
  for (const key of ['created_at[gte]', 'created_at%5Bgte%5D']) {
    expect(readQuery(`/x?${key}=${at}`)['created_at[gte]']).toEqual([at]);
  }
  const read = z
    .object(createdAtRange)
    .parse(readQuery(`/x?created_at[gte]=${at}&created_at[lt]=2026-11-22T00:00:00%2B01:00`));
  expect(timeRange(read)).toEqual({ gte: Date.parse(at), lt: Date.parse('2026-11-21T23:00:00Z') });
});

test('a name that means something to objects is only a name', () => {
  expect(readQuery('/x?__proto__[]=1')).not.toHaveProperty('1');
  expect(Object.getPrototypeOf(readQuery('/x?a=1'))).toBeNull();
});

test('a limit below one or not whole is refused, above the greatest it is the greatest', () => {
  const schema = z.object({ limit: limit(20, 100) });
  expect(schema.parse(readQuery('/x')).limit).toBe(20);
  expect(schema.parse(readQuery('/x?limit=7')).limit).toBe(7);
  expect(schema.parse(readQuery('/x?limit=5000')).limit).toBe(100);
  for (const bad of ['0', '-1', '1.5', 'ten', '']) {
    expect(schema.safeParse(readQuery(`/x?limit=${bad}`)).success).toBe(false);
  }
});

test('values outside the list and more than a hundred are refused', () => {
  const schema = z.object({ types: many(['a', 'b']) });
  expect(schema.safeParse(readQuery('/x?types[]=a&types[]=c')).success).toBe(false);
  expect(schema.safeParse(readQuery(`/x?${'types[]=a&'.repeat(101)}`)).success).toBe(false);
});
