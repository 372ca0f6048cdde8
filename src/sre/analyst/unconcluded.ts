/** What is left to report when no statement of a finding stands: what was looked at, and that nothing is concluded from it. */
import type { Finding } from '../finding.ts';
import type { Recorded } from './evidence-in.ts';
import { SIGNED } from './words.ts';

const MOST_LISTED = 30;

/** Null when nothing is on record: then there is nothing that a claim could cite. */
export function unconcluded(evidence: readonly Recorded[], missing: readonly string[]): Finding | null {
  const listed = evidence.slice(0, MOST_LISTED);
  if (listed.length === 0) return null;
  return {
    outcome: 'inconclusive',
    summary: `No conclusion: what could be said of it did not stand in the evidence. What was looked at is below; no change is blamed. ${SIGNED}`,
    cause: null,
    trigger: null,
    onset: null,
    confidence: 'low',
    blast_radius: 'Not known.',
    claims: listed.map(({ id, tool }) => ({ text: `Looked at with ${tool}, and not judged.`, evidence: [id] })),
    ruled_out: [],
    suspects: [],
    proposed_actions: [],
    would_change_my_mind: 'A person who reads what was looked at.',
    could_not_access: [...missing],
  };
}
