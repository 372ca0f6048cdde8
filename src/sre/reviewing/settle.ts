/** What becomes of a finding after it was read a second time. Pure. */
import type { Unsupported } from '../check-finding.ts';
import type { Finding } from '../finding.ts';
import type { Grading, Judged } from '../review.ts';

/** A finding goes back this often less one; then what is not supported is left out of it instead. */
export const MOST_ROUNDS = 3;

export type Settled =
  | { fate: 'sent_back'; problems: Unsupported[] }
  | { fate: 'kept' | 'withheld'; finding: Finding; notes: string[] };

export function settle(finding: Finding, grading: Grading, round: number): Settled {
  switch (grading.is) {
    case 'not_needed':
      return { fate: 'kept', finding, notes: [] };
    case 'not_graded':
      return { fate: 'kept', ...lowered(finding, 'medium', `not graded: ${grading.why}`) };
    case 'graded':
      return weigh(finding, grading.lines, round);
  }
}

function weigh(finding: Finding, lines: readonly Judged[], round: number): Settled {
  const refused = lines.filter(({ verdict }) => verdict === 'not_supported');
  if (refused.length > 0 && round < MOST_ROUNDS) return { fate: 'sent_back', problems: refused.map(problemOf) };
  const standing = without(finding, refused);
  const names = (where: string) => refused.some((line) => line.where === where);
  if (names('cause') || standing.claims.length === 0) return withheld(finding, standing);
  const notes = refused.map(({ where, why }) => `${where} was left out: ${why}`);
  if (refused.length > 0)
    return { fate: 'kept', ...joined(lowered(standing, 'low', 'statements were left out'), notes) };
  const cause = lines.find(({ where }) => where === 'cause');
  // Only who blames a change has to show it; that none is blamed is what the claims are for.
  if (cause?.verdict !== 'cannot_tell' || finding.cause?.change_id == null)
    return { fate: 'kept', finding: standing, notes };
  return { fate: 'kept', ...joined(lowered(standing, 'medium', `the cause could not be judged: ${cause.why}`), notes) };
}

function problemOf({ where, text, why }: Judged): Unsupported {
  return { where, text, reasons: [`a second reader does not find it in the evidence: ${why}`] };
}

/** What a cause was called, and what follows from it, goes with it; the summary named it too. */
function withheld(finding: Finding, standing: Finding): Settled {
  const summary =
    'The conclusion that was reported is not shown: a second reader did not find it in its evidence. What was found supported is below.';
  return {
    fate: 'withheld',
    finding: {
      ...standing,
      outcome: 'inconclusive',
      summary,
      cause: null,
      trigger: null,
      confidence: 'low',
      suspects: [],
      proposed_actions: [],
      would_change_my_mind: finding.would_change_my_mind,
    },
    notes: ['the conclusion is not shown: a second reader did not find it supported'],
  };
}

const NOT_SUMMED_UP =
  'The summary that was reported is not shown: a second reader did not find it in the evidence. What was found supported is below.';

function without(finding: Finding, refused: readonly Judged[]): Finding {
  const gone = new Set(refused.map(({ where }) => where));
  const { runbooks } = finding;
  return {
    ...finding,
    summary: gone.has('summary') ? NOT_SUMMED_UP : finding.summary,
    claims: finding.claims.filter((_claim, at) => !gone.has(`claims[${at}]`)),
    ruled_out: finding.ruled_out.filter((_item, at) => !gone.has(`ruled_out[${at}]`)),
    ...(runbooks === undefined
      ? {}
      : {
          runbooks: runbooks.map((runbook, of) => ({
            ...runbook,
            contradicted: runbook.contradicted.filter((_one, at) => !gone.has(`runbooks[${of}].contradicted[${at}]`)),
          })),
        }),
  };
}

const RANK = { low: 0, medium: 1, high: 2 } as const;

/** At most as confident as `most`; a root cause is one only as long as nothing was taken from it. */
function lowered(finding: Finding, most: 'medium' | 'low', why: string): { finding: Finding; notes: string[] } {
  if (RANK[finding.confidence] <= RANK[most]) return { finding, notes: [why] };
  return {
    finding: { ...finding, confidence: most },
    notes: [`confidence is ${most}, not ${finding.confidence}: ${why}`],
  };
}

function joined({ finding, notes }: { finding: Finding; notes: string[] }, more: readonly string[]) {
  return { finding, notes: [...notes, ...more] };
}
