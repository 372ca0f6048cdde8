/** What an investigation concludes. "Inconclusive" and "no impact" are findings. */
import { z } from 'zod';

export const evidenceId = z
  .string()
  .regex(/^E[1-9][0-9]{0,8}$/, 'evidence ids look like E3')
  .describe('id of a recorded tool result');
const cited = z.array(evidenceId).min(1, 'cite at least one evidence id').max(50);
/** Of a service or a change, as the sources call it. */
const name = z.string().max(300);

export const claim = z.object({
  text: z.string().min(1).max(2000),
  evidence: cited,
});

/** A runbook that was read. Its age and its sources are Vigil's to fill in, whatever was reported. */
const usedRunbook = z.object({
  name: z.string().min(1).max(100),
  /** When it was last reviewed, and how long before the finding that was. */
  age: z.string().max(200).nullish(),
  sources: z.string().max(500).nullish(),
  contradicted: z
    .array(
      z.object({
        says: z.string().min(1).max(500).describe('what the runbook expects or advises'),
        seen: z.string().min(1).max(1000).describe('what the telemetry shows instead'),
        evidence: cited,
      }),
    )
    .max(10)
    .default([]),
});
export type UsedRunbook = z.infer<typeof usedRunbook>;

export const finding = z.object({
  outcome: z.enum(['root_cause_identified', 'best_effort', 'inconclusive', 'no_impact', 'blocked']),
  summary: z.string().min(1).max(2000).describe('what is happening, action first, for a reader who just woke up'),
  cause: z
    .object({
      service: name.nullable(),
      change_id: name.nullable().describe('id from get_recent_changes; null when no change explains this'),
      kind: z
        .string()
        .max(40)
        .describe(
          'deploy, flag, config, migration, infra, batch, certificate, scaling, vendor, traffic, probe, latent, unknown',
        ),
      mechanism: z.string().min(1).max(2000).describe('how the cause makes the symptom'),
    })
    .nullable(),
  trigger: z.string().max(1000).nullable(),
  onset: z.string().datetime({ offset: true }).nullable().describe('from metrics, not from the alert'),
  confidence: z.enum(['high', 'medium', 'low']),
  blast_radius: z.string().max(1000),
  claims: z.array(claim).min(1).max(30),
  ruled_out: z
    .array(
      z.object({
        hypothesis: z.string().min(1).max(500),
        change_id: name.nullable().optional(),
        why: z.string().min(1).max(1000),
        evidence: cited,
      }),
    )
    .max(30),
  suspects: z
    .array(z.object({ id: name, score: z.number() }))
    .max(20)
    .describe('changes or services, most likely first'),
  proposed_actions: z
    .array(
      z.object({
        title: z.string().max(300),
        reversible: z.boolean(),
        temporary: z.boolean(),
        why: z.string().max(1000),
      }),
    )
    .max(10),
  runbooks: z
    .array(usedRunbook)
    .max(5)
    .optional()
    .describe('runbooks you read for this, and where the telemetry contradicts them'),
  would_change_my_mind: z.string().max(1000),
  could_not_access: z.array(z.string().max(300)).max(20),
});
export type Finding = z.infer<typeof finding>;
export type Claim = z.infer<typeof claim>;
