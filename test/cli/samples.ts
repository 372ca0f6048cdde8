/** An incident as the API answers it, for the commands that show one. */
import { createHash } from 'node:crypto';
import type { Action, EvidencePiece, Finding, Incident, IncidentDetail } from '../../src/cli/wire.ts';

export const finding: Finding = {
  outcome: 'root_cause_identified',
  summary: 'Checkout waits for database connections because a retry path keeps them.',
  cause: {
    service: 'checkout',
    change_id: 'chg-17',
    kind: 'deploy',
    mechanism: 'the retry takes a second connection and drops the first',
  },
  trigger: null,
  onset: '2026-03-02T10:55:00Z',
  confidence: 'high',
  blast_radius: 'every checkout request',
  claims: [
    { text: 'connections in use climb by 0.9 a minute', evidence: ['E2'] },
    { text: 'traffic is flat', evidence: ['E1', 'E2'] },
  ],
  ruled_out: [{ hypothesis: 'web-bff deploy', why: 'it came after the onset', evidence: ['E1'] }],
  suspects: [{ id: 'chg-17', score: 0.9 }],
  proposed_actions: [],
  runbooks: [],
  would_change_my_mind: 'a climb before the deploy',
  could_not_access: [],
};

export const action: Action = {
  id: 'act_1',
  incident: 'inc_1',
  plan: {
    type: 'open_pull_request',
    repository: 'shop',
    base: 'main',
    baseSha: '0123456789abcdef',
    branch: 'vigil/revert-chg-17',
    title: 'Revert chg-17',
    body: 'Because connections leak. Evidence: E2.',
    diff: '--- a/pool.ts\n+++ b/pool.ts\n@@ -1 +1 @@\n-leak()\n+release()\n',
  },
  digest: 'a'.repeat(64),
  risk: 'low',
  rollback: 'revert the revert',
  evidence: ['E2'],
  runbook: 'db-pool-exhaustion',
  createdAt: '2026-03-02T14:01:00Z',
  expiresAt: '2026-03-02T14:31:00Z',
  state: { is: 'proposed' },
};

export const incident: Incident = {
  id: 'inc_1',
  title: 'CheckoutLatencyHigh',
  service: 'checkout',
  severity: 'critical',
  openedAt: '2026-03-02T14:00:00Z',
  state: { is: 'needs_approval', action: 'act_1' },
  sessionId: 'sesn_1',
  finding,
  review: null,
  hypotheses: [],
  planted: [],
  usage: { input_tokens: 10, output_tokens: 5, list_cost_usd: null },
  model: 'vigil-analyst',
};

const evidence = (id: string) => ({
  id,
  tool: 'get_metrics',
  query: {},
  fetchedAt: '2026-03-02T14:00:30Z',
  hash: 'f'.repeat(64),
  source: 'world',
  truncated: false,
});

const points = [...'0123'].map((minute) => [`2026-03-02T11:0${minute}:00Z`, 1]);
const content = JSON.stringify({ source: 'world', data: { series: [{ labels: { pod: 'a' }, points }] } });
export const piece: EvidencePiece = {
  ...evidence('E2'),
  query: { metric: 'latency' },
  range: { start: '2026-03-02T11:00:00Z', end: '2026-03-02T14:00:00Z' },
  hash: createHash('sha256').update(content).digest('hex'),
  content,
  url: null,
};

export const detail: IncidentDetail = {
  incident,
  actions: [action],
  evidence: [evidence('E1'), evidence('E2')],
  timeline: [
    { seq: 1, at: '2026-03-02T14:00:00Z', kind: 'detect', actor: 'system', text: 'alert received', ref: null },
  ],
};
