import type { Incident } from '../incident.ts';
import type { Incidents } from '../ports/incidents.ts';

const PAGE = 100;
/** With their findings and alerts these are some megabytes. */
const MOST = 500;

/** Those opened since then, newest first; `complete` is false when there were more than are read. */
export async function recentIncidents(
  incidents: Pick<Incidents, 'list'>,
  since: string,
  states?: readonly Incident['state']['is'][],
): Promise<{ found: Incident[]; complete: boolean }> {
  const found: Incident[] = [];
  while (found.length < MOST) {
    const before = found.at(-1)?.id;
    const page = await incidents.list({
      limit: PAGE,
      ...(before === undefined ? {} : { before }),
      ...(states === undefined ? {} : { states }),
    });
    const fresh = page.filter(({ openedAt }) => openedAt >= since);
    found.push(...fresh);
    if (page.length < PAGE || fresh.length < page.length) return { found, complete: true };
  }
  return { found, complete: false };
}
