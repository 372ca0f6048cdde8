/** What the commands read of the product's HTTP API, parsed where it arrives. Fields that no command shows are left out. */
import { z } from 'zod';

const evidenceIds = z.array(z.string());

export const finding = z.object({
  outcome: z.string(),
  summary: z.string(),
  cause: z
    .object({
      service: z.string().nullable(),
      change_id: z.string().nullable(),
      kind: z.string(),
      mechanism: z.string(),
    })
    .nullable(),
  trigger: z.string().nullable(),
  onset: z.string().nullable(),
  confidence: z.string(),
  blast_radius: z.string(),
  claims: z.array(z.object({ text: z.string(), evidence: evidenceIds })),
  ruled_out: z.array(
    z.object({
      hypothesis: z.string(),
      change_id: z.string().nullable().optional(),
      why: z.string(),
      evidence: evidenceIds,
    }),
  ),
  suspects: z.array(z.object({ id: z.string(), score: z.number() })),
  proposed_actions: z.array(z.object({ title: z.string(), why: z.string() })),
  runbooks: z
    .array(
      z.object({
        name: z.string(),
        age: z.string().nullish(),
        sources: z.string().nullish(),
        contradicted: z.array(z.object({ says: z.string(), seen: z.string(), evidence: evidenceIds })),
      }),
    )
    .default([]),
  would_change_my_mind: z.string(),
  could_not_access: z.array(z.string()),
});
export type Finding = z.infer<typeof finding>;

const review = z.object({
  by: z.string(),
  fate: z.string(),
  grading: z.object({
    is: z.string(),
    why: z.string().optional(),
    lines: z.array(z.object({ verdict: z.string() })).default([]),
  }),
});
export type Review = z.infer<typeof review>;

const hypothesis = z.object({
  id: z.string(),
  statement: z.string(),
  by: z.object({ is: z.string(), name: z.string().optional() }),
  state: z.object({ is: z.string(), why: z.string().optional(), evidence: evidenceIds.default([]) }),
});
export type Hypothesis = z.infer<typeof hypothesis>;

const planted = z.object({ text: z.string(), where: z.string(), evidence: z.string().nullable() });

export const incident = z.object({
  id: z.string(),
  title: z.string(),
  service: z.string().nullable(),
  severity: z.string(),
  openedAt: z.string(),
  state: z.object({ is: z.string(), action: z.string().optional(), why: z.string().optional() }),
  sessionId: z.string().nullable(),
  finding: finding.nullable(),
  review: review.nullable().default(null),
  hypotheses: z.array(hypothesis).default([]),
  planted: z.array(planted).default([]),
  usage: z.object({ input_tokens: z.number(), output_tokens: z.number(), list_cost_usd: z.number().nullable() }),
  model: z.string().nullable(),
});
export type Incident = z.infer<typeof incident>;

export const action = z.object({
  id: z.string(),
  incident: z.string(),
  plan: z.object({
    type: z.string(),
    repository: z.string(),
    base: z.string(),
    baseSha: z.string(),
    branch: z.string(),
    title: z.string(),
    body: z.string(),
    diff: z.string(),
  }),
  digest: z.string(),
  risk: z.string(),
  rollback: z.string(),
  evidence: evidenceIds,
  runbook: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  state: z.object({
    is: z.string(),
    by: z.object({ name: z.string() }).optional(),
    url: z.string().optional(),
    number: z.number().nullable().optional(),
    branch: z.string().optional(),
    reason: z.string().optional(),
    why: z.string().optional(),
  }),
});
export type Action = z.infer<typeof action>;

const evidence = z.object({
  id: z.string(),
  tool: z.string(),
  query: z.record(z.string(), z.unknown()),
  fetchedAt: z.string(),
  hash: z.string(),
  source: z.string(),
  truncated: z.boolean(),
});
export const evidencePiece = evidence.extend({
  range: z.object({ start: z.string(), end: z.string() }).nullable(),
  content: z.string(),
  url: z.string().nullable(),
});
export type EvidencePiece = z.infer<typeof evidencePiece>;

export const timelineEntry = z.object({
  seq: z.number(),
  at: z.string(),
  kind: z.string(),
  actor: z.string(),
  text: z.string(),
  ref: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntry>;

export const incidentPage = z.object({ data: z.array(incident) });
export const incidentDetail = z.object({
  incident,
  actions: z.array(action),
  evidence: z.array(evidence),
  timeline: z.array(timelineEntry),
});
export type IncidentDetail = z.infer<typeof incidentDetail>;

export const decided = z.object({
  ruling: z.object({ allowed: z.boolean(), why: z.string().optional() }),
  action: action.nullable(),
});
export const health = z.object({ ok: z.boolean(), version: z.string(), detail: z.unknown() });
export const refusal = z.object({
  error: z.object({ message: z.string(), hint: z.string().nullish() }),
});
