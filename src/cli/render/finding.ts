/** A finding for a reader who just woke up: what, what to do, why, what was ruled out, and what would change the verdict. */
import type { Paint } from '../terminal.ts';
import type { Finding, Review } from '../wire.ts';
import { hanging, oneLine, utc, wrap } from './wrap.ts';

const titles: Record<string, string> = {
  root_cause_identified: 'ROOT CAUSE',
  best_effort: 'BEST EXPLANATION',
  inconclusive: 'INCONCLUSIVE',
  no_impact: 'NO USER IMPACT',
  blocked: 'BLOCKED',
};

export function renderFinding(finding: Finding, review: Review | null, paint: Paint, columns: number): string[] {
  const width = Math.min(columns, 100) - 2;
  const lines = [
    `${paint(['bold', 'cyan'], titles[finding.outcome] ?? finding.outcome)}  ${paint('dim', `${finding.confidence} confidence`)}`,
    '',
    ...wrap(finding.summary, width),
    '',
    ...facts(finding, paint, width),
  ];
  if (finding.proposed_actions.length > 0) lines.push('', paint('bold', 'Next'));
  for (const { title, why } of finding.proposed_actions) lines.push(...hanging('  • ', `${title}: ${why}`, width, 4));
  if (finding.claims.length > 0) lines.push('', paint('bold', 'What the evidence shows'));
  for (const claim of finding.claims) lines.push(...cited('  • ', claim.text, claim.evidence, paint, width));
  if (finding.ruled_out.length > 0) lines.push('', paint('bold', 'Ruled out'));
  for (const { hypothesis, why, evidence } of finding.ruled_out) {
    lines.push(...cited(`  ${paint('red', '✗')} `, `${hypothesis}: ${why}`, evidence, paint, width));
  }
  for (const runbook of finding.runbooks) lines.push(...renderRunbook(runbook, paint, width));
  if (finding.could_not_access.length > 0) {
    lines.push(
      '',
      paint('yellow', 'Could not look at'),
      ...finding.could_not_access.flatMap((what) => wrap(`  ${what}`, width)),
    );
  }
  if (finding.would_change_my_mind !== '') {
    lines.push(
      '',
      paint('bold', 'What would change this'),
      ...wrap(finding.would_change_my_mind, width - 2).map((line) => `  ${line}`),
    );
  }
  if (review !== null) lines.push(...renderReview(review, paint, width));
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** Who read it a second time, and what came of it; nothing of a finding that concludes nothing. */
function renderReview({ by, grading, fate }: Review, paint: Paint, width: number): string[] {
  if (grading.is === 'not_needed') return [];
  if (grading.is !== 'graded')
    return ['', ...hanging(paint('yellow', 'Not graded '), `by a second reader: ${grading.why ?? ''}`, width, 11)];
  const count = (verdict: string) => grading.lines.filter((line) => line.verdict === verdict).length;
  const parts = [
    `${count('supported')} of ${grading.lines.length} statements supported by the evidence alone`,
    ...(count('cannot_tell') === 0 ? [] : [`${count('cannot_tell')} it could not tell`]),
    ...(count('not_supported') === 0 ? [] : [`${count('not_supported')} not supported and left out`]),
    ...(fate === 'withheld' ? ['the conclusion is not shown'] : []),
  ];
  return ['', ...hanging(paint('bold', 'Second reading '), `${parts.join(', ')} (${by})`, width, 4)];
}

function facts(finding: Finding, paint: Paint, width: number): string[] {
  const { cause } = finding;
  const rows: [string, string | null][] = [
    [
      'Cause',
      cause === null
        ? 'none found'
        : [cause.service, cause.change_id, cause.kind].filter((part) => part !== null).join(' · '),
    ],
    ['Mechanism', cause?.mechanism ?? null],
    ['Trigger', finding.trigger],
    ['Since', finding.onset === null ? null : utc(finding.onset)],
    ['Affected', finding.blast_radius],
  ];
  return rows.flatMap(([label, text]) =>
    text === null || text === '' ? [] : hanging(paint('dim', label.padEnd(11)), text, width, 11),
  );
}

/** Written before the incident: how long before, by what, and where the telemetry says otherwise. */
function renderRunbook(runbook: Finding['runbooks'][number], paint: Paint, width: number): string[] {
  const { name, age, sources, contradicted } = runbook;
  const about = [age ?? '', sources ?? ''].filter(Boolean).join('; ');
  return [
    '',
    `${paint('bold', 'Runbook')} ${oneLine(name)}`,
    ...wrap(about, width - 2).map((line) => `  ${line}`),
    ...contradicted.flatMap(({ says, seen, evidence }) =>
      cited(`  ${paint('red', '✗')} `, `says that ${says}, but: ${seen}`, evidence, paint, width),
    ),
  ];
}

function cited(label: string, text: string, evidence: string[], paint: Paint, width: number): string[] {
  const lines = hanging(label, text, width, 4);
  const last = lines.pop() ?? '';
  return [...lines, `${last} ${paint('cyan', `[${evidence.join(' ')}]`)}`];
}
