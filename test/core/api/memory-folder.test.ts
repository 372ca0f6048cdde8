import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folder } from '../../../src/core/api/memory-stores/memories/folder.ts';
import { memoryPath } from '../../../src/core/api/memory-stores/memories/path.ts';
import { overlap } from '../../../src/core/memories.ts';

const segment = fc.constantFrom('a', 'ab', 'b', 'a.md', 'Z', 'é', '🌍');
const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((segments) => `/${segments.join('/')}`);
const paths = fc.uniqueArray(path, { maxLength: 20 });

test('pages of any size put together are the whole folder, at either depth', () => {
  fc.assert(
    fc.property(
      paths,
      fc.constantFrom('/', '/a/', '/a/b/'),
      fc.constantFrom(0, 1),
      fc.integer({ min: 1, max: 5 }),
      (all, prefix, depth, size) => {
        const memories = all.map((one) => ({ path: one }));
        const whole = folder(memories, { prefix, depth, after: '' });
        const paged = [];
        for (let after = ''; ; ) {
          const page = folder(memories, { prefix, depth, after }).slice(0, size);
          if (page.length === 0) break;
          paged.push(...page);
          after = page.at(-1)?.path ?? '';
        }
        expect(paged).toEqual(whole);
      },
    ),
  );
});

test('every memory below a prefix is shown itself or through the marker of its folder', () => {
  fc.assert(
    fc.property(paths, fc.constantFrom('/', '/a/'), (all, prefix) => {
      const entries = folder(
        all.map((one) => ({ path: one })),
        { prefix, depth: 1, after: '' },
      );
      for (const one of all.filter((each) => each.startsWith(prefix))) {
        const shown = entries.filter(({ path: at, memory }) => (memory === null ? one.startsWith(at) : at === one));
        expect(shown).toHaveLength(1);
      }
    }),
  );
});

test('overlap knows no direction and stops at whole segments', () => {
  fc.assert(fc.property(path, path, (a, b) => overlap(a, b) === overlap(b, a)));
  expect(overlap('/notes', '/notes/a')).toBe(true);
  expect(overlap('/notes', '/notes-archive')).toBe(false);
});

test('what the generator makes are paths of memories', () => {
  fc.assert(fc.property(path, (one) => memoryPath.safeParse(one).success));
});
