import { expect, test } from 'vitest';
import { compact, narrator } from '../../src/cli/narrator.ts';
import { plain, type Terminal } from '../../src/cli/terminal.ts';

let seq = 0;
const entry = (kind: string, text: string) => {
  seq += 1;
  return { seq, at: new Date().toISOString(), kind, actor: 'agent', text, ref: null };
};

test('a round of questions is one line for each tool, with what they were about', () => {
  const asked = ['db_pool', 'cpu', 'errors', 'requests'].map((metric) =>
    entry('observe', `get_metrics(metric=${metric}, start=-6h) · run by Vigil`),
  );
  const texts = compact([...asked, entry('observe', 'get_diff(id=c1) · run by Vigil')]).map(({ text }) => text);
  expect(texts).toEqual(['get_metrics × 4: db_pool, cpu, errors, and 1 more', 'get_diff(id=c1) · run by Vigil']);
});

test('the story stays in order: a round is told before what follows it, and at a pause', () => {
  const lines: string[] = [];
  const out: Terminal = {
    line: (text = '') => lines.push(text),
    progress: () => undefined,
    paint: plain,
    columns: 100,
    interactive: false,
  };
  const story = narrator(out);
  const last = entry('observe', 'list_metrics · run by Vigil');
  for (const one of [
    entry('detect', 'alert'),
    entry('observe', 'get_diff(id=c1) · run by Vigil'),
    entry('finding', 'Revert c1. Since 10:47 p99 is 3.14 s.'),
    last,
  ]) {
    story.tell({ is: 'timeline', entry: one });
  }
  story.pause();
  expect(lines.map((line) => line.slice(12))).toEqual([
    'alert',
    'get_diff(id=c1) · run by Vigil',
    'Revert c1.',
    'list_metrics · run by Vigil',
  ]);
  expect(story.last()).toBe(last.seq);
});
