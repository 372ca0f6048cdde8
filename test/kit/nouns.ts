/** Nouns of the product with every field filled, for tests that care about one or two of them. */
import type { Action } from '../../src/sre/action.ts';
import type { Alert } from '../../src/sre/alert.ts';
import type { Evidence } from '../../src/sre/evidence.ts';
import type { Finding } from '../../src/sre/finding.ts';
import type { Incident } from '../../src/sre/incident.ts';

const AT = '2026-11-21T05:00:00.000Z';

export function anAlert(over: Partial<Alert> = {}): Alert {
  const fingerprint = over.fingerprint ?? 'f1';
  const startsAt = over.startsAt ?? AT;
  return {
    source: 'alertmanager',
    groupKey: 'g',
    fingerprint,
    episode: `${fingerprint}@${startsAt}`,
    status: 'firing',
    severity: 'critical',
    name: 'LatencyHigh',
    title: 'Latency of checkout is high',
    description: '',
    service: 'checkout',
    environment: 'prod',
    startsAt,
    endsAt: null,
    labels: { alertname: 'LatencyHigh', service: 'checkout' },
    annotations: {},
    links: [],
    ...over,
  };
}

export function anIncident(over: Partial<Incident> = {}): Incident {
  return {
    id: 'inc_1',
    source: 'alertmanager',
    groupKey: 'g',
    title: 'Latency of checkout is high',
    service: 'checkout',
    severity: 'critical',
    openedAt: AT,
    alerts: [anAlert()],
    state: { is: 'open' },
    sessionId: null,
    cursor: null,
    finding: null,
    card: null,
    usage: { input_tokens: 0, output_tokens: 0, list_cost_usd: null },
    model: null,
    ...over,
  };
}

export function anEvidence(over: Partial<Evidence> = {}): Evidence {
  return {
    id: 'E1',
    incident: 'inc_1',
    toolUseId: 'sevt_1',
    tool: 'get_metrics',
    query: {},
    range: null,
    fetchedAt: AT,
    hash: 'h',
    content: '{}',
    source: 'world test',
    url: null,
    truncated: false,
    ...over,
  };
}

export function anAction(over: Partial<Action> = {}): Action {
  return {
    id: 'act_1',
    incident: 'inc_1',
    toolUseId: 'sevt_9',
    plan: {
      type: 'open_pull_request',
      repository: 'shop',
      base: 'main',
      baseSha: 'a'.repeat(40),
      branch: 'vigil/inc_1',
      title: 'Revert the leak',
      body: 'why',
      diff: '--- a/x\n+++ b/x\n',
      files: [{ path: 'x', content: 'new', mode: '100644' }],
    },
    digest: 'd'.repeat(64),
    risk: 'low',
    rollback: 'revert',
    evidence: ['E1'],
    runbook: null,
    createdAt: AT,
    expiresAt: '2026-11-21T05:30:00.000Z',
    state: { is: 'proposed' },
    ...over,
  };
}

export function aFinding(over: Partial<Finding> = {}): Finding {
  return {
    outcome: 'root_cause_identified',
    summary: 'Checkout is slow.',
    cause: null,
    trigger: null,
    onset: null,
    confidence: 'high',
    blast_radius: 'checkout',
    claims: [{ text: 'Checkout is slow.', evidence: ['E1'] }],
    ruled_out: [],
    suspects: [],
    proposed_actions: [],
    would_change_my_mind: 'nothing',
    could_not_access: [],
    ...over,
  };
}
