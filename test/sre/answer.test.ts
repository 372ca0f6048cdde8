import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { unconfiguredForge, unconfiguredSources } from '../../src/adapters/unconfigured/index.ts';
import { digest } from '../../src/lib/digest.ts';
import { answer } from '../../src/sre/answer.ts';
import type { Answering } from '../../src/sre/answering.ts';
import type { Grade } from '../../src/sre/grade-finding.ts';
import type { Verdict } from '../../src/sre/review.ts';
import { rubricOf } from '../../src/sre/reviewing/rubric.ts';
import type { Caller } from '../../src/sre/session/caller.ts';
import { defineTool, type SourceKind, type Tool, type ToolResult } from '../../src/sre/tool.ts';
import { tool as reportFinding } from '../../tools/report-finding.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { aFinding, anAction, anEvidence, anIncident } from '../kit/nouns.ts';

const NOW = Date.parse('2026-11-21T05:00:00.000Z');
const anInput = z.object({ q: z.string() });

function reading(run: () => Promise<ToolResult>): Tool<unknown> {
  return defineTool<unknown>({ name: 'look', description: 'looks', input: anInput, effect: 'read', run });
}
const seen = (data: unknown): ToolResult => ({ ok: true, data, source: 'test', range: null });
const plan = anAction().plan;
const proposing = defineTool<unknown>({
  name: 'open_pull_request',
  description: 'proposes',
  input: z.object({}),
  effect: 'write',
  approval: { title: () => 'x' },
  run: async () => ({ ok: true, plan, risk: 'r', rollback: 'b', evidence: ['E1'], runbook: null }),
});

/** A second reader of one opinion. */
function reader(verdict: Verdict, only?: string): Grade {
  return async ({ finding }) => ({
    by: 'test',
    grading: {
      is: 'graded',
      lines: rubricOf(finding).map(({ where, text }) => ({
        where,
        text,
        verdict: only === undefined || only === where ? verdict : 'supported',
        why: 'it says otherwise',
      })),
    },
  });
}

async function stage(...tools: Tool<unknown>[]) {
  const incidents = await freshIncidents();
  const incident = anIncident({ sessionId: 's', state: { is: 'investigating' } });
  await incidents.save(incident, 0);
  const stop = new AbortController();
  const second = { reader: reader('supported') };
  const answering: Answering = {
    incidents,
    sources: { now: () => new Date(NOW), ...unconfiguredSources(), forge: unconfiguredForge() },
    tools: new Map([...tools, reportFinding, proposing].map((tool) => [tool.name, tool])),
    clock: () => NOW,
    runbooks: new Map([['dns', { lastReviewed: '2026-11-01', sources: 'RFC 1035' }]]),
    approvalMinutes: 30,
    grade: (asked) => second.reader(asked),
    signal: stop.signal,
  };
  const ask = (name: string, input: Record<string, unknown>, id = 'sevt_1', caller: Caller = { is: 'investigator' }) =>
    answer(answering, incident, { id, name, input, thread: null }, caller);
  return { incidents, incident, ask, stop, second };
}

describe('a read tool', () => {
  test('becomes evidence that holds exactly what the model reads', async () => {
    const { ask, incidents } = await stage(reading(async () => seen({ n: 1 })));
    const reply = await ask('look', { q: 'x' });
    expect(reply).toEqual({
      isError: false,
      body: { evidence: 'E1', source: 'test', range: null, truncated: false, warnings: [], data: { n: 1 } },
    });
    const [kept] = await incidents.evidence('inc_1');
    expect(kept).toMatchObject({ id: 'E1', tool: 'look', query: { q: 'x' }, fetchedAt: '2026-11-21T05:00:00.000Z' });
    const { evidence: _id, ...rest } = z.record(z.string(), z.unknown()).parse(reply?.body);
    expect(JSON.parse(kept?.content ?? '')).toEqual(rest);
  });

  test('asked twice for one call, as after a crash, is run once', async () => {
    let runs = 0;
    const { ask } = await stage(reading(async () => seen(++runs)));
    const first = await ask('look', { q: 'x' });
    expect(await ask('look', { q: 'x' })).toEqual(first);
    expect(runs).toBe(1);
  });

  test('above 60 kB is cut, and says so', async () => {
    const { ask, incidents } = await stage(reading(async () => seen('x'.repeat(100_000))));
    const reply = await ask('look', { q: 'x' });
    expect(JSON.stringify(reply?.body).length).toBeLessThan(60_000);
    expect(reply?.body).toMatchObject({ truncated: true, warnings: [expect.stringContaining('cut')] });
    expect((await incidents.evidence('inc_1'))[0]?.truncated).toBe(true);
  });

  test.each<[string, () => Promise<ToolResult>, RegExp]>([
    ['that cannot be reached', async () => ({ ok: false, error: 'down', source: 's', kind: 'unavailable' }), /down/],
    ['that throws', () => Promise.reject(new Error('broke')), /the tool failed: broke/],
  ])('a source %s is an error, and evidence that it could not be read', async (_name, run, why) => {
    const { ask, incidents } = await stage(reading(run));
    const reply = await ask('look', { q: 'x' });
    expect(reply).toMatchObject({
      isError: true,
      body: { evidence: 'E1', kind: 'unavailable', error: expect.stringMatching(why) },
    });
    expect(await ask('look', { q: 'x' })).toEqual(reply);
    expect((await incidents.evidence('inc_1'))[0]?.content).toMatch(why);
  });

  test('a refused question is an error and no evidence', async () => {
    const { ask, incidents } = await stage(
      reading(async () => ({ ok: false, error: 'no such metric', source: 's', kind: 'bad_input' })),
    );
    expect(await ask('look', { q: 'x' })).toMatchObject({ isError: true, body: { kind: 'bad_input' } });
    expect(await incidents.evidence('inc_1')).toEqual([]);
  });

  test('cut short by our own stop leaves no evidence, so that the next process asks again', async () => {
    const { ask, incidents, stop } = await stage(reading(() => new Promise(() => {})));
    const reply = ask('look', { q: 'x' });
    stop.abort();
    await reply;
    expect(await incidents.evidence('inc_1')).toEqual([]);
  });
});

describe('a runbook in a finding', () => {
  const evidence = { q: 'x' };
  const withRunbook = (name: string, seen: string) =>
    aFinding({
      runbooks: [{ name, age: 'brand new', sources: 'me', contradicted: [{ says: 's', seen, evidence: ['E1'] }] }],
    });

  test('is dated and attributed by what is known of it, whatever was said', async () => {
    const { ask, incidents } = await stage(reading(async () => seen({ n: 17 })));
    await ask('look', evidence);
    await ask('report_finding', withRunbook('dns', 'The value is 17.'), 'sevt_2');
    expect((await incidents.get('inc_1'))?.finding?.runbooks).toMatchObject([
      { name: 'dns', age: 'reviewed 2026-11-01, 20 days ago', sources: 'RFC 1035' },
    ]);
  });

  test('that nobody has, or a contradiction that its evidence does not show, is sent back', async () => {
    const { ask, incidents } = await stage(reading(async () => seen({ n: 17 })));
    await ask('look', evidence);
    const unknown = await ask('report_finding', withRunbook('voodoo', 'The value is 17.'), 'sevt_2');
    expect(unknown).toMatchObject({ isError: true, body: { error: expect.stringContaining('no runbook voodoo') } });
    const false_ = await ask('report_finding', withRunbook('dns', 'The value is 99.'), 'sevt_3');
    expect(false_).toMatchObject({ isError: true, body: { unsupported: [{ where: 'runbooks[0].contradicted[0]' }] } });
    expect((await incidents.get('inc_1'))?.finding).toBeNull();
  });
});

describe('a call that cannot be made', () => {
  test('of an unknown tool names the ones there are', async () => {
    const { ask } = await stage();
    expect(await ask('guess', {})).toMatchObject({
      isError: true,
      body: { error: expect.stringMatching(/no tool guess.*report_finding/) },
    });
  });

  test('with bad input says which field', async () => {
    const { ask } = await stage(reading(async () => seen(1)));
    expect(await ask('look', { q: 7 })).toMatchObject({
      isError: true,
      body: { error: expect.stringMatching(/at q/) },
    });
  });
});

describe('a finding', () => {
  test('whose claims stand is stored', async () => {
    const { ask, incidents } = await stage();
    await incidents.record(anEvidence({ content: '{"data":5}' }));
    const finding = aFinding({ claims: [{ text: 'there were 5', evidence: ['E1'] }] });
    expect(await ask('report_finding', finding)).toMatchObject({ isError: false, body: { accepted: true } });
    expect((await incidents.get('inc_1'))?.finding).toEqual(finding);
  });

  test('with an unsupported number goes back with the reason, and is not stored', async () => {
    const { ask, incidents } = await stage();
    await incidents.record(anEvidence({ content: '{"data":5}' }));
    const reply = await ask('report_finding', aFinding({ claims: [{ text: 'there were 9', evidence: ['E1'] }] }));
    expect(reply).toMatchObject({ isError: true, body: { unsupported: [{ where: 'claims[0]' }] } });
    expect((await incidents.get('inc_1'))?.finding).toBeNull();
    expect((await incidents.timeline('inc_1', 0)).at(-1)?.text).toMatch(/sent back.*9/);
  });
});

describe('a call from another thread', () => {
  const specialist: Caller = { is: 'specialist', of: 'metrics', name: 'metrics specialist' };
  const stranger: Caller = { is: 'stranger', name: 'somebody' };
  const of = (kinds: SourceKind[]) =>
    defineTool<unknown>({
      ...{ name: 'look', description: 'looks', input: anInput, effect: 'read' as const, of: kinds },
      run: async () => seen(1),
    });
  const asked = async (tool: Tool<unknown>, name: string, caller: Caller) =>
    (await (await stage(tool)).ask(name, { q: 'x' }, 'sevt_1', caller))?.isError;

  test('reads what its specialist is for, and nothing else, whatever it asks for', async () => {
    expect(await asked(of(['metrics']), 'look', specialist)).toBe(false);
    expect(await asked(of(['logs']), 'look', specialist)).toBe(true);
    expect(
      await asked(
        reading(async () => seen(1)),
        'look',
        specialist,
      ),
    ).toBe(true);
    expect(await asked(of(['metrics']), 'open_pull_request', specialist)).toBe(true);
    expect(await asked(of(['metrics']), 'report_finding', specialist)).toBe(true);
  });

  test('of an agent nobody published may nothing', async () => {
    expect(await asked(of(['metrics']), 'look', stranger)).toBe(true);
  });
});

describe('a finding read a second time', () => {
  const cause = { service: 'checkout', change_id: null, kind: 'unknown', mechanism: 'It waits.' };
  const claims = [
    { text: 'It waits.', evidence: ['E1'] },
    { text: 'It is slow.', evidence: ['E1'] },
  ];
  const told = aFinding({ cause, claims });

  test('goes back with the reason while there is patience, then is kept without what nobody could show', async () => {
    const { ask, incidents, second } = await stage();
    await incidents.record(anEvidence());
    second.reader = reader('not_supported', 'claims[1]');
    for (const use of ['sevt_1', 'sevt_2']) {
      expect(await ask('report_finding', told, use)).toMatchObject({
        isError: true,
        body: { unsupported: [{ where: 'claims[1]', reasons: [expect.stringContaining('it says otherwise')] }] },
      });
      expect((await incidents.get('inc_1'))?.finding).toBeNull();
    }
    expect(await ask('report_finding', told, 'sevt_3')).toMatchObject({ isError: false, body: { claims: 1 } });
    const kept = await incidents.get('inc_1');
    expect(kept?.finding).toMatchObject({ claims: [claims[0]], confidence: 'low' });
    expect(kept?.review).toMatchObject({ use: 'sevt_3', round: 3, readings: 3, fate: 'kept' });
  });

  test('whose cause is never found supported is shown without it, and nothing is proposed for it', async () => {
    const { ask, incidents, second } = await stage();
    await incidents.record(anEvidence());
    second.reader = reader('not_supported', 'cause');
    for (const use of ['sevt_1', 'sevt_2', 'sevt_3']) await ask('report_finding', told, use);
    const withheld = await incidents.get('inc_1');
    expect(withheld?.finding).toMatchObject({ outcome: 'inconclusive', cause: null, claims, proposed_actions: [] });
    expect(withheld?.finding?.summary).not.toContain(told.summary);
    expect(await ask('open_pull_request', {}, 'sevt_4')).toMatchObject({
      isError: true,
      body: { error: expect.stringContaining('did not find the cause') },
    });
    expect(await incidents.actions('inc_1')).toEqual([]);
  });

  test('that could not be graded is no pass: it says so, and is not of high confidence', async () => {
    const { ask, incidents, second } = await stage();
    await incidents.record(anEvidence());
    second.reader = async () => ({ by: 'test', grading: { is: 'not_graded', why: 'no verdict' } });
    expect(await ask('report_finding', told)).toMatchObject({
      body: { accepted: true, changed: [expect.stringContaining('not graded: no verdict')] },
    });
    const kept = await incidents.get('inc_1');
    expect(kept?.finding?.confidence).toBe('medium');
    expect(kept?.review?.grading).toEqual({ is: 'not_graded', why: 'no verdict' });
  });

  test('is read once for one report, as after a crash', async () => {
    const { ask, incidents, second } = await stage();
    await incidents.record(anEvidence());
    const first = await ask('report_finding', told);
    second.reader = () => Promise.reject(new Error('asked twice'));
    expect(await ask('report_finding', told)).toEqual(first);
  });

  test('that leaves it open is not read: it accuses nobody', async () => {
    const { ask, incidents, second } = await stage();
    await incidents.record(anEvidence());
    second.reader = () => Promise.reject(new Error('was asked'));
    await ask('report_finding', aFinding({ outcome: 'inconclusive', claims }));
    expect((await incidents.get('inc_1'))?.review?.grading).toEqual({ is: 'not_needed' });
  });

  test('is read six times at most, however often it is reported', async () => {
    const { ask, incidents, second } = await stage();
    await incidents.record(anEvidence());
    let asked = 0;
    second.reader = (question) => {
      asked++;
      return reader('supported')(question);
    };
    for (let n = 1; n <= 14; n++) await ask('report_finding', told, `sevt_${n}`);
    expect(asked).toBe(6);
    expect((await incidents.get('inc_1'))?.review?.grading.is).toBe('not_graded');
  });
});

describe('a write', () => {
  async function withFinding() {
    const staged = await stage();
    await staged.incidents.record(anEvidence());
    await staged.incidents.save({ ...staged.incident, finding: aFinding() }, 1);
    return staged;
  }

  test('becomes a proposal with the digest of its plan, and no result', async () => {
    const { ask, incidents } = await withFinding();
    expect(await ask('open_pull_request', {})).toBeNull();
    const [action] = await incidents.actions('inc_1');
    expect(action).toMatchObject({
      digest: digest(plan),
      state: { is: 'proposed' },
      expiresAt: '2026-11-21T05:30:00.000Z',
    });
    expect((await incidents.get('inc_1'))?.state).toEqual({ is: 'needs_approval', action: action?.id });
  });

  test('asked again for the same call, as after a crash, is the same proposal', async () => {
    const { ask, incidents } = await withFinding();
    await ask('open_pull_request', {});
    expect(await ask('open_pull_request', {})).toBeNull();
    expect(await incidents.actions('inc_1')).toHaveLength(1);
  });

  test('a second one while the first waits is refused', async () => {
    const { ask } = await withFinding();
    await ask('open_pull_request', {});
    expect(await ask('open_pull_request', {}, 'sevt_2')).toMatchObject({
      isError: true,
      body: { error: expect.stringContaining('still waits') },
    });
  });

  test('before the finding is refused: nobody could read why', async () => {
    const { ask, incidents } = await stage();
    await incidents.record(anEvidence());
    expect(await ask('open_pull_request', {})).toMatchObject({ isError: true });
    expect(await incidents.actions('inc_1')).toEqual([]);
  });

  test('that cites evidence nobody took is refused', async () => {
    const { ask, incidents, incident } = await stage();
    await incidents.save({ ...incident, finding: aFinding() }, 1);
    expect(await ask('open_pull_request', {})).toMatchObject({
      isError: true,
      body: { error: expect.stringContaining('E1') },
    });
  });
});
