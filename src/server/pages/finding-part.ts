/** A finding as a page shows it: every claim beside the evidence that it cites. Pure. */
import type { Finding } from '../../sre/finding.ts';
import { besideFinding, type Hypothesis, raisedBy, standing } from '../../sre/hypothesis.ts';
import type { IncidentId } from '../../sre/ids.ts';
import { type Review, reviewWords, type Verdict } from '../../sre/review.ts';
import { facts, type Html, html, moment } from './html.ts';

const TITLES: Record<Finding['outcome'], string> = {
  root_cause_identified: 'Root cause',
  best_effort: 'Best explanation',
  inconclusive: 'Inconclusive',
  no_impact: 'No user impact',
  blocked: 'Blocked',
};

export function findingPart(finding: Finding, incident: IncidentId): Html {
  const { cause } = finding;
  const named =
    cause === null ? 'none found' : [cause.service, cause.change_id, cause.kind].filter(Boolean).join(' · ');
  return html`<h2>${TITLES[finding.outcome]} <span class="dim">· ${finding.confidence} confidence</span></h2>
<p>${finding.summary}</p>
${facts([
  ['Cause', named],
  ['Mechanism', cause?.mechanism ?? null],
  ['Trigger', finding.trigger],
  ['Since', finding.onset === null ? null : moment(finding.onset)],
  ['Affected', finding.blast_radius],
])}
${list(
  'Next',
  finding.proposed_actions.map(({ title, why }) => html`${title}: ${why}`),
)}
${list(
  'What the evidence shows',
  finding.claims.map(({ text, evidence }) => html`${text} ${cited(evidence, incident)}`),
)}
${list(
  'Ruled out',
  finding.ruled_out.map(({ hypothesis, why, evidence }) => html`${hypothesis}: ${why} ${cited(evidence, incident)}`),
)}
${(finding.runbooks ?? []).map(
  ({
    name,
    age,
    sources,
    contradicted,
  }) => html`<h3>Runbook ${name}</h3><p class="dim">${[age, sources].filter(Boolean).join('; ')}</p>
${list(
  null,
  contradicted.map(({ says, seen, evidence }) => html`It says that ${says}, but: ${seen} ${cited(evidence, incident)}`),
)}`,
)}
${list(
  'Could not look at',
  finding.could_not_access.map((what) => html`${what}`),
)}
${finding.would_change_my_mind === '' ? null : html`<h3>What would change this</h3><p>${finding.would_change_my_mind}</p>`}`;
}

/** What a second reader made of it; what it did not find supported, or could not tell, with its reasons. */
export function reviewPart(review: Review): Html | null {
  const words = reviewWords(review);
  if (words === '') return null;
  const lines = review.grading.is === 'graded' ? review.grading.lines : [];
  const doubted = lines.filter(({ verdict }) => verdict !== 'supported');
  return html`<h3>Second reading</h3><p>${words}</p>
${list(
  null,
  doubted.map(({ verdict, text, why }) => html`${VERDICTS[verdict]}: ${text} <span class="dim">${why}</span>`),
)}`;
}

const VERDICTS: Record<Verdict, string> = {
  supported: 'Supported',
  not_supported: 'Not supported',
  cannot_tell: 'Could not tell',
};

/** What stands beside the finding; all of them while there is none. */
export function hypothesesPart(
  hypotheses: readonly Hypothesis[],
  finding: Finding | null,
  incident: IncidentId,
): Html | null {
  return list(
    'Hypotheses',
    besideFinding(hypotheses, finding).map((one) => {
      const { state } = one;
      const why = state.is === 'open' ? null : html`: ${state.why} ${cited(state.evidence, incident)}`;
      return html`<span class="dim">${one.id}</span> ${one.statement}${raisedBy(one)} <strong>${standing(one, finding !== null)}</strong>${why}`;
    }),
  );
}

export function cited(evidence: readonly string[], incident: IncidentId): Html {
  return html`[${evidence.map((id, i) => html`${i === 0 ? '' : ' '}<a href="/incidents/${incident}/evidence/${id}">${id}</a>`)}]`;
}

function list(title: string | null, items: Html[]): Html | null {
  if (items.length === 0) return null;
  return html`${title === null ? null : html`<h3>${title}</h3>`}<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`;
}
