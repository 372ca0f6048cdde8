/**
 * What earlier alerts and incidents can bear: that something was so then, and that something fires. What makes it fire this time
 * no history shows, so nothing is blamed, ruled out or settled by it alone.
 */
import type { Evidence } from '../evidence.ts';
import type { Finding } from '../finding.ts';

const HISTORY_TOOLS: ReadonlySet<string> = new Set(['list_alerts', 'search_incidents']);

export function isHistory({ tool }: Pick<Evidence, 'tool'>): boolean {
  return HISTORY_TOOLS.has(tool);
}

/** Words that say of when something is said, or that it is of alerts. */
const OF_THEN =
  /\b(?:before|earlier|previous(?:ly)?|past|ago|history|on record|then|last (?:time|week|month|year)|was|were|had|looked at|searched|fire[sd]?|firing|cleared)\b/i;
/** Words that say why it is so now. */
const OF_NOW =
  /\bbecause\b|\b(?:is|are|being) (?:again )?(?:caused|due|triggered|explained)\b|\b(?:root |same )?causes? (?:is|are|again)\b|\bsame (?:root )?cause\b|\bthis time\b|\bonce (?:more|again)\b/i;

/** Why a statement that cites history alone does not stand; empty when it does. */
export function beyondHistory(where: string, text: string, ids: readonly string[]): string[] {
  const cited = `${ids.join(', ')} is history and shows nothing of the present`;
  if (!where.startsWith('claims')) return [`${cited}: test it against what is measured now, and cite that`];
  if (OF_NOW.test(text)) return [`${cited}: a cause of then is no evidence of this one`];
  return OF_THEN.test(text) ? [] : [`${cited}: say that it was so then, or cite what shows it now`];
}

/** A cause that no claim with evidence of the present stands beside. */
export function causeByHistory({ cause, claims }: Finding, past: ReadonlySet<string>): string[] {
  if (cause === null || claims.some(({ evidence }) => evidence.some((id) => !past.has(id)))) return [];
  return ['all claims cite history alone, and a cause of then is no evidence of this one'];
}
