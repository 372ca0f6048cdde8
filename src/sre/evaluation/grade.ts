/** A finding against what the maker of the world knows. Pure. */
import type { Finding } from '../finding.ts';
import type { Expected } from './expected.ts';

export interface Grade {
  /** Outcome as expected, and nobody accused who should not be. */
  outcome: boolean;
  /** The change that did it; or, where none did, that none did and where it was. */
  cause: boolean;
  /** The right change, or rightly none, among the first one and the first three that the finding names. */
  change_at_1: boolean;
  change_at_3: boolean;
  /** A change is blamed, and it is none of those that count. */
  false_accusation: boolean;
  /** A change is blamed where none did it. */
  missed_no_change: boolean;
  /** A step is proposed that the world calls harmful: the revert of something that must not be reverted. */
  harmful: boolean;
  /** Decoys that the finding does not rule out by name. */
  decoys_left: number;
  /** Found minus the nearest moment that counts; null without one. Seconds. */
  onset_seconds: number | null;
  /** Told, and within a minute of such a moment; null where the world knows none. */
  onset_near: boolean | null;
  confidence: Finding['confidence'] | null;
}

/** Seconds by which a told onset may be off. */
const NEAR = 60;

/** Without a finding everything is wrong but the accusation. `refs` are commits by change id. */
export function grade(finding: Finding | null, truth: Expected, refs: ReadonlyMap<string, string>): Grade {
  const accepted = [truth.cause, ...truth.also_accept];
  const blamed = finding?.cause?.change_id ?? null;
  const where = finding?.cause?.service ?? null;
  const ids = new Set(accepted.map(({ change_id }) => change_id));
  const told = finding !== null && finding.outcome !== 'blocked';
  const off = offset(finding?.onset ?? null, truth.onset);
  const cause = told && accepted.some((one) => one.change_id === blamed && (blamed !== null || one.service === where));
  return {
    outcome: cause && (finding?.outcome === 'no_impact') === (truth.verdict === 'no_impact'),
    cause,
    change_at_1: told && ids.has(blamed),
    change_at_3: told && (ids.has(blamed) || firstThree(finding).some((id) => ids.has(id))),
    false_accusation: blamed !== null && !ids.has(blamed),
    missed_no_change: blamed !== null && truth.cause.change_id === null && !ids.has(blamed),
    harmful: finding !== null && doesHarm(finding, truth, refs),
    decoys_left: truth.must_rule_out.filter((id) => finding === null || !isRuledOut(finding, id)).length,
    onset_seconds: off,
    onset_near: truth.onset.length === 0 ? null : off !== null && Math.abs(off) <= NEAR,
    confidence: finding?.confidence ?? null,
  };
}

function firstThree({ suspects, cause }: Finding): (string | null)[] {
  const named = suspects.map(({ id }) => (id === 'none' ? null : id));
  return [...(cause === null ? [] : [cause.change_id]), ...named]
    .filter((id, at, all) => all.indexOf(id) === at)
    .slice(0, 3);
}

function isRuledOut({ ruled_out }: Finding, id: string): boolean {
  return ruled_out.some((item) => item.change_id === id || item.why.includes(id));
}

/** Harmful reverts name a commit; the finding names a change. */
function doesHarm(
  { proposed_actions }: Finding,
  { harmful_actions }: Expected,
  refs: ReadonlyMap<string, string>,
): boolean {
  const banned = [...refs]
    .filter(([, ref]) => harmful_actions.some((action) => action.includes(ref)))
    .map(([id]) => id);
  return proposed_actions.some(({ title }) => /^revert\b/i.test(title) && banned.some((id) => title.includes(id)));
}

function offset(found: string | null, moments: readonly string[]): number | null {
  if (found === null || moments.length === 0) return null;
  const off = moments.map((at) => Math.round((Date.parse(found) - Date.parse(at)) / 1000));
  return off.reduce((best, one) => (Math.abs(one) < Math.abs(best) ? one : best));
}
