/** Request bodies out of a good one: as good as it, changed at odd places, cut off, or no JSON at all. */
import fc from 'fast-check';

const odd = fc.oneof(
  fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', ' ', '\u0000', '\ud800', '../..', '__proto__'),
  fc.constantFrom<unknown>(
    [],
    {},
    [[]],
    [null],
    { type: 'x' },
    'x'.repeat(3_000),
    '2026-13-45T99:99:99Z',
    'http://[',
    '* * * * *',
  ),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Another value of the same kind, often as good as the one that was there. */
function alike(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value === 'string') {
    const more = fc.constantFrom('', 'x', ' ', 'é', '👩‍🚒', '/x', '.md', '0');
    return fc.tuple(fc.nat({ max: value.length }), more).map(([cut, end]) => value.slice(0, -cut || undefined) + end);
  }
  if (typeof value === 'number') return fc.integer({ min: -1, max: 3 }).map((more) => value + more);
  if (typeof value === 'boolean') return fc.boolean();
  if (Array.isArray(value))
    return fc.constantFrom(value, [], [...value, ...value], value.slice(0, 1), value.toReversed());
  return fc.constantFrom(value, null);
}

/** As text, because a value cannot hold a key twice; now and then it is no JSON at all. */
export function spoiled(body: object): fc.Arbitrary<string> {
  const place = fc.constantFrom(...placesIn(body));
  const wild = fc.record({ place, how: fc.constantFrom('set', 'drop', 'add'), value: odd });
  const mild = place.chain((at) =>
    fc.record({ place: fc.constant(at), how: fc.constantFrom('set', 'set', 'drop'), value: alike(valueAt(body, at)) }),
  );
  const apply = (changes: readonly { place: Place; how: string; value: unknown }[]) => {
    const copy: unknown = structuredClone(body);
    for (const { place: at, how, value } of changes) spoil(copy, at, how, value);
    return JSON.stringify(copy);
  };
  const varied = fc.array(mild, { maxLength: 2 }).map(apply);
  const changed = fc.array(fc.oneof(wild, mild), { minLength: 1, maxLength: 3 }).map(apply);
  const broken = fc.tuple(changed, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1)));
  const doubled = fc.tuple(changed, odd).map(([text, value]) => text.replace('{', `{"type":${JSON.stringify(value)},`));
  return fc.oneof(
    { arbitrary: varied, weight: 4 },
    { arbitrary: changed, weight: 6 },
    broken,
    doubled,
    odd.map((value) => JSON.stringify(value)),
  );
}

type Place = readonly string[];

function placesIn(value: unknown, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [[...at, key], ...placesIn(item, [...at, key])]);
}

function valueAt(root: unknown, place: Place): unknown {
  return place.reduce<unknown>((at, key) => (isHolder(at) ? at[key] : undefined), root);
}

/** Nothing happens when an earlier change took the place away. */
function spoil(root: unknown, place: Place, how: string, value: unknown): void {
  const holder = valueAt(root, place.slice(0, -1));
  const key = place.at(-1) ?? '';
  if (!isHolder(holder)) return;
  if (how === 'drop') delete holder[key];
  else holder[how === 'add' ? `${key}_` : key] = structuredClone(value);
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
