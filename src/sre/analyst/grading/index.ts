/**
 * The deterministic second reader. It does not look for a claim's words in the evidence, which was done before, but
 * computes again what a claim says from the rows of the evidence: levels and directions from the points of a series, counts
 * from log patterns, times and owners from the list of changes, signs from a diff. What it cannot compute it cannot tell.
 */
import type { Question } from '../../reviewing/question.ts';
import type { Answer } from '../../reviewing/verdict.ts';
import { judgeAlerts } from './alerts.ts';
import { judgeCause } from './cause.ts';
import { judgeChange } from './changes.ts';
import { judgeDiff } from './diffs.ts';
import { judgeExclusion } from './exclusions.ts';
import { judgeLevels } from './levels.ts';
import { judgeLogs } from './logs.ts';
import { judgeMovement } from './movements.ts';
import type { Opinion } from './opinion.ts';
import { type Rows, rowsOf, together } from './rows.ts';

/** Each answers null when the statement says nothing of its kind. */
const CHECKS: ((text: string, rows: Rows) => Opinion | null)[] = [
  judgeMovement,
  judgeLevels,
  judgeLogs,
  judgeChange,
  judgeDiff,
  judgeAlerts,
];

/** That a change is as it is called does not yet say that it was not the cause, but it has to be. */
const EXCLUSIONS: typeof CHECKS = [
  judgeExclusion,
  judgeMovement,
  judgeLevels,
  (text, rows) => {
    const opinion = judgeChange(text, rows);
    return opinion?.verdict === 'supported' ? { ...opinion, verdict: 'cannot_tell' } : opinion;
  },
];

/** It draws together what several series and lists show; which of them a word of it is about cannot be computed. */
const SUMMARY: Opinion = { verdict: 'cannot_tell', why: 'A summary cites nothing of its own to compute it from.' };

export function gradeQuestion({ finding, rubric, evidence }: Question): Answer {
  const known = new Map(evidence.map((item) => [item.id, rowsOf(item)]));
  const verdicts: Answer['verdicts'] = [];
  for (const { where, text, evidence: ids } of rubric) {
    const rows = together(ids.flatMap((id) => known.get(id) ?? []));
    const claimed = verdicts.filter((one) => one.verdict === 'supported' && one.where.startsWith('claims'));
    const opinion = where === 'cause' ? judgeCause(finding, rows, claimed.length) : judge(where, text, rows);
    verdicts.push({ where, ...(where === 'summary' ? SUMMARY : opinion) });
  }
  return { verdicts };
}

/** One refutation outweighs what else is right in the same statement. */
function judge(where: string, text: string, rows: Rows): Opinion {
  const excludes = where.startsWith('ruled_out');
  const opinions = [...(excludes ? EXCLUSIONS : CHECKS)].flatMap((check) => check(text, rows) ?? []);
  return (
    opinions.find(({ verdict }) => verdict === 'not_supported') ??
    opinions.find(({ verdict }) => verdict === 'supported') ??
    opinions[0] ?? {
      verdict: 'cannot_tell',
      why: 'Nothing in this statement can be computed again from what it cites.',
    }
  );
}
