/** A session beside which we live, in a real core that has one place for a turn. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { unconfiguredForge, unconfiguredSources } from '../../src/adapters/unconfigured/index.ts';
import type { Model } from '../../src/core/ports/model.ts';
import { embedCore } from '../../src/embed.ts';
import { follow } from '../../src/sre/follow.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { aFinding, anIncident } from '../kit/nouns.ts';

const usage = { input_tokens: 0, output_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };

/** Says "heard"; where it is told to wait, only when it is released. */
function listener(): { model: Model; release: () => void } {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const model: Model = {
    async *respond({ messages }) {
      if (JSON.stringify(messages.at(-1)).includes('wait')) await released;
      yield { type: 'block', block: { type: 'text', text: 'heard' } };
      yield { type: 'end', stop: 'end_turn', usage };
    },
  };
  return { model, release };
}

/** A session that has answered once, and an incident that follows it. */
async function stage() {
  const dataDir = await mkdtemp(join(tmpdir(), 'vigil-follow-'));
  const { model, release } = listener();
  const core = await embedCore({ dataDir, apiKey: 'k', models: { 'scripted-ear': model }, run: { sessions: 1 } });
  const { sessions } = core.client.beta;
  const agent = await core.client.beta.agents.create({ name: 'ear', model: 'scripted-ear' });
  const place = { name: 'e', config: { type: 'cloud' as const } };
  const environment_id = (await core.client.beta.environments.create(place)).id;
  const message = (text: string) => ({ type: 'user.message' as const, content: [{ type: 'text' as const, text }] });
  const begin = (text: string) => sessions.create({ agent: agent.id, environment_id, initial_events: [message(text)] });

  const incidents = await freshIncidents();
  const session = (await begin('look')).id;
  const at = '2026-05-01T10:00:00Z';
  await incidents.save(anIncident({ sessionId: session, finding: aFinding(), state: { is: 'concluded', at } }), 0);
  const following = {
    ...{ incidents, tools: new Map(), runbooks: new Map(), clock: Date.now, approvalMinutes: 30 },
    sources: { ...unconfiguredSources(), forge: unconfiguredForge(), now: () => new Date() },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    published: () => Promise.reject(new Error('nothing begins here')),
    grade: () => Promise.reject(new Error('nothing is reported here')),
    ...{ specialistMs: 60_000, budgetUsd: null },
    signal: new AbortController().signal,
  };
  return {
    ...{ client: core.client, sessions, session, begin, message, release },
    answers: async () => (await incidents.timeline('inc_1', 0)).filter(({ kind }) => kind === 'hypothesis').length,
    async follows(client = core.client) {
      await follow({ ...following, client }, 'inc_1', session, (await incidents.get('inc_1'))?.cursor ?? null);
    },
    async close() {
      await core.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

test('what is said after the end is waited for, also while it is not yet its turn', async () => {
  const { sessions, session, begin, message, release, answers, follows, close } = await stage();
  await follows();
  expect(await answers()).toBe(1);

  const other = (await begin('wait')).id;
  await expect.poll(async () => (await sessions.retrieve(other)).status).toBe('running');
  await sessions.events.send(session, { events: [message('and now?')] });
  let over = false;
  const followed = follows().then(() => {
    over = true;
  });
  await sleep(300);
  expect([over, await answers()]).toEqual([false, 1]);
  release();
  await followed;
  expect(await answers()).toBe(2);
  await close();
}, 30_000);

test('what is said, and has had its turn, just when it is asked whether the session rests, is heard', async () => {
  const { client, sessions, session, message, answers, follows, close } = await stage();
  await follows();
  let asked = 0;
  const retrieve = async (...of: Parameters<typeof sessions.retrieve>) => {
    if (asked++ === 0) {
      await sessions.events.send(session, { events: [message('and now?')] });
      const ends = () => sessions.events.list(session, { types: ['session.status_idle'] });
      await expect.poll(async () => (await ends()).data.length).toBe(2);
    }
    return await sessions.retrieve(...of);
  };
  const asking = Object.create(sessions, { retrieve: { value: retrieve } });
  const beta = Object.create(client.beta, { sessions: { value: asking } });
  await follows(Object.create(client, { beta: { value: beta } }));
  expect(await answers()).toBe(2);
  await close();
}, 30_000);
