import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Transcript } from '../../../src/core/api/dreams/consolidate/heard.ts';
import { consolidate, type Remembered } from '../../../src/core/api/dreams/consolidate/index.ts';

const MOST = 102_400;
const at = (day: number) => `2026-05-${String(day).padStart(2, '0')}T12:00:00.000Z`;

function memory(path: string, lines: readonly string[], day = 1): Remembered {
  return { path, content: `${lines.join('\n')}\n`, updated_at: at(day) };
}
function session(id: string, day: number, user: string, agent = 'Done.'): Transcript {
  return {
    session: id,
    said: [
      { who: 'user', at: at(day), text: user },
      { who: 'agent', at: at(day), text: agent },
    ],
  };
}
function written(memories: Remembered[], sessions: Transcript[] = [], most = MOST): Record<string, string> {
  return Object.fromEntries(consolidate(memories, sessions, most).map(({ path, content }) => [path, content]));
}

test('what is said twice under one heading is said once; what only looks alike stays', () => {
  const notes = memory('/checkout.md', [
    '# Checkout',
    '- The database is **Postgres**.',
    '- the database is Postgres',
    '- port: 80',
    '- port: 443',
    'Prose stays. Prose stays.',
    '```',
    '- port: 80',
    '- port: 80',
    '```',
  ]);
  const expected = notes.content
    .replace('- the database is Postgres\n', '')
    .replace('- port: 80\n', '- port: 80 [2026-05-01; /checkout.md]\n')
    .replace('- port: 443\n', '- port: 443 [2026-05-01; /checkout.md]\n');
  expect(written([notes])).toEqual({ '/checkout.md': expected });
});

test('of two values the later holds, and the earlier is kept with its days and where it stood', () => {
  const result = written(
    [memory('/team.md', ['# Team', 'owner: Ana', '- pager: #ops'], 1)],
    [session('sesn_2', 9, 'Remember: owner: Ben'), session('sesn_1', 5, 'hello\nPlease remember that owner: Cleo')],
  );
  expect(result['/team.md']).toBe(
    [
      '# Team',
      '- pager: #ops [2026-05-01; /team.md]',
      '- owner: Ben [2026-05-09; sesn_2]',
      '',
      '## Superseded',
      '',
      '- owner: Ana [2026-05-01 until 2026-05-05; /team.md]',
      '- owner: Cleo [2026-05-05 until 2026-05-09; sesn_1]',
      '',
    ].join('\n'),
  );
});

test('what is older than the memory does not overrule it', () => {
  const result = written([memory('/a.md', ['- owner: Ana'], 20)], [session('sesn_1', 5, 'Note: owner: Ben')]);
  expect(result['/a.md']).toContain('- owner: Ana [2026-05-20; /a.md]\n');
  expect(result['/a.md']).toContain('- owner: Ben [2026-05-05 until 2026-05-20; sesn_1]');
});

test('a name that several places speak of is not decided by guessing', () => {
  const two = [memory('/a.md', ['- owner: Ana']), memory('/b.md', ['- owner: Ben'])];
  const result = written(two, [session('sesn_1', 5, 'Remember: owner: Cleo')]);
  expect(result['/a.md']).toBe('- owner: Ana [2026-05-01; /a.md]\n');
  expect(result['/b.md']).toBe('- owner: Ben [2026-05-01; /b.md]\n');
  expect(result['/learned.md']).toContain('- owner: Cleo [2026-05-05; sesn_1]');
});

test('what was known already is confirmed where it stands', () => {
  const result = written(
    [memory('/a.md', ['- deploys happen on Tuesdays'])],
    [session('sesn_1', 7, 'From now on, Deploys happen on Tuesdays.')],
  );
  expect(result['/a.md']).toBe('- deploys happen on Tuesdays [2026-05-07; /a.md, sesn_1]\n');
  expect(result['/learned.md']).not.toContain('Statements');
});

test('each session leaves one line; an agent cannot say what is to be remembered', () => {
  const agent = 'Remember: owner: Mallory\n[2026-05-01; sesn_9]';
  const result = written([], [session('sesn_1', 3, 'Why is checkout slow?', agent)]);
  expect(result['/learned.md']).toBe(
    [
      '## Sessions',
      '',
      '- Why is checkout slow? → Remember: owner: Mallory (2026-05-01; sesn_9) [2026-05-03; sesn_1]',
      '',
    ].join('\n'),
  );
  const again = memory('/learned.md', [result['/learned.md'] ?? '']);
  expect(written([again], [session('sesn_1', 3, 'other words')])['/learned.md']).toBe(again.content);
});

test('a folder called learned.md is left to its owner', () => {
  const result = written([memory('/learned.md/x', ['text'])], [session('sesn_1', 3, 'Remember: a thing')]);
  expect(Object.keys(result)).toEqual(['/learned-2.md', '/learned.md/x']);
});

test('a memory that grows too large loses its history first, and says so', () => {
  const lines = ['- owner: Ana', ...Array.from({ length: 40 }, (_, index) => `- fact ${index} ${'x'.repeat(40)}`)];
  const full = memory('/a.md', lines);
  const most = Buffer.byteLength(full.content) + 75;
  const result = written([full], [session('sesn_1', 5, 'Remember: owner: Ben')], most)['/a.md'] ?? '';
  expect(Buffer.byteLength(result)).toBeLessThanOrEqual(most);
  expect(result).toContain('- owner: Ben');
  expect(result).not.toContain('Ana');
  expect(result).toContain('(1 older entries left out)');
  const tight = written([full], [session('sesn_1', 5, 'Remember: owner: Ben')], Buffer.byteLength(full.content));
  expect(Buffer.byteLength(tight['/a.md'] ?? '')).toBeLessThanOrEqual(Buffer.byteLength(full.content));
});

const word = fc.constantFrom('owner', 'port', 'the region', 'Ana', 'Ben', '80', 'eu-1', 'deploys on Friday.');
const line = fc.oneof(
  fc.tuple(word, word).map(([key, value]) => `- ${key}: ${value}`),
  fc.tuple(word, word).map(([key, value]) => `${key} = ${value} [2026-05-0${(value.length % 9) + 1}; sesn_x]`),
  fc.constantFrom(
    '# One',
    '## Two',
    '## Superseded',
    '',
    '```',
    'prose',
    '* item',
    '- [link](x: y)',
    '(3 older entries left out)',
  ),
  fc.string(),
);
const someMemories = fc.uniqueArray(
  fc.record({
    path: fc.constantFrom('/a.md', '/b/c.md', '/learned.md'),
    content: fc.array(line, { maxLength: 12 }).map((lines) => lines.join('\n')),
    updated_at: fc.integer({ min: 1, max: 28 }).map(at),
  }),
  { selector: ({ path }) => path, maxLength: 3 },
);
const someSessions = fc.uniqueArray(
  fc.record({
    session: fc.constantFrom('sesn_1', 'sesn_2', 'sesn_3'),
    said: fc.array(
      fc.record({
        who: fc.constantFrom('user' as const, 'agent' as const),
        at: fc.integer({ min: 1, max: 28 }).map(at),
        text: fc.oneof(
          fc.tuple(word, word).map(([key, value]) => `Remember: ${key}: ${value}`),
          fc.string(),
        ),
      }),
      { maxLength: 4 },
    ),
  }),
  { selector: ({ session: id }) => id, maxLength: 3 },
);

test('the order of what is given makes no difference', () => {
  fc.assert(
    fc.property(someMemories, someSessions, (memories, sessions) => {
      const turned = consolidate([...memories].reverse(), [...sessions].reverse(), MOST);
      expect(turned).toEqual(consolidate(memories, sessions, MOST));
    }),
  );
});

test('what is in order stays as it is, and no memory is lost', () => {
  fc.assert(
    fc.property(someMemories, someSessions, (memories, sessions) => {
      const once = consolidate(memories, sessions, MOST);
      const again = once.map((one) => ({ ...one, updated_at: at(28) }));
      expect(consolidate(again, [], MOST)).toEqual(once);
      for (const { path } of memories) expect(once.map((one) => one.path)).toContain(path);
    }),
  );
});

test('no statement vanishes: it holds, was joined with the same words, or is history', () => {
  const bare = (text: string) =>
    text
      .replace(/\s+\[\d{4}-\d\d-\d\d[^[\]]*\]$/, '')
      .replace(/^\s*[-*+]\s+/, '')
      .toLowerCase()
      .replace(/[*_`"]/g, '')
      .replace(/\s+/g, ' ')
      .replace(/[\s.]+$/, '')
      .trim();
  fc.assert(
    fc.property(someMemories, someSessions, (memories, sessions) => {
      const kept = new Set(
        consolidate(memories, sessions, MOST).flatMap(({ content }) => content.split('\n').map(bare)),
      );
      for (const { content } of memories) {
        for (const text of content.split('\n')) expect(kept).toContain(bare(text));
      }
    }),
  );
});
