import { z } from 'zod';
import { evidenceIdsOf } from '../src/sre/reading/evidence-ids.ts';
import { branchFor, pullRequestBody } from '../src/sre/reading/pull-request.ts';
import { defineTool, type Proposal } from '../src/sre/tool.ts';

/** What a forge takes for an order, once it stands in a commit message. */
const CLOSES = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b:?\s+(?:\S*#\d|GH-\d|https?:)/i;

const input = z.object({
  title: z
    .string()
    .min(5)
    .max(120)
    .refine((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text), 'one line, without invisible characters')
    .refine((text) => !CLOSES.test(text), 'it may not close an issue: merging would')
    .describe('what the change does, imperative'),
  why: z.string().min(10).max(2000).describe('why this change ends the incident'),
  change: z
    .union([
      z.object({ revert: z.string().min(1).max(200).describe('change id or commit to revert') }),
      z.object({ patch: z.string().min(1).max(100_000).describe('unified diff against the base branch') }),
    ])
    .describe('prefer the smallest reversible change'),
  runbook: z.string().max(200).nullable().describe('runbook this follows; null when there is none'),
  evidence: z.array(z.string().max(12)).min(1).max(30).describe('evidence ids that support it'),
});

const WHY_NOT = {
  no_repository: 'No repository is configured for this change.',
  unknown_commit: 'The forge does not know that change or commit.',
  conflict: 'The change does not apply to the current base branch.',
  empty: 'The change is empty: the base branch already has this state.',
  refused_path: 'The change touches a path that may not be changed this way.',
  too_large: 'The change is too large to be reviewed here.',
  unreachable: 'The forge could not be reached.',
} as const;

export const tool = defineTool({
  name: 'open_pull_request',
  description:
    'Proposes a draft pull request: a revert, or a patch. Nothing is written until a person approves the exact diff; the answer then says what they decided. A rejection is information: do not ask again for the same change.',
  input,
  effect: 'write',
  approval: { title: ({ title }) => title },
  async run(asked, world): Promise<Proposal> {
    const evidence = evidenceIdsOf(asked.evidence);
    if (evidence.length !== asked.evidence.length)
      return { ok: false, error: 'evidence ids look like E3; cite the ids of recorded tool results' };
    const prepared = await world.forge.prepare(asked.change, world.signal);
    if (!prepared.ok) return { ok: false, error: `${WHY_NOT[prepared.why]} ${prepared.detail}` };
    const revert = 'revert' in asked.change;
    const risk = revert
      ? 'Takes back one earlier change; whatever was built on it since is not covered.'
      : 'Changes behaviour as the diff shows.';
    const rollback = 'Revert this pull request.';
    const { incident } = world;
    const body = pullRequestBody({
      incident,
      title: asked.title,
      why: asked.why,
      whatBroke: incident.finding?.summary ?? incident.title,
      cause: incident.finding?.cause?.mechanism ?? null,
      evidence,
      page: world.page ?? null,
      files: prepared.files.map((file) => file.path),
      risk,
      rollback,
      runbook: asked.runbook,
    });
    return {
      ok: true,
      risk,
      rollback,
      evidence,
      runbook: asked.runbook,
      plan: {
        type: 'open_pull_request',
        repository: prepared.repository,
        base: prepared.base,
        baseSha: prepared.baseSha,
        branch: branchFor(incident.id, prepared.diff),
        title: asked.title,
        body,
        diff: prepared.diff,
        files: prepared.files,
      },
    };
  },
});
