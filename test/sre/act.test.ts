import { describe, expect, test } from 'vitest';
import { digest } from '../../src/lib/digest.ts';
import { type Acting, act } from '../../src/sre/act.ts';
import type { Action, ActionState } from '../../src/sre/action.ts';
import type { Opened } from '../../src/sre/ports/forge.ts';
import type { Reply } from '../../src/sre/session/reply.ts';
import { freshIncidents } from '../kit/fresh-incidents.ts';
import { anAction, anIncident } from '../kit/nouns.ts';

const NOW = Date.parse('2026-11-21T05:10:00.000Z');
const by = { id: 'U1', name: 'Ann', via: 'slack' as const };
const approved: ActionState = { is: 'approved', by, at: '2026-11-21T05:09:00.000Z' };
const done: Opened = { ok: true, url: 'http://forge/1', number: 1, branch: 'vigil/inc_1', already: false };

async function stage(
  state: ActionState,
  answers: Opened[] = [done],
  over: Partial<Action> = {},
  allowed: string[] = [],
) {
  const incidents = await freshIncidents();
  const plan = anAction().plan;
  const action = anAction({ state, digest: digest(plan), ...over });
  await incidents.save(anIncident({ sessionId: 's', state: { is: 'needs_approval', action: action.id } }), 0);
  await incidents.propose(action);
  const opened: unknown[] = [];
  const replies: Reply[] = [];
  const acting: Acting = {
    incidents,
    approvers: { allowed },
    clock: () => NOW,
    signal: new AbortController().signal,
    forge: {
      prepare: async () => ({ ok: false, why: 'empty', detail: '' }),
      open: async (asked) => {
        opened.push(asked);
        return answers[Math.min(opened.length, answers.length) - 1] ?? done;
      },
    },
    reply: async (_action, reply) => {
      replies.push(reply);
    },
  };
  const run = async () => {
    await act(acting, action.id);
    return (await incidents.action(action.id))?.state;
  };
  const incidentState = async () => (await incidents.get('inc_1'))?.state.is;
  return { run, opened, replies, plan, incidents, incidentState };
}

describe('from whatever state a crash left it in, an approved action', () => {
  test.each<[string, ActionState]>([
    ['approved', approved],
    ['executing', { ...approved, is: 'executing', startedAt: '2026-11-21T05:09:01.000Z' }],
  ])('%s is opened as it was stored, and the session hears of it once', async (_name, state) => {
    const { run, opened, replies, plan, incidentState } = await stage(state);
    expect(await run()).toMatchObject({ is: 'done', url: 'http://forge/1' });
    await run();
    expect(opened).toEqual([plan]);
    expect(replies).toEqual([
      {
        isError: false,
        body: {
          decision: 'approved',
          by: 'Ann',
          pull_request: { url: 'http://forge/1', number: 1, branch: 'vigil/inc_1' },
        },
      },
    ]);
    expect(await incidentState()).toBe('monitoring');
  });

  test('done, but nobody told the session yet: it is told, nothing is opened', async () => {
    const { run, opened, replies } = await stage({ is: 'done', by, at: '', url: 'u', number: null, branch: 'b' });
    await run();
    expect(opened).toEqual([]);
    expect(replies).toHaveLength(1);
  });
});

describe('nothing is opened', () => {
  test('while nobody has decided', async () => {
    const { run, opened, replies } = await stage({ is: 'proposed' });
    expect(await run()).toEqual({ is: 'proposed' });
    expect([opened, replies]).toEqual([[], []]);
  });

  test('after it has expired; the session may ask again', async () => {
    const { run, opened, replies, incidentState } = await stage({ is: 'proposed' }, [done], {
      expiresAt: '2026-11-21T05:00:00.000Z',
    });
    expect(await run()).toMatchObject({ is: 'expired' });
    expect(opened).toEqual([]);
    expect(replies).toMatchObject([{ isError: true, body: { decision: 'expired' } }]);
    expect(await incidentState()).toBe('investigating');
  });

  test('when the stored plan is not what was approved', async () => {
    const { run, opened, replies } = await stage(approved, [done], { digest: 'f'.repeat(64) });
    expect(await run()).toMatchObject({ is: 'void', why: expect.stringContaining('digest') });
    expect(opened).toEqual([]);
    expect(replies).toMatchObject([{ isError: true, body: { decision: 'void' } }]);
  });

  test('when the approver may not approve any more', async () => {
    const { run, opened } = await stage(approved, [done], {}, ['U2']);
    expect(await run()).toMatchObject({ is: 'void', why: expect.stringContaining('Ann') });
    expect(opened).toEqual([]);
  });

  test('when the approval is older than it may be used', async () => {
    const { run, opened } = await stage({ ...approved, at: '2026-11-21T04:00:00.000Z' });
    expect(await run()).toMatchObject({ is: 'void', why: expect.stringContaining('too old') });
    expect(opened).toEqual([]);
  });

  test('when it was rejected; the reason goes to the session', async () => {
    const { run, opened, replies } = await stage({ is: 'rejected', by, at: '', reason: 'no' });
    await run();
    expect(opened).toEqual([]);
    expect(replies).toEqual([{ isError: true, body: { decision: 'rejected', by: 'Ann', reason: 'no' } }]);
  });
});

describe('the forge refuses', () => {
  test('a base that has moved voids the approval', async () => {
    const { run, replies } = await stage(approved, [{ ok: false, why: 'base_moved', detail: 'main is at b' }]);
    expect(await run()).toMatchObject({ is: 'void', why: expect.stringContaining('main is at b') });
    expect(replies).toMatchObject([{ isError: true }]);
  });

  test('a rejection ends it as failed', async () => {
    const { run } = await stage(approved, [{ ok: false, why: 'rejected', detail: 'protected' }]);
    expect(await run()).toMatchObject({ is: 'failed', why: 'protected' });
  });

  test('an outage is tried again', async () => {
    const { run, opened } = await stage(approved, [{ ok: false, why: 'unreachable', detail: 'down' }, done]);
    expect(await run()).toMatchObject({ is: 'done' });
    expect(opened).toHaveLength(2);
  });
});
