/**
 * A draft without whatever its evidence does not bear. It is held against the very checks that a report meets, so that
 * nothing is reported that would come back. Pure.
 */
import { checkFinding } from '../check-finding.ts';
import type { Finding } from '../finding.ts';
import { correct } from './correct.ts';
import type { Recorded } from './evidence-in.ts';
import { secondReading } from './second-reading.ts';
import { unconcluded } from './unconcluded.ts';

/** Each takes something away; what is not supported after these is not worth saving. */
const MOST_ROUNDS = 5;

export function borneOut(draft: Finding, evidence: readonly Recorded[]): Finding {
  let finding = draft;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const places = refused(finding, evidence);
    if (places.size === 0) return finding;
    const corrected = correct(finding, places);
    if (corrected === null) break;
    finding = corrected;
  }
  return unconcluded(evidence, draft.could_not_access) ?? draft;
}

function refused(finding: Finding, evidence: readonly Recorded[]): Set<string> {
  const unsupported = checkFinding(finding, evidence);
  if (unsupported.length > 0) return new Set(unsupported.map(({ where }) => where));
  const read = secondReading(finding, evidence);
  return new Set(read.fate === 'sent_back' ? read.problems.map(({ where }) => where) : []);
}
