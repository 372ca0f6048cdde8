/** Ways to blame a change by one look and no thought. Whoever investigates must beat them. */
import type { Brief } from '../brief.ts';
import type { Change } from '../change.ts';
import type { Finding } from '../finding.ts';
import type { Glance } from './glance.ts';

export const BASELINES = [
  'latest-deploy',
  'latest-deploy-here',
  'nearest-change',
  'only-diff',
  'loudest-errors',
  'largest-deviation',
  'runbook-by-keyword',
] as const;
export type Baseline = (typeof BASELINES)[number];

/** `changes` in any order. */
export function guess(baseline: Baseline, brief: Brief, { changes, loudest, strangest }: Glance): Finding {
  const before = changes
    .filter(({ time }) => Date.parse(time) <= Date.parse(brief.now))
    .toSorted((a, b) => Date.parse(b.time) - Date.parse(a.time));
  const here = brief.alerts.map(({ service }) => service).find((service) => service !== null) ?? null;
  const deployOf = (service: string | null) => before.find((one) => one.kind === 'deploy' && one.service === service);
  switch (baseline) {
    case 'latest-deploy':
      return blaming(
        baseline,
        before,
        before.find(({ kind }) => kind === 'deploy'),
      );
    case 'latest-deploy-here':
      return blaming(baseline, before, deployOf(here));
    case 'nearest-change':
      return blaming(baseline, before, before[0]);
    case 'only-diff': {
      const shown = before.filter(({ hasDiff }) => hasDiff);
      return blaming(baseline, before, shown.length === 1 ? shown[0] : undefined);
    }
    case 'loudest-errors':
      return blaming(baseline, before, deployOf(loudest));
    case 'largest-deviation':
      return blaming(baseline, before, deployOf(strangest));
    case 'runbook-by-keyword': {
      // What runbooks by keyword say first: slow means too small, down means roll back.
      const slow = brief.alerts.some((alert) => /slow|latency|p99/i.test(JSON.stringify(alert)));
      return blaming(baseline, before, slow ? undefined : deployOf(here));
    }
  }
}

function blaming(baseline: Baseline, before: readonly Change[], found: Change | undefined): Finding {
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
