/** What one investigation came to, for programs: the shape that `replay --json` and `demo --json` print. */
import type { Action, IncidentDetail } from './wire.ts';

export interface Summary {
  world: string;
  incident: string;
  outcome: string;
  cause: { service: string | null; change_id: string | null; kind: string; mechanism: string } | null;
  onset: string | null;
  confidence: string | null;
  suspects: { id: string; score: number }[];
  claims: { text: string; evidence: string[] }[];
  ruled_out: { hypothesis: string; why: string; evidence: string[] }[];
  /** All that was thought of, by whom: null is the investigator. */
  hypotheses: { id: string; statement: string; by: string | null; state: string; evidence: string[] }[];
  evidence_count: number;
  /** Claims and exclusions that cite nothing, or evidence that was never recorded. */
  unsupported_claims: number;
  could_not_access: string[];
  action: { id: string; type: string; title: string; state: string; digest: string; diff: string } | null;
  pull_request: { branch: string; url: string; number: number | null } | null;
  model: string | null;
  usage: { input_tokens: number; output_tokens: number };
  cost_usd: number | null;
  seconds: number;
}

export function summarise(world: string, detail: IncidentDetail, seconds: number): Summary {
  const { incident, evidence } = detail;
  const { finding, usage } = incident;
  const action = detail.actions.at(-1) ?? null;
  const recorded = new Set(evidence.map(({ id }) => id));
  const unsupported = [...(finding?.claims ?? []), ...(finding?.ruled_out ?? [])].filter(
    (claim) => claim.evidence.length === 0 || claim.evidence.some((id) => !recorded.has(id)),
  );
  return {
    world,
    incident: incident.id,
    outcome: finding?.outcome ?? 'blocked',
    cause: finding?.cause ?? null,
    onset: finding?.onset ?? null,
    confidence: finding?.confidence ?? null,
    suspects: finding?.suspects ?? [],
    claims: finding?.claims ?? [],
    ruled_out: finding?.ruled_out ?? [],
    hypotheses: incident.hypotheses.map(({ id, statement, by, state }) => ({
      ...{ id, statement, by: by.name ?? null },
      ...{ state: state.is, evidence: state.evidence },
    })),
    evidence_count: evidence.length,
    unsupported_claims: unsupported.length,
    could_not_access: finding?.could_not_access ?? [],
    action: action === null ? null : actionPart(action),
    pull_request: action === null ? null : pullRequestPart(action),
    model: incident.model,
    usage: { input_tokens: usage.input_tokens, output_tokens: usage.output_tokens },
    cost_usd: usage.list_cost_usd,
    seconds: Math.round(seconds * 10) / 10,
  };
}

function actionPart({ id, plan, state, digest }: Action): Summary['action'] {
  return { id, type: plan.type, title: plan.title, state: state.is, digest, diff: plan.diff };
}

function pullRequestPart({ state, plan }: Action): Summary['pull_request'] {
  if (state.is !== 'done') return null;
  return { branch: state.branch ?? plan.branch, url: state.url ?? '', number: state.number ?? null };
}
