/** The report of an investigation that was cut short: what was looked at, and that nothing was concluded from it. Pure. */
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

const MOST_LISTED = 30;

/** Null when nothing was looked at. */
export function partialFinding(evidence: readonly Omit<Evidence, 'content'>[]): Finding | null {
  const newest = evidence.slice(-MOST_LISTED);
  if (newest.length === 0) return null;
  return {
    outcome: 'inconclusive',
    summary:
      'The budget of this investigation was used up before it came to a conclusion. What it looked at is below; nobody has concluded anything from it.',
    cause: null,
    trigger: null,
    onset: null,
    confidence: 'low',
    blast_radius: 'Not known.',
    claims: newest.map(({ id, tool }) => ({ text: `Looked at with ${tool}, and not judged.`, evidence: [id] })),
    ruled_out: [],
    suspects: [],
    proposed_actions: [],
    would_change_my_mind: 'Going on: a person, or a larger budget.',
    could_not_access: ['whatever was not looked at when the budget ended'],
  };
}
