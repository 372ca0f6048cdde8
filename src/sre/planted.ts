/** Text from outside that gives orders to whoever reads it, as far as that was noticed: shown to people, followed by nobody. */
export interface Planted {
  /** Shortened, with what is invisible made visible. */
  text: string;
  /** In words: which tool read it, the alert, a remark. */
  where: string;
  /** What it stands in; null where nobody had to look for it. */
  evidence: string | null;
}

/** Of one incident: more than that tells nobody more. */
export const MOST_PLANTED = 5;

export function plantedWords({ text, where, evidence }: Planted): string {
  return `in ${where}${evidence === null ? '' : ` [${evidence}]`}: \u201c${text}\u201d`;
}
