/** A finding as a list of statements, each to be judged by itself. Pure. */
import type { Finding } from '../finding.ts';

export interface RubricLine {
  /** Where it stands in the finding, as reasons name it: `claims[2]`, `cause`. */
  where: string;
  /** What has to be so for the statement to be supported. */
  demand: string;
  text: string;
  evidence: string[];
}

const SHOWN = 'The cited evidence shows just this: the same thing, service and direction, the same size and time.';
const EXCLUDED = 'The cited evidence shows the reason given, and the reason speaks against this hypothesis.';
const CONTRADICTED = 'The cited evidence shows what is said to be seen.';
const CAUSED =
  'The evidence shows that the cause took effect before the symptom began, where it could make it, and the statements together speak for it and not for something else.';
const SUMMED_UP =
  'It says nothing that the statements above and the evidence do not carry: nothing more certain, wider, larger or of another service.';

/** The statements in the order of the finding, then the summary and the cause: these cite what all claims cite. */
export function rubricOf(finding: Finding): RubricLine[] {
  const claims = finding.claims.map(({ text, evidence }, at) => ({
    where: `claims[${at}]`,
    demand: SHOWN,
    text,
    evidence,
  }));
  const contradicted = (finding.runbooks ?? []).flatMap((runbook, of) =>
    runbook.contradicted.map(({ seen, evidence }, at) => ({
      where: `runbooks[${of}].contradicted[${at}]`,
      demand: CONTRADICTED,
      text: seen,
      evidence,
    })),
  );
  const ruledOut = finding.ruled_out.map(({ hypothesis, why, evidence }, at) => ({
    where: `ruled_out[${at}]`,
    demand: EXCLUDED,
    text: `Not the cause: ${hypothesis}. ${why}`,
    evidence,
  }));
  const evidence = [...new Set(finding.claims.flatMap((claim) => claim.evidence))];
  const summary = { where: 'summary', demand: SUMMED_UP, text: finding.summary, evidence };
  return [...claims, ...contradicted, ...ruledOut, summary, ...causeLine(finding, evidence)];
}

function causeLine({ cause }: Finding, evidence: string[]): RubricLine[] {
  if (cause === null) return [];
  const named = [
    `Cause: ${cause.kind}`,
    ...(cause.change_id === null ? [] : [cause.change_id]),
    ...(cause.service === null ? [] : [`of ${cause.service}`]),
  ].join(' ');
  return [{ where: 'cause', demand: CAUSED, text: `${named}. ${cause.mechanism}`, evidence }];
}

/** A finding that concludes something is read a second time; one that leaves it open accuses nobody. */
export function concludes({ outcome }: Finding): boolean {
  switch (outcome) {
    case 'root_cause_identified':
    case 'best_effort':
    case 'no_impact':
      return true;
    case 'inconclusive':
    case 'blocked':
      return false;
  }
}
