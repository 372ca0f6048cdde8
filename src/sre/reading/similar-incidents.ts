/** Which past incidents are like what is asked for: by alert, by service and by words, the most alike first. Pure. */
import type { PastIncident } from '../ports/history.ts';

export interface Likeness {
  incident: PastIncident;
  /** What it shares with the question. */
  shares: ('alert' | 'service' | 'words')[];
}
export interface Asked {
  alert: string | null;
  service: string | null;
  text: string | null;
}

const WEIGHT = { alert: 4, service: 2 };

/** Without anything asked for, all of them in their order. */
export function similarIncidents(all: readonly PastIncident[], asked: Asked): Likeness[] {
  const words = wordsIn(asked.text ?? '');
  const scored = all.map((incident) => {
    const alert = asked.alert !== null && plain(incident.alert) === plain(asked.alert);
    const service = asked.service !== null && incident.service === asked.service;
    const shared = shareOf(words, incident);
    const shares: Likeness['shares'] = [
      ...(alert ? ['alert' as const] : []),
      ...(service ? ['service' as const] : []),
      ...(shared > 0 ? ['words' as const] : []),
    ];
    return { incident, shares, score: (alert ? WEIGHT.alert : 0) + (service ? WEIGHT.service : 0) + shared };
  });
  const anything = asked.alert !== null || asked.service !== null || words.size > 0;
  return scored
    .filter(({ score }) => !anything || score > 0)
    .toSorted((a, b) => b.score - a.score || Date.parse(b.incident.startedAt) - Date.parse(a.incident.startedAt))
    .map(({ incident, shares }) => ({ incident, shares }));
}

/** Of the words asked for, how many of three stand in it: 3 for all of them. */
function shareOf(words: ReadonlySet<string>, { title, alert, cause, done }: PastIncident): number {
  if (words.size === 0) return 0;
  const own = wordsIn([title, alert, cause?.line, cause?.service, cause?.kind, done].join(' '));
  return (3 * [...words].filter((word) => own.has(word)).length) / words.size;
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}

function wordsIn(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}_-]{2,}/gu) ?? []);
}
