/**
 * A remark that names what the finding does not blame, or guesses or doubts in words known here, is a hypothesis of whoever
 * made it: opened here, whatever a model makes of it.
 */
import type { HypothesisId, IncidentId } from '../ids.ts';
import type { TimelineEntry } from '../incident.ts';
import type { Incidents } from '../ports/incidents.ts';
import { revise } from '../revise.ts';
import { partsOf } from '../say.ts';
import { append } from './append.ts';
import { namesAnother } from './names-another.ts';

/** Null when it raises none, or one too many. The same line raises one, however often it is asked. */
export async function raise(incidents: Incidents, id: IncidentId, entry: TimelineEntry): Promise<HypothesisId | null> {
  const { by, words } = partsOf(entry);
  const isIts = (raiser: { is: string; remark?: number }) => raiser.is === 'person' && raiser.remark === entry.seq;
  const after = await revise(incidents, id, (incident) => {
    const known = incident.hypotheses ?? [];
    if (known.some((one) => isIts(one.by))) return incident;
    const statement = hypothesisIn(words) ?? (namesAnother(words, incident) ? oneLine(words) : null);
    if (statement === null) return incident;
    const raised = { statement, by: { is: 'person' as const, name: by, remark: entry.seq } };
    const hypotheses = append(known, { ...raised, at: entry.at, state: { is: 'open' } });
    return hypotheses === known ? incident : { ...incident, hypotheses: [...hypotheses] };
  });
  return after?.hypotheses?.find((one) => isIts(one.by))?.id ?? null;
}

/** Words with which people guess, doubt, and point elsewhere. */
const CUES = [
  /\b(?:i|we)(?:'m| am| are)? (?:\w+ )?(?:think|believe|suspect|guess|bet|doubt|assume|sure)\b/,
  /\b(?:don't|do not|doesn't|does not) (?:think|believe|buy)\b/,
  /\b(?:isn't|is not|wasn't|was not|it's not|can't be|cannot be|not because of|nothing to do with)\b/,
  /^(?:no\b|not\b|wrong\b|nope\b)/,
  /\b(?:disagree|suspect|unlikely|more likely|rather|instead|probably|perhaps|maybe|(?:might|may|could|must) be)\b/,
  /(?:^|[.,;:!?] |\b(?:and|but|or|so) )(?:could|might|was|is) (?:it|this|that|there)\b(?! (?:over|done|fixed|resolved|safe|still)\b)/,
  /\b(?:caused by|because of|due to|comes? from|it's (?:the|our)|it (?:is|was) (?:the|our))\b/,
  /\b(?:look(?:ed)? (?:at|into)|check(?:ed)?|what about|how about|consider(?:ed)?)\b/,
];
const NAMED = /^\s*hypothesis\s*:\s*/i;

/** By its words alone: null for a plain question, an order or thanks. What begins with "hypothesis:" is one in any language. */
export function hypothesisIn(words: string): string | null {
  const text = oneLine(words);
  if (NAMED.test(text)) return text.replace(NAMED, '') || null;
  const read = text.toLowerCase().replaceAll('’', "'");
  return CUES.some((cue) => cue.test(read)) ? text : null;
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ').trim();
}
