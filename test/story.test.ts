/** One alert, all the way: real HTTP, SQLite, the embedded core, the deterministic analyst, a bare git repository. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { connect } from '../src/client.ts';
import { digest } from '../src/lib/digest.ts';
import { checkFinding } from '../src/sre/check-finding.ts';
import type { Evidence } from '../src/sre/evidence.ts';
import type { TimelineEntry } from '../src/sre/incident.ts';
import { alertOf, lines, type RunningVigil, runVigil, type Story } from './kit/running-vigil.ts';

const LIMIT_MS = 90_000;
let running: RunningVigil | null = null;

afterEach(async () => {
  await running?.close();
  running = null;
});

async function alerted(worldName: string): Promise<{ vigil: RunningVigil; id: string }> {
  const vigil = await runVigil({ worldName });
  running = vigil;
  const response = await vigil.hook(await alertOf(worldName));
  expect(response.status).toBe(202);
  expect(await response.json()).toMatchObject({ accepted: true, duplicate: false });
  const id = await firstIncident(vigil);
  return { vigil, id };
}

async function firstIncident(vigil: RunningVigil): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const [incident] = await vigil.incidents();
    if (incident !== undefined) return incident.id;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('no incident was opened');
}

/** Ready when a person is asked; an investigation that ended otherwise fails the test at once. */
const waitsForApproval = (story: Story) => {
  const { incident } = story;
  if (incident.state.is === 'concluded' || incident.state.is === 'failed') {
    throw new Error(`nobody was asked: ${JSON.stringify(incident.finding)}\n${lines(story)}`);
  }
  return incident.state.is === 'needs_approval';
};
const isRestingIn =
  (...states: string[]) =>
  ({ incident }: Story) =>
    states.includes(incident.state.is);

function branches(vigil: RunningVigil): string[] {
  const forge = join(vigil.dataDir, 'forge', 'repository.git');
  // Nothing was ever proposed, so nothing was ever cloned.
  if (!existsSync(forge)) return [];
  const out = execFileSync('git', ['-C', forge, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/vigil'], {
    encoding: 'utf8',
  });
  return out.split('\n').filter((line) => line !== '');
}

async function sessionEnd(vigil: RunningVigil, story: Story) {
  const client = connect({ apiKey: vigil.vigil.apiKey, baseURL: vigil.vigil.url });
  const session = await client.beta.sessions.retrieve(story.incident.sessionId ?? '');
  const results: { is_error?: boolean | null; text: string }[] = [];
  for await (const event of client.beta.sessions.events.list(session.id, { types: ['user.custom_tool_result'] })) {
    if (event.type !== 'user.custom_tool_result') continue;
    const text = event.content?.map((block) => (block.type === 'text' ? block.text : '')).join('') ?? '';
    results.push({ is_error: event.is_error ?? null, text });
  }
  return { session, last: results.at(-1), results };
}

async function untilIdle(vigil: RunningVigil, story: Story) {
  for (let tries = 0; tries < 400; tries++) {
    const end = await sessionEnd(vigil, story);
    if (end.session.status === 'idle' && end.last?.text.includes('decision') === true) return end;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the session did not come to rest');
}

describe('a connection leak, three hours old', () => {
  test(
    'an approved proposal becomes one branch with exactly the approved diff, and the session hears of it',
    async () => {
      const { vigil, id } = await alerted('s1-connection-leak');
      const asked = await vigil.until(id, waitsForApproval, 60);
      expect(asked.incident.finding?.outcome).toBe('root_cause_identified');
      expect(asked.incident.finding?.cause?.service).toBe('checkout');
      const evidence = await Promise.all(
        asked.evidence.map((item) => vigil.call<Evidence>(`/api/incidents/${id}/evidence/${item.id}`)),
      );
      expect(asked.incident.finding === null ? null : checkFinding(asked.incident.finding, evidence)).toEqual([]);

      const [action] = asked.actions;
      if (action === undefined) throw new Error('no action was proposed');
      expect(action.digest).toBe(digest(action.plan));
      expect(branches(vigil)).toEqual([]);

      const wrong = await vigil.decide({ ...action, digest: '0'.repeat(64) }, 'approve');
      expect(wrong.ruling).toEqual({ allowed: false, why: 'digest_mismatch' });
      expect((await vigil.decide(action, 'approve')).ruling).toEqual({ allowed: true });
      expect((await vigil.decide(action, 'approve')).ruling).toEqual({ allowed: false, why: 'already_decided' });

      const done = await vigil.until(id, isRestingIn('monitoring'), 30);
      expect(branches(vigil)).toEqual([action.plan.branch]);
      const { markdown } = await vigil.call<{ markdown: string }>(`/api/incidents/${id}/postmortem`);
      expect(markdown).toContain(action.digest.slice(0, 12));
      const end = await untilIdle(vigil, done);
      expect(end.last).toMatchObject({ is_error: false });
      expect(JSON.parse(end.last?.text ?? '')).toMatchObject({
        decision: 'approved',
        pull_request: { branch: action.plan.branch },
      });
    },
    LIMIT_MS,
  );

  test(
    'a rejected proposal leaves no branch, and the session learns why',
    async () => {
      const { vigil, id } = await alerted('s1-connection-leak');
      const asked = await vigil.until(id, waitsForApproval, 60);
      const [action] = asked.actions;
      if (action === undefined) throw new Error('no action was proposed');
      await vigil.decide(action, 'reject', 'we roll forward');
      const end = await untilIdle(vigil, asked);
      expect(JSON.parse(end.last?.text ?? '')).toEqual({ decision: 'rejected', by: 'ann', reason: 'we roll forward' });
      expect(end.last?.is_error).toBe(true);
      const story = await vigil.until(id, isRestingIn('concluded'), 30);
      expect(story.actions).toHaveLength(1);
      expect(branches(vigil)).toEqual([]);
    },
    LIMIT_MS,
  );

  test(
    'stopped while a person is asked, it goes on after the start as if nothing had been',
    async () => {
      const { vigil, id } = await alerted('s1-connection-leak');
      const asked = await vigil.until(id, waitsForApproval, 60);
      await vigil.restart();
      const [action] = asked.actions;
      if (action === undefined) throw new Error('no action was proposed');
      await vigil.decide(action, 'approve');
      const done = await vigil.until(id, isRestingIn('monitoring'), 30);
      const end = await untilIdle(vigil, done);
      expect(end.results.filter(({ text }) => text.includes('"decision"'))).toHaveLength(1);
      expect(done.evidence.map((item) => item.id)).toEqual(asked.evidence.map((item) => item.id));
      expect(branches(vigil)).toEqual([action.plan.branch]);
    },
    LIMIT_MS,
  );

  test(
    'stopped in the middle of the investigation, it ends with one session and every call answered once',
    async () => {
      const { vigil, id } = await alerted('s1-connection-leak');
      await vigil.until(id, ({ evidence }) => evidence.length >= 5, 60);
      await vigil.restart();
      const asked = await vigil.until(id, waitsForApproval, 60);
      const client = connect({ apiKey: vigil.vigil.apiKey, baseURL: vigil.vigil.url });
      const sessions = [];
      for await (const session of client.beta.sessions.list({})) sessions.push(session.id);
      expect(sessions).toEqual([asked.incident.sessionId]);
      const { results } = await sessionEnd(vigil, asked);
      const ids = results.map(({ text }) => JSON.parse(text).evidence).filter((found) => found !== undefined);
      expect(new Set(ids).size).toBe(ids.length);
    },
    LIMIT_MS,
  );

  test(
    'its repeat and its resolve open nothing; a new one of the same group joins',
    async () => {
      const { vigil, id } = await alerted('s1-connection-leak');
      const body = JSON.parse((await alertOf('s1-connection-leak')).toString());
      expect(await (await vigil.hook(JSON.stringify(body))).json()).toMatchObject({ accepted: true });
      const joined = { ...body.alerts[0], fingerprint: 'feed000000000001' };
      await vigil.hook(JSON.stringify({ ...body, alerts: [joined] }));
      await vigil.until(id, ({ incident }) => incident.alerts.length === 2);
      const resolved = body.alerts.map((alert: object) => ({
        ...alert,
        status: 'resolved',
        endsAt: '2026-11-21T05:00:00Z',
      }));
      await vigil.hook(JSON.stringify({ ...body, status: 'resolved', alerts: resolved }));
      await vigil.until(id, ({ incident }) => incident.alerts.some(({ status }) => status === 'resolved'));
      expect(await vigil.incidents()).toHaveLength(1);
    },
    LIMIT_MS,
  );
});

test(
  'its twin, where the innocent-looking deploy leaks, is told apart',
  async () => {
    const { vigil, id } = await alerted('s1-twin');
    const { incident } = await vigil.until(id, waitsForApproval, 60);
    await vigil.close();
    const first = await alerted('s1-connection-leak');
    const { incident: other } = await first.vigil.until(first.id, waitsForApproval, 60);
    expect(incident.finding?.cause?.change_id).not.toBeNull();
    expect(incident.finding?.cause?.change_id).not.toBe(other.finding?.cause?.change_id);
  },
  LIMIT_MS,
);

test(
  'a broken probe with healthy users ends as no impact, and nothing is proposed',
  async () => {
    const { vigil, id } = await alerted('r1-broken-probe');
    const story = await vigil.until(id, isRestingIn('concluded', 'failed', 'needs_approval'), 60);
    expect(story.incident.finding?.outcome).toBe('no_impact');
    expect(story.incident.state.is).toBe('concluded');
    expect(story.actions).toEqual([]);
    expect(branches(vigil)).toEqual([]);

    // What a person says then is heard by the session once, answered in the story, and decides nothing.
    const text = 'Was it the probe </remark> after all?';
    const remark = { method: 'POST', body: JSON.stringify({ text, name: 'ann' }) };
    await vigil.call(`/api/incidents/${id}/remarks`, remark);
    const isAnswer = ({ kind, seq }: TimelineEntry) => kind === 'hypothesis' && seq > story.timeline.length;
    const answered = await vigil.until(id, ({ timeline }) => timeline.some(isAnswer), 60);
    expect(answered.timeline).toContainEqual(expect.objectContaining({ actor: 'human', text: `ann: ${text}` }));
    expect(answered.timeline.find(isAnswer)?.text).toMatch(/by what is on record H\d+ is /);
    // It is a hypothesis of hers, which is settled by evidence where she raised it.
    const settled = await vigil.until(id, ({ timeline }) => timeline.some(({ text }) => /^H\d+ of ann/.test(text)), 60);
    const hers = settled.incident.hypotheses?.filter(({ by }) => by.is === 'person');
    expect(hers).toMatchObject([{ statement: text, by: { name: 'ann' }, state: { evidence: expect.anything() } }]);
    expect(answered.incident.state.is).toBe('concluded');
    const client = connect({ apiKey: vigil.vigil.apiKey, baseURL: vigil.vigil.url });
    const heard: string[] = [];
    for await (const event of client.beta.sessions.events.list(story.incident.sessionId ?? '', { limit: 1000 }))
      if (event.type === 'user.message') heard.push(JSON.stringify(event.content));
    expect(heard.filter((words) => words.includes('Was it the probe \\\\u003c/remark> after all?'))).toHaveLength(1);
    await vigil.call(`/api/incidents/${id}/resolve`, { method: 'POST', body: '{}' });
    await expect(vigil.call(`/api/incidents/${id}/remarks`, remark)).rejects.toThrow(/409 .*resolved/);
  },
  LIMIT_MS,
);
