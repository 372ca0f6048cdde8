import { expect, test } from 'vitest';
import type { Change } from '../../../src/sre/change.ts';
import { pickChanges } from '../../../src/sre/ports/pick-changes.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 4, 12, 12, minute)).toISOString();
const change = (id: string, minute: number, over: Partial<Change> = {}): Change => ({
  ...{ id, kind: 'deploy', service: 'cart', time: at(minute), actor: '', title: '', ref: null, hasDiff: false },
  ...over,
});
const all = [
  change('early', 1),
  change('first', 10),
  change('flag', 15, { kind: 'flag' }),
  change('nobody', 20, { service: null }),
  change('other', 25, { service: 'search' }),
  change('last', 30),
  change('late', 31),
];
const window = { from: Date.parse(at(10)), to: Date.parse(at(30)) };
const picked = (over: Partial<Parameters<typeof pickChanges>[1]>) => {
  const query = { range: { start: at(10), end: at(30) }, service: null, kinds: [], limit: 10, ...over };
  const { data, truncated } = pickChanges(all, query, window);
  return [...data.map(({ id }) => id), ...(truncated ? ['…'] : [])];
};

test('changes within the window, its ends among them, are picked newest first', () => {
  expect(picked({})).toEqual(['last', 'other', 'nobody', 'flag', 'first']);
});

test('asked for a service, those of nobody known are among them', () => {
  expect(picked({ service: 'cart' })).toEqual(['last', 'nobody', 'flag', 'first']);
});

test('asked for kinds, the others are not', () => {
  expect(picked({ kinds: ['flag', 'config'] })).toEqual(['flag']);
});

test('beyond the limit the older ones are left out, and that is said', () => {
  expect(picked({ limit: 2 })).toEqual(['last', 'other', '…']);
  expect(picked({ limit: 5 })).not.toContain('…');
});
