/** A finding without the statements that were refused; null when nothing would be left to say, or nothing is named. */
import type { Finding, UsedRunbook } from '../finding.ts';
import { SIGNED } from './words.ts';

const UNTOLD = 'How it does so is not told: what could be said of it goes beyond the evidence.';

/** `places` as `checkFinding` and the second reader name them. */
export function correct(finding: Finding, places: ReadonlySet<string>): Finding | null {
  if (places.size === 0) return null;
  const claims = finding.claims.filter((_, i) => !places.has(`claims[${i}]`));
  if (claims.length === 0) return null;
  const cause = causeLeft(finding.cause, places);
  return {
    ...finding,
    ...(cause === null && finding.cause !== null ? { outcome: 'inconclusive', trigger: null, suspects: [] } : {}),
    summary: places.has('summary') || cause?.change_id !== finding.cause?.change_id ? plainly(cause) : finding.summary,
    claims,
    ruled_out: finding.ruled_out.filter((_, i) => !places.has(`ruled_out[${i}]`)),
    ...(finding.runbooks === undefined ? {} : { runbooks: finding.runbooks.map(kept(places)) }),
    cause,
    ...(places.has('trigger') ? { trigger: null } : {}),
    ...(places.has('blast_radius') ? { blast_radius: 'Not known.' } : {}),
    onset: places.has('onset') ? null : finding.onset,
    ...(cause?.change_id === finding.cause?.change_id ? {} : { confidence: 'low', proposed_actions: [] }),
  };
}

function causeLeft(cause: Finding['cause'], places: ReadonlySet<string>): Finding['cause'] {
  if (cause === null || places.has('cause')) return null;
  return {
    ...cause,
    change_id: places.has('cause.change_id') ? null : cause.change_id,
    mechanism: places.has('cause.mechanism') ? UNTOLD : cause.mechanism,
  };
}

/** Names and nothing that could be measured. */
function plainly(cause: Finding['cause']): string {
  const change = cause?.change_id ?? null;
  if (change !== null) return `Most likely ${change}; what is known of it is below. ${SIGNED}`;
  const where = cause?.service ?? null;
  return `No change is blamed${where === null ? '' : `; it shows at ${where} first`}. What is known is below. ${SIGNED}`;
}

function kept(places: ReadonlySet<string>): (one: UsedRunbook, of: number) => UsedRunbook {
  return (one, of) => ({
    ...one,
    contradicted: one.contradicted.filter((_, i) => !places.has(`runbooks[${of}].contradicted[${i}]`)),
  });
}
