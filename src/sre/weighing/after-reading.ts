/** What a second reader did not find in the evidence decides no hypothesis either. Pure. */
import type { Finding } from '../finding.ts';
import type { Hypothesis } from '../hypothesis.ts';
import type { Review } from '../review.ts';

type Read = Pick<Review, 'grading' | 'fate'>;

/** `reported`: the finding as it was read, with what was left out of it afterwards. */
export function afterReading(
  known: readonly Hypothesis[],
  reported: Finding,
  { grading, fate }: Read,
): readonly Hypothesis[] {
  const refused = grading.is === 'graded' ? grading.lines.filter(({ verdict }) => verdict === 'not_supported') : [];
  if (fate === 'sent_back' || refused.length === 0) return known;
  const gone = reported.ruled_out.filter((_one, at) => refused.some(({ where }) => where === `ruled_out[${at}]`));
  return known.map((one) => {
    const { state, statement } = one;
    const undone =
      (state.is === 'supported' && fate === 'withheld') ||
      (state.is === 'refuted' && gone.some(({ hypothesis, why }) => hypothesis === statement || why === state.why));
    return undone ? { ...one, state: { ...state, is: 'inconclusive', why: UNSUPPORTED } } : one;
  });
}

const UNSUPPORTED = 'A second reader did not find in the evidence what was said to decide it.';
