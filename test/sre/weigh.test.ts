import { expect, test } from 'vitest';
import { unconfiguredForge, unconfiguredSources } from '../../src/adapters/unconfigured/index.ts';
import { answer } from '../../src/sre/answer.ts';
import type { Finding } from '../../src/sre/finding.ts';
import { type Hypothesis, MOST_HYPOTHESES } from '../../src/sre/hypothesis.ts';
import type { Review } from '../../src/sre/review.ts';
import { say } from '../../src/sre/say.ts';
import type { Caller } from '../../src/sre/session/caller.ts';
import { afterReading } from '../../src/sre/weighing/after-reading.ts';
import { raise } from '../../src/sre/weighing/raise.ts';
import { tool as noteHypotheses } from '../../tools/note-hypotheses.ts';
import { tool as reportFinding } from '../../tools/report-finding.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { aFinding, anEvidence, anIncident } from '../kit/nouns.ts';

const NOW = Date.parse('2026-11-21T05:00:00.000Z');

async function stage() {
  const incidents = await freshIncidents();
  await incidents.save(anIncident({ sessionId: 's', state: { is: 'investigating' } }), 0);
  for (const [at, content] of ['{"data":{"pool":17}}', '{"data":{"cache_hits":98}}'].entries())
    await incidents.record(anEvidence({ toolUseId: `look_${at}`, content }));
  let uses = 0;
  const ask = async (name: string, input: object, { id = `sevt_${++uses}`, by = INVESTIGATOR } = {}) => {
    const incident = await incidents.get('inc_1');
    if (incident === null) throw new Error('it is gone');
    return await answer(
      {
        incidents,
        sources: { now: () => new Date(NOW), ...unconfiguredSources(), forge: unconfiguredForge() },
        tools: new Map([noteHypotheses, reportFinding].map((tool) => [tool.name, tool])),
        ...{ clock: () => NOW, runbooks: new Map(), approvalMinutes: 30, signal: new AbortController().signal },
        grade: async () => ({ by: 'test', grading: { is: 'graded', lines: [] } }),
      },
      incident,
      { id, name, input: { ...input }, thread: null },
      by,
    );
  };
  const note = (...hypotheses: object[]) => ask('note_hypotheses', { hypotheses });
  const kept = async () => (await incidents.get('inc_1'))?.hypotheses ?? [];
  const told = async () => (await incidents.timeline('inc_1', 0)).map(({ text }) => text);
  return { incidents, ask, note, kept, told };
}
const INVESTIGATOR: Caller = { is: 'investigator' };

async function disagreed(incidents: Awaited<ReturnType<typeof stage>>['incidents'], key = 'k') {
  const text = "I don't think it is the pool, look at the cache";
  const said = await say({ incidents, now: () => NOW }, 'inc_1', { key, by: 'ann', text });
  if (!said.ok) throw new Error(said.why);
  return await raise(incidents, 'inc_1', said.entry);
}
const found = (over: Partial<Finding> = {}) =>
  aFinding({ claims: [{ text: 'The pool stands at 17.', evidence: ['E1'] }], ...over });

test('a hypothesis is opened by its words, and settled under them by evidence', async () => {
  const { note, kept } = await stage();
  await note({ statement: 'the pool leaks', state: 'open' }, { statement: 'more traffic', state: 'open' });
  expect(
    await note({ statement: 'the pool leaks', state: 'supported', why: 'It holds 17.', evidence: ['E1'] }),
  ).toEqual({ isError: false, body: { noted: [{ id: 'H1', state: 'supported' }], open_of_people: [] } });
  const at = '2026-11-21T05:00:00.000Z';
  expect(await kept()).toMatchObject([
    { id: 'H1', by: { is: 'investigator' }, state: { is: 'supported', why: 'It holds 17.', evidence: ['E1'], at } },
    { id: 'H2', statement: 'more traffic', state: { is: 'open' } },
  ]);
});

test.each([
  [{ evidence: ['E9'] }, /E9 is no recorded evidence/],
  [{ evidence: [] }, /cite the evidence/],
  [{ why: null }, /say why/],
  [{ why: 'It holds 4711.' }, /4711/],
  [{ id: 'H7' }, /no hypothesis H7/],
  [{ statement: null }, /give the id/],
])('what is said with %j is refused with the reason, and changes nothing', async (over, why) => {
  const { note, kept } = await stage();
  const reply = await note({
    ...{ statement: 'the pool leaks', state: 'refuted', why: 'It holds 17.', evidence: ['E1'] },
    ...over,
  });
  expect(reply).toMatchObject({ isError: true, body: { refused: [{ why: expect.stringMatching(why) }] } });
  expect(await kept()).toEqual([]);
});

test('one that is refused leaves those beside it standing', async () => {
  const { note, kept } = await stage();
  const bad = { statement: 'b', state: 'refuted', why: 'no', evidence: ['E9'] };
  expect(await note({ statement: 'a', state: 'open' }, bad)).toMatchObject({
    isError: true,
    body: { noted: [{ id: 'H1', state: 'open' }], refused: [{ hypothesis: 'b' }] },
  });
  expect(await kept()).toHaveLength(1);
});

test('the investigator raises only its own, and so many: people always have room', async () => {
  const { incidents, note, kept } = await stage();
  const by = { is: 'person', name: 'ann', remark: 1 };
  for (let at = 0; at <= MOST_HYPOTHESES.investigator; at++)
    await note({ statement: `cause ${at}`, state: 'open', by });
  const all = await kept();
  expect(all).toHaveLength(MOST_HYPOTHESES.investigator);
  expect(all.every((one) => one.by.is === 'investigator')).toBe(true);
  expect(await disagreed(incidents)).toBe(`H${MOST_HYPOTHESES.investigator + 1}`);
});

test("a person's words said by the investigator are its own hypothesis, and settle nothing of the person's", async () => {
  const { incidents, note, kept } = await stage();
  await disagreed(incidents);
  const [hers] = await kept();
  await note({ statement: hers?.statement, state: 'refuted', why: 'It holds 17.', evidence: ['E1'] });
  expect(await kept()).toMatchObject([hers, { id: 'H2', by: { is: 'investigator' } }]);
});

test('what is noted is no evidence, and a specialist notes nothing', async () => {
  const { incidents, ask, note } = await stage();
  await note({ statement: 'the pool holds 4711', state: 'open' });
  expect(await incidents.evidence('inc_1')).toHaveLength(2);
  const by: Caller = { is: 'specialist', of: 'logs', name: 'logs' };
  const input = { hypotheses: [{ statement: 'x', state: 'open' }] };
  expect(await ask('note_hypotheses', input, { id: 'sevt_x', by })).toMatchObject({ isError: true });
});

test('a finding that leaves open what a person raised goes back twice, then is shown beside it', async () => {
  const { incidents, ask, kept } = await stage();
  expect(await disagreed(incidents)).toBe('H1');
  const refusal = { isError: true, body: { unsettled: [{ id: 'H1', why: expect.stringContaining('ann raised H1') }] } };
  expect(await ask('report_finding', found(), { id: 'r1' })).toMatchObject(refusal);
  // The same report after a crash is no second one.
  expect(await ask('report_finding', found(), { id: 'r1' })).toMatchObject(refusal);
  expect(await ask('report_finding', found(), { id: 'r2' })).toMatchObject(refusal);
  expect((await incidents.get('inc_1'))?.finding).toBeNull();
  expect(await ask('report_finding', found(), { id: 'r3' })).toMatchObject({ isError: false });
  expect(await kept()).toMatchObject([{ state: { is: 'open' } }]);
});

test('settled, it is told where it was raised, and the finding is taken', async () => {
  const { incidents, ask, note, kept, told } = await stage();
  await disagreed(incidents);
  const settled = { id: 'H1', state: 'refuted', why: 'The hits are at 98.', evidence: ['E2'] };
  await note({ ...settled, statement: 'something that ann never said' });
  expect(await kept()).toMatchObject([
    { statement: expect.stringContaining('look at the cache'), state: { is: 'refuted' } },
  ]);
  expect(await told()).toContainEqual(
    expect.stringMatching(/^H1 of ann, ".*cache": refuted\. The hits are at 98\. \[E2\]$/),
  );
  expect(await ask('report_finding', found())).toMatchObject({ isError: false });
});

test('a finding that concludes nothing, or of an incident where nobody disagreed, is held up by nothing', async () => {
  const { incidents, ask, note } = await stage();
  await note({ statement: 'mine', state: 'open' });
  expect(await ask('report_finding', found())).toMatchObject({ isError: false });
  await disagreed(incidents);
  expect(await ask('report_finding', found({ outcome: 'inconclusive' }))).toMatchObject({ isError: false });
});

test('what a second reader does not find supported decides no hypothesis', () => {
  const ruledOut = { hypothesis: 'the cache', why: 'Hits are at 98.', evidence: ['E2'] };
  const settled = (
    id: 'H1' | 'H2' | 'H3',
    statement: string,
    is: 'refuted' | 'supported',
    why: string,
  ): Hypothesis => ({
    ...{ id, statement, by: { is: 'investigator' }, at: '' },
    state: { is, why, evidence: ['E2'], at: '' },
  });
  const known = [
    settled('H1', 'the cache', 'refuted', 'Hits are at 98.'),
    settled('H2', 'ann says the cache', 'refuted', 'Hits are at 98.'),
    settled('H3', 'the pool', 'supported', 'It holds 17.'),
  ];
  const line = { where: 'ruled_out[0]', text: '', verdict: 'not_supported', why: 'no' } as const;
  const read = (fate: Review['fate']) =>
    afterReading(known, found({ ruled_out: [ruledOut] }), { fate, grading: { is: 'graded', lines: [line] } });
  expect(read('kept').map(({ state }) => state.is)).toEqual(['inconclusive', 'inconclusive', 'supported']);
  expect(read('withheld').map(({ state }) => state.is)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
  expect(read('sent_back')).toBe(known);
});
