import { describe, expect, test } from 'vitest';
import { LONGEST_STATEMENT, MOST_HYPOTHESES } from '../../../src/sre/hypothesis.ts';
import { say } from '../../../src/sre/say.ts';
import { hypothesisIn, raise } from '../../../src/sre/weighing/raise.ts';
import { freshIncidents } from '../../kit/fresh-incidents.ts';
import { anIncident } from '../../kit/nouns.ts';

test.each([
  "I don't think it is the deploy, look at the cache",
  'I don’t believe that',
  'could it be the campaign?',
  'Was it the probe after all?',
  'no, the pool was full before',
  'What about the certificate?',
  "it's the new flag",
  'maybe payments',
  'Ich sehe es anders. Probably the database',
])('"%s" is a hypothesis of whoever says it', (words) => {
  expect(hypothesisIn(words)).toBe(words);
});

test.each([
  'How many users are affected?',
  'thanks, well done',
  'What is that spike at 13:07?',
  'who deployed it',
  'Is it over?',
  '',
])('"%s" is none', (words) => {
  expect(hypothesisIn(words)).toBeNull();
});

test('what begins with "hypothesis:" is one in any language', () => {
  expect(hypothesisIn('Hypothesis: der Zwischenspeicher')).toBe('der Zwischenspeicher');
  expect(hypothesisIn('hypothesis: ')).toBeNull();
});

describe('a remark that raises one', () => {
  const now = () => Date.parse('2026-05-01T10:00:00Z');
  async function said(by: string, text: string) {
    const incidents = await freshIncidents();
    await incidents.save(anIncident(), 0);
    const heard = await say({ incidents, now }, 'inc_1', { key: 'k', by, text });
    if (!heard.ok) throw new Error(heard.why);
    return { incidents, entry: heard.entry };
  }

  test('opens it once, under the name and in the words of the person', async () => {
    const { incidents, entry } = await said('ann: the boss', 'look at the cache: it is cold');
    for (const _ of ['once', 'twice']) expect(await raise(incidents, 'inc_1', entry)).toBe('H1');
    expect((await incidents.get('inc_1'))?.hypotheses).toEqual([
      {
        ...{ id: 'H1', statement: 'look at the cache: it is cold', at: entry.at, state: { is: 'open' } },
        by: { is: 'person', name: 'ann the boss', remark: entry.seq },
      },
    ]);
  });

  test('opens another than one that is raised at the same moment', async () => {
    const { incidents, entry } = await said('ann', 'maybe the cache');
    const seqs = [1, 2, 3, 4, 5];
    const ids = await Promise.all(seqs.map((seq) => raise(incidents, 'inc_1', { ...entry, seq })));
    expect(ids.toSorted()).toEqual(['H1', 'H2', 'H3', 'H4', 'H5']);
  });

  test('is bounded in length, and in number', async () => {
    const { incidents, entry } = await said('ann', `maybe ${'x'.repeat(1400)}`);
    for (let seq = 1; seq <= MOST_HYPOTHESES.person + 1; seq++)
      expect(await raise(incidents, 'inc_1', { ...entry, seq }), `remark ${seq}`).toBe(
        seq > MOST_HYPOTHESES.person ? null : `H${seq}`,
      );
    const [first] = (await incidents.get('inc_1'))?.hypotheses ?? [];
    expect(first?.statement).toHaveLength(LONGEST_STATEMENT);
    expect(first?.statement.endsWith(' [cut]')).toBe(true);
  });
});
