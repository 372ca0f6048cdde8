/** What a fresh reader made of a finding: each of its statements held against the evidence that it cites. */
export type Verdict = 'supported' | 'not_supported' | 'cannot_tell';

export interface Judged {
  /** `claims[2]`, `ruled_out[0]`, `runbooks[0].contradicted[1]`, `cause`. */
  where: string;
  text: string;
  verdict: Verdict;
  why: string;
}

export type Grading =
  | { is: 'graded'; lines: Judged[] }
  /** The finding concludes nothing, and accuses nobody. */
  | { is: 'not_needed' }
  /** The reader could not be asked, or gave no verdict that could be read. Never a pass. */
  | { is: 'not_graded'; why: string };

export interface Review {
  /** The report it is about, by its tool use. */
  use: string;
  /** The model that read. */
  by: string;
  /** Counts up while findings are sent back, and begins again after one was kept. */
  round: number;
  /** Readings of this incident so far, this one included. */
  readings: number;
  grading: Grading;
  /** What became of the finding: `kept` may mean with lower confidence, `withheld` that its cause is not shown. */
  fate: 'sent_back' | 'kept' | 'withheld';
}

/** One sentence for whoever reads the finding; empty when it concludes nothing that had to be graded. */
export function reviewWords({ by, grading, fate }: Review): string {
  switch (grading.is) {
    case 'not_needed':
      return '';
    case 'not_graded':
      return `Not graded by a second reader: ${grading.why}.`;
    case 'graded': {
      const count = (verdict: Verdict) => grading.lines.filter((line) => line.verdict === verdict).length;
      const unclear = count('cannot_tell') === 0 ? '' : `, ${count('cannot_tell')} it could not tell`;
      const left = count('not_supported') === 0 ? '' : `, ${count('not_supported')} not supported and left out`;
      const shown = fate === 'withheld' ? '; the conclusion is not shown' : '';
      return `Read a second time by ${by}, from the evidence alone: ${count('supported')} of ${grading.lines.length} statements supported${unclear}${left}${shown}.`;
    }
  }
}
