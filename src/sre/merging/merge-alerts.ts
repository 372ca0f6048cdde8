/** Several records of alerts as one: an episode that more than one of them tells of is one episode. */
import type { AlertHistory, PastAlert } from '../ports/history.ts';
import { merger } from './merger.ts';
import { together } from './together.ts';

/** Some round the start of an episode to seconds. */
const SAME_START_MS = 2000;

/** `sources` in the order in which they are believed of an episode. */
export const mergeAlerts = merger<AlertHistory>((ask) => ({
  async list(query, signal) {
    const told = await ask((port, limited) => port.list(query, limited), signal);
    return together(
      told,
      ({ length }) => length,
      (answered) => {
        const all = joinEpisodes(answered.map(({ answer }) => answer.data));
        return { data: all.slice(0, query.limit), truncated: all.length > query.limit, warnings: [] };
      },
      'by all',
    );
  },
}));

/** Newest first. */
function joinEpisodes(lists: readonly (readonly PastAlert[])[]): PastAlert[] {
  const kept: PastAlert[] = [];
  for (const list of lists) {
    const known = [...kept];
    kept.push(...list.filter((one) => !known.some((other) => isSame(one, other))));
  }
  return kept.toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

function isSame(a: PastAlert, b: PastAlert): boolean {
  if (a.fingerprint === null || a.fingerprint !== b.fingerprint) return false;
  return Math.abs(Date.parse(a.startedAt) - Date.parse(b.startedAt)) <= SAME_START_MS;
}
