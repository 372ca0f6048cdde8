/** What the finding says, as parts of a postmortem. Pure. */
import type { Finding } from '../finding.ts';
import { besideFinding, raisedBy, standing } from '../hypothesis.ts';
import type { Incident } from '../incident.ts';
import { list, plain, section } from './markdown.ts';

export function impact(finding: Finding | null): string {
  if (finding?.outcome === 'no_impact') return `Users were not affected. ${plain(finding.blast_radius)}`.trim();
  const radius = finding === null || finding.blast_radius === '' ? '_Not known._' : plain(finding.blast_radius);
  return `${radius}\n\n_Who was affected, how many, and for how long, in the words of a customer._`;
}

export function cause(finding: Finding | null): string {
  if (finding === null) return '_Not known._';
  const claims = finding.claims.map(({ text, evidence }) => `- ${plain(text)} (${evidence.join(', ')})`);
  const named =
    finding.cause === null
      ? `No cause was named: the investigation ended ${finding.outcome}.`
      : [
          `${plain(finding.cause.mechanism)} (${plain(finding.cause.kind)}`,
          finding.cause.service === null ? '' : ` in ${plain(finding.cause.service)}`,
          finding.cause.change_id === null ? '' : `, change ${plain(finding.cause.change_id)}`,
          `; confidence ${finding.confidence})`,
        ].join('');
  const trigger = finding.trigger === null ? [] : [`Trigger: ${plain(finding.trigger)}`];
  return [
    named,
    ...trigger,
    claims.join('\n'),
    ...runbooksRead(finding),
    '_Why could this happen, and why was it not seen earlier?_',
  ].join('\n\n');
}

/** With its age, and where the telemetry contradicted it: that is a reason to mend the runbook. */
function runbooksRead({ runbooks = [] }: Finding): string[] {
  return runbooks.flatMap(({ name, age, contradicted }) => [
    `Runbook ${plain(name)} (${plain(age ?? 'age unknown')}) was read.`,
    ...contradicted.map(
      ({ says, seen, evidence }) => `It says that ${plain(says)}, but: ${plain(seen)} (${evidence.join(', ')})`,
    ),
  ]);
}

export function ruledOut(finding: Finding | null): string {
  const lines = (finding?.ruled_out ?? []).map(
    ({ hypothesis, why, evidence }) => `${hypothesis}: ${why} (${evidence.join(', ')})`,
  );
  return list(lines, 'Nothing is on record.');
}

/** No section where everything that was thought of is in the finding. */
export function hypotheses({ hypotheses: all = [], finding }: Incident): string[] {
  const lines = besideFinding(all, finding).map((one) => {
    const { state } = one;
    const why = state.is === 'open' ? '' : `. ${state.why} (${state.evidence.join(', ')})`;
    return `${one.id}${raisedBy(one)}: ${one.statement}: ${standing(one, finding !== null)}${why}`;
  });
  return lines.length === 0 ? [] : [section('What else was thought of', list(lines, ''))];
}
