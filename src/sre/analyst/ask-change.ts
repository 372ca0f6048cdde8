/** The one change the analyst may propose: taking back a change that was found to be the cause and still acts. */
import type { Brief } from '../brief.ts';
import type { Finding } from '../finding.ts';
import { oneWay } from './one-way.ts';
import type { Scene } from './scene.ts';
import type { Call } from './transcript.ts';

const REVERTABLE = new Set(['deploy', 'config', 'flag']);

export function askChange(brief: Brief, scene: Scene, finding: Finding, runbook: string | null): Call | null {
  const id = finding.cause?.change_id ?? null;
  const change = scene.changes.find((one) => one.id === id);
  if (!brief.can_open_pull_request || change === undefined || !change.has_diff) return null;
  if (oneWay(scene, change) !== null) return null;
  if (finding.outcome !== 'root_cause_identified' || !REVERTABLE.has(change.kind)) return null;
  const evidence = [...new Set(finding.claims.flatMap((claim) => claim.evidence))].slice(0, 30);
  return {
    name: 'open_pull_request',
    input: {
      title: `Revert "${change.title}"`.slice(0, 120),
      why: `${finding.cause?.mechanism ?? ''} ${finding.proposed_actions[0]?.why ?? ''}`.trim().slice(0, 2000),
      change: { revert: change.id },
      runbook,
      evidence,
    },
  };
}
