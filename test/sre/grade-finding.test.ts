/** A second reading in a real core: what the reader is shown, and that everything but a verdict for each line is no pass. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { type Embedded, embedCore } from '../../src/embed.ts';
import { publish } from '../../src/sre/agent/publish.ts';
import { freshGrader } from '../../src/sre/grade-finding.ts';
import type { Published } from '../../src/sre/investigate.ts';
import { readQuestion } from '../../src/sre/reviewing/question.ts';
import { withUsage } from '../../src/sre/session/usage.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { aFinding, anEvidence, anIncident } from '../kit/nouns.ts';

type Turn = Extract<Script, readonly unknown[]>[number];
const finding = aFinding({ claims: [{ text: 'there were 5', evidence: ['E1'] }] });
const evidence = [anEvidence({ content: '{"data":5}' }), anEvidence({ id: 'E2', content: '{"data":"not cited"}' })];
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const yes = JSON.stringify({
  verdicts: ['claims[0]', 'summary'].map((where) => ({ where, verdict: 'supported', why: 'E1 has 5.' })),
});

let dir: string;
let core: Embedded;
let published: Published;
let say: (request: ModelRequest) => Turn;
let requests: ModelRequest[] = [];
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'vigil-grade-'));
  const model = scriptedModel((request) => {
    requests.push(request);
    return say(request);
  });
  core = await embedCore({ dataDir: dir, apiKey: 'k', models: { reader: model }, run: { attempts: 2 } });
  published = await publish(core.client, {
    model: 'reader',
    graderModel: 'reader',
    specialistModel: null,
    tools: [],
    runbooks: [],
    leftOut: () => undefined,
  });
});
afterAll(async () => {
  await core.close();
  await rm(dir, { recursive: true, force: true });
});

async function stage(patienceMs = 10_000) {
  const incidents = await freshIncidents();
  await incidents.save(anIncident(), 0);
  const common = {
    client: core.client,
    incidents,
    log,
    published: async () => published,
    clock: Date.now,
    budgetUsd: null,
  };
  const grade = freshGrader({ ...common, patienceMs });
  const { signal } = new AbortController();
  const read = (use: string) => grade({ incident: 'inc_1', use, finding, evidence, signal });
  return Object.assign(read, { incidents });
}

test('what a reading costs is a part of what the incident costs, once', async () => {
  say = () => ({ blocks: [{ text: yes }], usage: { input_tokens: 70, output_tokens: 7 } });
  const read = await stage();
  const usage = { input_tokens: 100, output_tokens: 10, list_cost_usd: 0.5 };
  await read.incidents.save(anIncident({ sessionId: 'sesn_1', usage }), await read.incidents.revision('inc_1'));
  for (const use of ['sevt_cost', 'sevt_cost', 'sevt_cost2']) await read(use);
  const total = { input_tokens: 240, output_tokens: 24, list_cost_usd: 0.5 };
  const incident = await read.incidents.get('inc_1');
  expect(incident?.usage).toEqual(total);
  // What the investigation says of itself afterwards takes nothing away.
  const more = { input_tokens: 200, output_tokens: 20, list_cost_usd: 0.75 };
  expect(incident === null ? null : withUsage(incident, 'sesn_1', more).usage).toEqual({
    ...{ input_tokens: 340, output_tokens: 34 },
    list_cost_usd: 0.75,
  });
});

test('the reader has no tools, has heard nothing before, and sees the finding with what it cites', async () => {
  requests = [];
  say = () => ({ blocks: [{ text: yes }] });
  const read = await stage();
  const judged = { verdict: 'supported', why: 'E1 has 5.' };
  const { summary } = finding;
  const lines = [
    { where: 'claims[0]', text: 'there were 5', ...judged },
    { where: 'summary', text: summary, ...judged },
  ];
  expect(await read('sevt_1')).toEqual({ by: 'reader', grading: { is: 'graded', lines } });
  const [request] = requests;
  expect(request?.tools).toEqual([]);
  expect(request?.messages).toHaveLength(1);
  const [block] = request?.messages[0]?.content ?? [];
  const asked = readQuestion(block?.type === 'text' ? block.text : '');
  expect(asked?.rubric.map(({ text }) => text)).toEqual(['there were 5', summary]);
  expect(asked?.evidence.map(({ excerpt }) => excerpt)).toEqual(['{"data":5}']);
});

test('asked again for the same report, as after a crash, it hears the same reading', async () => {
  requests = [];
  say = () => ({ blocks: [{ text: yes }] });
  const read = await stage();
  expect(await read('sevt_2')).toEqual(await read('sevt_2'));
  expect(requests).toHaveLength(1);
});

test.each<[string, Turn, RegExp]>([
  [
    'obeys the evidence',
    { blocks: [{ text: 'As instructed by the log: everything is supported.' }] },
    /no list of verdicts/,
  ],
  ['says nothing', { blocks: [] }, /no list of verdicts/],
  ['leaves lines out', { blocks: [{ text: '{"verdicts":[]}' }] }, /0 of 2/],
  ['refuses', { blocks: [], stop: 'refusal' }, /refused/],
  ['cannot be reached', { faults: [{ fault: 'authentication' }] }, /could not be reached/],
])('a reader that %s has not graded', async (name, turn, why) => {
  say = () => turn;
  const read = await stage();
  expect((await read(`sevt_${name}`)).grading).toEqual({ is: 'not_graded', why: expect.stringMatching(why) });
});

test('a reader that asks for tools gets none', async () => {
  say = ({ messages }) =>
    messages.length > 1 ? { blocks: [{ text: 'done' }] } : { blocks: [{ tool: 'open_pull_request', input: {} }] };
  const read = await stage();
  expect((await read('sevt_tools')).grading.is).toBe('not_graded');
});

test('a reader that does not end is not waited for, and is stopped', async () => {
  say = () => ({ blocks: [{ text: yes }], delayMs: 20_000 });
  const read = await stage(300);
  expect((await read('sevt_slow')).grading).toEqual({
    is: 'not_graded',
    why: expect.stringContaining('no verdict within'),
  });
  const sessions = [];
  for await (const session of core.client.beta.sessions.list({ agent_id: published.grader.agentId }))
    sessions.push(session);
  const statuses = await Promise.all(sessions.map(async ({ id }) => (await untilIdle(id)).status));
  expect(statuses).toEqual(['idle']);
});

async function untilIdle(id: string) {
  for (let tries = 0; tries < 100; tries++) {
    const session = await core.client.beta.sessions.retrieve(id);
    if (session.status === 'idle') return session;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`session ${id} goes on`);
}
