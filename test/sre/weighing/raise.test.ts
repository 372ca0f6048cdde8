import { describe, expect, test } from 'vitest';
import { LONGEST_STATEMENT, MOST_HYPOTHESES } from '../../../src/sre/hypothesis.ts';
import type { Incident } from '../../../src/sre/incident.ts';
import { say } from '../../../src/sre/say.ts';
import { namesAnother } from '../../../src/sre/weighing/names-another.ts';
import { hypothesisIn, raise } from '../../../src/sre/weighing/raise.ts';
import { freshIncidents } from '../../kit/fresh-incidents.ts';
import { aFinding, anIncident } from '../../kit/nouns.ts';

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

describe('a remark in whatever language', () => {
  const evidence = ['E1'];
  const finding = aFinding({
    summary: 'Revert deploy-51aa: checkout keeps connections since then.',
    cause: { service: 'checkout', change_id: 'deploy-51aa', kind: 'deploy', mechanism: 'db_pool_in_use climbs' },
    claims: [{ text: 'checkout: db_pool_pending rose to 14.', evidence }],
    ruled_out: [
      {
        hypothesis: 'infra-9c2 ("One node replaced", infra)',
        change_id: 'infra-9c2',
        why: 'Took effect later.',
        evidence,
      },
      { hypothesis: 'coredns slow or failing', change_id: null, why: 'It stayed flat.', evidence },
      { hypothesis: 'payments slow or failing', change_id: null, why: 'It stayed flat.', evidence },
      { hypothesis: 'orders-pg slow or failing', change_id: null, why: 'It stayed flat.', evidence },
    ],
    suspects: [{ id: 'flag-77', score: 0.2 }],
  });
  const incident = anIncident({ finding });

  test.each([
    'Das sehe ich anders, infra-9c2 kam doch vorher',
    'Habt ihr coredns angeschaut?',
    'para mí la culpa es de payments',
    'No estoy de acuerdo: mirad orders-pg',
    '原因はcorednsだと思います',
    'flag-77の方が怪しいです',
    'y `http_retries_total`, nadie lo ha visto',
    'infra-9c2, nicht deploy-51aa',
  ])('"%s" names what the finding does not blame', (words) => {
    expect(namesAnother(words, incident)).toBe(true);
  });

  test.each([
    'Danke, gut gemacht!',
    'deploy-51aa wird gerade zurückgenommen',
    '¿Cuántos clientes de checkout están afectados?',
    'db_pool_pendingはいつ下がりますか',
    'who deployed it, and is it slow or failing still?',
    'ありがとうございます',
  ])('"%s" does not', (words) => {
    expect(namesAnother(words, incident)).toBe(false);
  });
});

describe('a remark that raises one', () => {
  const now = () => Date.parse('2026-05-01T10:00:00Z');
  async function said(by: string, text: string, over: Partial<Incident> = {}) {
    const incidents = await freshIncidents();
    await incidents.save(anIncident(over), 0);
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

  test('opens it for a name that the investigator only holds possible, and not for thanks', async () => {
    const by = { is: 'investigator' as const };
    const open = {
      id: 'H1',
      statement: 'cfg-12 ("less memory", config of search)',
      at: '2026-05-01T09:59:00Z',
    } as const;
    const hypotheses = [{ ...open, by, state: { is: 'open' as const } }];
    const { incidents, entry } = await said('eva', 'cfg-12 war es nicht', { hypotheses });
    expect(await raise(incidents, 'inc_1', entry)).toBe('H2');
    expect(await raise(incidents, 'inc_1', { ...entry, seq: 9, text: 'eva: vielen Dank' })).toBeNull();
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
