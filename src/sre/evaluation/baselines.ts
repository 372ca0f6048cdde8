/** Ways to blame a change without looking at anything else. Whoever investigates must beat them. */
import type { Brief } from '../brief.ts';
import type { Change } from '../change.ts';
import type { Finding } from '../finding.ts';

export const BASELINES = ['latest-deploy', 'latest-deploy-here', 'nearest-change'] as const;
export type Baseline = (typeof BASELINES)[number];

/** `changes` in any order. */
export function guess(baseline: Baseline, brief: Brief, changes: readonly Change[]): Finding {
  const before = changes
    .filter(({ time }) => Date.parse(time) <= Date.parse(brief.now))
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const here = brief.alerts.map(({ service }) => service).find((service) => service !== null) ?? null;
  const deploys = before.filter(({ kind }) => kind === 'deploy');
  const own = deploys.filter(({ service }) => service === here);
  const [found] = baseline === 'nearest-change' ? before : baseline === 'latest-deploy' ? deploys : own;
  return {
    outcome: found === undefined ? 'inconclusive' : 'root_cause_identified',
    summary: `By the rule "${baseline}".`,
    cause:
      found === undefined
        ? null
        : { service: found.service, change_id: found.id, kind: found.kind, mechanism: 'None was looked for.' },
    trigger: null,
    onset: null,
    confidence: 'high',
    blast_radius: '',
    claims: [{ text: 'Nothing was looked at.', evidence: ['E1'] }],
    ruled_out: [],
    suspects: before.slice(0, 3).map(({ id }) => ({ id, score: 1 })),
    proposed_actions: [],
    would_change_my_mind: '',
    could_not_access: [],
  };
}
