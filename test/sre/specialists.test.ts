/** An investigator with specialists, over real HTTP: what they read counts, what they may is decided by their thread. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Script, scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { type RunningVigil, runVigil } from '../kit/running-vigil.ts';
import { finding, lastResults } from '../security/hostile-model.ts';
import { alertBody, writeTinyWorld } from '../survival/tiny-world.ts';

type Turn = Extract<Script, readonly unknown[]>[number];
const MODEL = 'scripted-crew';
const METRICS = 'Vigil metrics specialist';
const CHANGES = 'Vigil changes specialist';
const LIMIT_MS = 60_000;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const said = ({ messages }: ModelRequest) => JSON.stringify(messages);
const answers = ({ messages }: ModelRequest) => messages.filter(({ role }) => role === 'assistant').length;
const text = (words: string): Turn => ({ blocks: [{ text: words }] });
const send = (agent: string, message: string) => ({ tool: 'send_to_agent', input: { agent, message } });
const isSpecialist = ({ system }: ModelRequest) => system.startsWith('You help the investigator');

async function crew(play: (request: ModelRequest) => Turn, specialistMinutes = 5) {
  const home = await mkdtemp(join(tmpdir(), 'vigil-crew-'));
  closing.push(() => rm(home, { recursive: true, force: true }));
  await writeTinyWorld(join(home, 'world'));
  const models = { [MODEL]: { ...scriptedModel(play), contextTokens: Number.POSITIVE_INFINITY } };
  const config = { model: MODEL, specialistModel: MODEL, specialistMinutes, world: join(home, 'world') };
  const vigil = await runVigil({ ...config, dataDir: join(home, 'data') }, { models });
  closing.push(() => vigil.close());
  expect((await vigil.hook(JSON.stringify(alertBody()))).status).toBe(202);
  return { vigil, end: await ended(vigil) };
}

async function ended(vigil: RunningVigil) {
  for (let tries = 0; tries < 200; tries++) {
    const [incident] = await vigil.incidents();
    if (incident !== undefined)
      return await vigil.until(incident.id, (story) => ['concluded', 'failed'].includes(story.incident.state.is), 40);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no incident was opened');
}

/** What specialists were offered, and what they were told when they asked for more. */
interface Seen {
  offered: Map<string, string[]>;
  refused: string[];
}
const FORBIDDEN = ['open_pull_request', 'report_finding', 'bash', 'send_to_agent'].map((tool) => ({ tool, input: {} }));

function playSpecialist(request: ModelRequest, { offered, refused }: Seen): Turn {
  const isMetrics = said(request).includes('the pool');
  const [kind, own] = isMetrics
    ? ['pool', { tool: 'get_metrics', input: { metric: 'pool_waiting' } }]
    : ['change', { tool: 'get_recent_changes', input: {} }];
  if (answers(request) === 0) {
    offered.set(kind, request.tools.map(({ name }) => name).sort());
    return { blocks: [own, ...FORBIDDEN] };
  }
  const results = lastResults(request);
  refused.push(...results.filter(({ isError }) => isError).map((result) => result.text));
  const [evidence] = /E\d+/.exec(results.find(({ isError }) => !isError)?.text ?? '') ?? [];
  return text(`${kind}=${evidence}`);
}

function playCoordinator(request: ModelRequest): Turn {
  const heard = said(request);
  const [pool, change] = [/pool=(E\d+)/.exec(heard)?.[1], /change=(E\d+)/.exec(heard)?.[1]];
  if (answers(request) === 0)
    return { blocks: [send(METRICS, 'What did the pool do?'), send(CHANGES, 'What was changed?')] };
  if (pool === undefined || change === undefined) return text('Waiting for both.');
  if (heard.includes('accepted')) return text('Done.');
  const claims = [
    { text: 'pool_waiting rose from 0 to 40.', evidence: [pool] },
    { text: 'deploy-pool went to checkout.', evidence: [change] },
  ];
  return { blocks: [{ tool: 'report_finding', input: finding({ claims }) }] };
}

test('two specialists read side by side, and the finding cites what they read', { timeout: LIMIT_MS }, async () => {
  const seen: Seen = { offered: new Map(), refused: [] };
  const { end } = await crew((request) =>
    isSpecialist(request) ? playSpecialist(request, seen) : playCoordinator(request),
  );
  expect(seen.offered.get('pool')).toEqual(['get_metrics', 'get_service_graph', 'list_metrics']);
  expect(seen.offered.get('change')).toEqual([
    'get_diff',
    'get_recent_changes',
    'get_recent_deploys',
    'get_service_graph',
  ]);
  expect(seen.refused).toHaveLength(8);
  for (const why of seen.refused) expect(why).toContain('was denied: no such tool is enabled');
  expect(end.actions).toEqual([]);
  expect(end.incident.finding?.claims).toHaveLength(2);
  expect(end.evidence.map(({ tool }) => tool).sort()).toEqual(['get_metrics', 'get_recent_changes']);
  const told = end.timeline.map((entry) => entry.text).join('\n');
  expect(told).toContain(`${METRICS} was asked`);
  expect(told).toMatch(/Vigil changes specialist says: change=E\d/);
});

/** Asks one specialist, and reports what it can once it has heard how that went. */
function boss(heard: RegExp) {
  return (request: ModelRequest): Turn => {
    if (answers(request) === 0) return { blocks: [send(METRICS, 'Look.'), { tool: 'get_recent_changes', input: {} }] };
    if (said(request).includes('accepted')) return text('Done.');
    if (!heard.test(said(request))) return text('Waiting.');
    const open = finding({ outcome: 'inconclusive', cause: null, could_not_access: ['metrics'], claims: CLAIMS });
    return { blocks: [{ tool: 'report_finding', input: open }] };
  };
}
const CLAIMS = [{ text: 'deploy-pool went to checkout.', evidence: ['E1'] }];

test('a specialist that hangs is stopped, and the investigation goes on without it', {
  timeout: LIMIT_MS,
}, async () => {
  const play = boss(/gave no answer within/);
  const hang = { blocks: [{ text: 'late' }], delayMs: 60_000 };
  const { end } = await crew((request) => (isSpecialist(request) ? hang : play(request)), 0.01);
  expect(end.incident).toMatchObject({ state: { is: 'concluded' }, finding: { could_not_access: ['metrics'] } });
  expect(end.timeline.map((entry) => entry.text)).toContain(`${METRICS} gave no answer in time and was stopped`);
});

test('a specialist whose model fails is heard to have failed', { timeout: LIMIT_MS }, async () => {
  const play = boss(/could not go on/);
  const fail: Turn = { faults: [{ fault: 'authentication' }] };
  const { end } = await crew((request) => (isSpecialist(request) ? fail : play(request)));
  expect(end.incident).toMatchObject({ state: { is: 'concluded' }, finding: { outcome: 'inconclusive' } });
});
