/** What the logs began or stopped to say between two windows. Rates are per minute, because windows differ in length. */

export interface TemplateCount {
  key: string;
  before: number;
  after: number;
}
export interface TemplateChange extends TemplateCount {
  status: 'new' | 'vanished' | 'more' | 'fewer' | 'same';
  ratePerMinute: number;
  baselineRatePerMinute: number;
  /** Standard deviations of a Poisson count; the order of importance. Signed. */
  score: number;
}

/** Changed templates first by |score|. A window of no length gives rate 0. */
export function diffTemplates(
  counts: readonly TemplateCount[],
  minutes: { before: number; after: number },
): TemplateChange[] {
  const rate = (count: number, length: number): number => (length > 0 ? count / length : 0);
  return counts
    .map((count) => {
      const ratePerMinute = rate(count.after, minutes.after);
      const baselineRatePerMinute = rate(count.before, minutes.before);
      const expected = baselineRatePerMinute * minutes.after;
      // Two windows, each with its own Poisson noise; one added so that 0 → 1 is no sensation.
      const spread = Math.sqrt(expected * (1 + rate(minutes.after, minutes.before)) + 1);
      const score = (count.after - expected) / spread;
      return { ...count, status: statusOf(count, score), ratePerMinute, baselineRatePerMinute, score };
    })
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score) || b.after - a.after || a.key.localeCompare(b.key));
}

function statusOf(count: TemplateCount, score: number): TemplateChange['status'] {
  if (count.before === 0 && count.after > 0) return 'new';
  if (count.after === 0 && count.before > 0) return 'vanished';
  if (Math.abs(score) < 3) return 'same';
  return score > 0 ? 'more' : 'fewer';
}
