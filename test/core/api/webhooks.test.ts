import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isBudgetReached, ofEvent, ofRemoval, ofWrite } from '../../../src/core/api/webhooks/occurrences.ts';
import { newSigningSecret, signatures } from '../../../src/core/api/webhooks/sign.ts';
import { judge, retryDelay } from '../../../src/core/api/webhooks/verdict.ts';
import type { SessionEvent } from '../../../src/core/events.ts';
import type { DocKind } from '../../../src/core/ports/store.ts';

test('what is signed is what the official client verifies, under each of several secrets', () => {
  const { webhooks } = new Anthropic({ apiKey: 'none' }).beta;
  fc.assert(
    fc.property(fc.json(), fc.stringMatching(/^whe_[a-z0-9]{1,20}$/), (body, id) => {
      const secrets = [newSigningSecret(), newSigningSecret()];
      const seconds = Math.floor(Date.now() / 1000);
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': signatures(secrets, { id, seconds, body }),
      };
      for (const key of secrets) expect(webhooks.unwrap(body, { headers, key })).toEqual(JSON.parse(body));
      expect(() => webhooks.unwrap(body, { headers, key: newSigningSecret() })).toThrow();
    }),
    { examples: [['{"ü":1}', 'whe_1']], numRuns: 50 },
  );
});

test('a secret is the same bytes in both alphabets of base64', () => {
  for (let made = 0; made < 50; made++) expect(newSigningSecret()).toMatch(/^whsec_[A-Za-z0-9]{43}=$/);
});

test('three attempts, 5 to 120 seconds apart; a redirect or an address that is not public ends it at once', () => {
  expect(judge({ answered: 204 }, 1, 0)).toEqual({ outcome: 'delivered' });
  expect(judge({ answered: 500 }, 1, 0)).toMatchObject({ outcome: 'retry', afterMs: 5_000 });
  expect(judge({ silent: true }, 2, 0.999_999)).toMatchObject({ outcome: 'retry', afterMs: 120_000 });
  expect(judge({ answered: 404 }, 3, 0)).toEqual({ outcome: 'given_up', reason: 'status 404' });
  expect(judge({ answered: 307 }, 1, 0)).toMatchObject({ outcome: 'disable', why: 'redirect' });
  expect(judge({ refused: true }, 1, 0)).toMatchObject({ outcome: 'disable', why: 'address_not_public' });
  for (const attempt of [1, 2]) {
    expect(retryDelay(attempt, 0)).toBeGreaterThanOrEqual(5_000);
    expect(retryDelay(attempt, 0.999)).toBeLessThanOrEqual(120_000);
  }
});

function written(kind: DocKind, body: object = {}, archived = false) {
  return { kind, id: 'x_1', parent: 'vlt_1', archived, body };
}
const types = (found: { type: string }[]) => found.map(({ type }) => type);

test('a noun is told of when it is made, archived and deleted, and not again when nothing changed', () => {
  const nouns = ['session', 'agent', 'environment', 'deployment', 'vault', 'memory_store'] as const;
  for (const kind of nouns) {
    const now = { ...written(kind), body: { version: 1, updated_at: 'a', status: 'active' } };
    expect(types(ofWrite(now, null))).toEqual([`${kind}.created`]);
    expect(ofWrite(now, now)).toEqual([]);
    expect(types(ofWrite({ ...now, archived: true }, now))).toEqual([`${kind}.archived`]);
    expect(ofWrite({ ...now, archived: true }, { ...now, archived: true })).toEqual([]);
    expect(types(ofRemoval(now))).toEqual([`${kind}.deleted`]);
  }
  expect(ofWrite(written('credential'), null)).toEqual([
    { type: 'vault_credential.created', id: 'x_1', more: { vault_id: 'vlt_1' } },
  ]);
  expect(ofWrite(written('memory'), null)).toEqual([]);
  expect(ofRemoval(written('file'))).toEqual([]);
});

test('a change is told by what changed', () => {
  const at = (kind: DocKind, before: object, after: object) =>
    types(ofWrite(written(kind, after), written(kind, before)));
  expect(at('agent', { version: 1, updated_at: 'a' }, { version: 2, updated_at: 'b' })).toEqual(['agent.updated']);
  expect(at('environment', { updated_at: 'a' }, { updated_at: 'b' })).toEqual(['environment.updated']);
  const [active, paused] = [
    { status: 'active', updated_at: 'a' },
    { status: 'paused', updated_at: 'b' },
  ];
  expect(at('deployment', active, paused)).toEqual(['deployment.paused']);
  expect(at('deployment', paused, active)).toEqual(['deployment.unpaused']);
  expect(at('deployment', active, { ...active, updated_at: 'c' })).toEqual(['deployment.updated']);
  const run = (trigger: string, error: object | null) =>
    types(ofWrite(written('deployment_run', { trigger_context: { type: trigger }, error }), null));
  expect(run('schedule', null)).toEqual(['deployment_run.started', 'deployment_run.succeeded']);
  expect(run('schedule', {})).toEqual(['deployment_run.started', 'deployment_run.failed']);
  expect(run('manual', null)).toEqual([]);
});

const common = { id: 'sevt_1', processed_at: '2026-01-01T00:00:00Z' } as const;
const stop = { stop_reason: { type: 'budget_reached' }, stop_details: null } as const;
const atBudget: SessionEvent = { ...common, type: 'session.status_idle', ...stop };

test('threads are told of when they are children, and a budget once for each value', () => {
  const idle = { ...common, type: 'session.thread_status_idle', agent_name: 'a', ...stop } as const;
  const child: SessionEvent = { ...idle, session_thread_id: 'sthr_child' };
  expect(ofEvent('sesn_1', child, 'sthr_primary')).toEqual([
    {
      type: 'session.thread_idled',
      id: 'sesn_1',
      source: 'sevt_1',
      more: { session_thread_id: 'sthr_child' },
    },
  ]);
  expect(ofEvent('sesn_1', child, 'sthr_child')).toEqual([]);
  expect(types(ofEvent('sesn_1', atBudget, 'sthr_primary'))).toEqual(['session.status_idled', 'session.idled']);
  const renamed: SessionEvent = { ...common, type: 'session.updated', title: 'x' };
  const raised: SessionEvent = { ...common, type: 'session.updated', budget: null };
  expect(isBudgetReached(atBudget, [])).toBe(true);
  expect(isBudgetReached(atBudget, [renamed, atBudget])).toBe(false);
  expect(isBudgetReached(atBudget, [renamed, raised, atBudget])).toBe(true);
  expect(isBudgetReached(renamed, [])).toBe(false);
});
