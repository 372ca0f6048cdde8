/** The finding read once more by the deterministic second reader, as in a session, where that is a conversation of its own. */
import type { Finding } from '../finding.ts';
import { questionOf } from '../reviewing/question.ts';
import { concludes, rubricOf } from '../reviewing/rubric.ts';
import { type Settled, settle } from '../reviewing/settle.ts';
import { readAnswer } from '../reviewing/verdict.ts';
import type { Recorded } from './evidence-in.ts';
import { gradeQuestion } from './grading/index.ts';

export function secondReading(finding: Finding, evidence: readonly Recorded[]): Settled {
  if (!concludes(finding)) return settle(finding, { is: 'not_needed' }, 1);
  const { verdicts } = gradeQuestion(questionOf(finding, evidence));
  const read = readAnswer(JSON.stringify({ verdicts }), rubricOf(finding));
  const grading = read.ok ? { is: 'graded' as const, lines: read.lines } : { is: 'not_graded' as const, why: read.why };
  return settle(finding, grading, 1);
}
