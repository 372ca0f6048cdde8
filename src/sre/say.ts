/** What a person says about an incident: a line of its story, which whoever drives the incident tells the session (`tell.ts`). */
import type { IncidentId } from './ids.ts';
import type { TimelineEntry } from './incident.ts';
import type { Incidents } from './ports/incidents.ts';

export interface Remark {
  /** The same one twice is one line. */
  key: string;
  by: string;
  text: string;
}
export type Said = { ok: true; entry: TimelineEntry } | { ok: false; why: 'unknown' | 'resolved' };

const SAID = 'said:';
/** Ends the name in the line. */
const COLON = ': ';
/** In characters, of one remark. */
export const LONGEST_REMARK = 1500;

/** Nothing that is said decides anything: a change is approved by its digest, and nowhere else. */
export async function say(
  { incidents, now }: { incidents: Incidents; now: () => number },
  id: IncidentId,
  { key, by, text }: Remark,
): Promise<Said> {
  const incident = await incidents.get(id);
  if (incident === null) return { ok: false, why: 'unknown' };
  if (incident.state.is === 'resolved') return { ok: false, why: 'resolved' };
  const entry = await incidents.note(id, `${SAID}${key}`, {
    at: new Date(now()).toISOString(),
    kind: 'note',
    actor: 'human',
    text: `${by.slice(0, 200).replaceAll(COLON, ' ')}${COLON}${text.slice(0, LONGEST_REMARK)}`,
    ref: null,
  });
  return { ok: true, entry };
}

/** Lines of the story that are for the session to hear. */
export function isRemark({ actor, kind }: TimelineEntry): boolean {
  return actor === 'human' && kind === 'note';
}

/** Who said what, from the line of a remark. */
export function partsOf({ text }: Pick<TimelineEntry, 'text'>): { by: string; words: string } {
  const end = text.indexOf(COLON);
  return { by: text.slice(0, Math.max(0, end)), words: text.slice(end + COLON.length) };
}

/** In the room a remark is about the incident whose card it stands under; null when there is no such card, or no longer. */
export async function incidentOf(
  incidents: Incidents,
  card: { channel: string; ts: string },
): Promise<IncidentId | null> {
  const open = await incidents.list({ limit: 200, open: true });
  const found = open.find((one) => one.card?.channel === card.channel && one.card.ts === card.ts);
  return found?.id ?? null;
}
