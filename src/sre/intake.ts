/** Stored deliveries → incidents. A crash anywhere in here is repaired by running it again. */
import type { Alert } from './alert.ts';
import { type IncidentId, mint } from './ids.ts';
import { type Joined, joinAll } from './placing/join.ts';
import { holderOf, neighbourOf } from './placing/neighbour.ts';
import type { Note } from './placing/notes.ts';
import { opened, place } from './placing/place.ts';
import type { Incidents } from './ports/incidents.ts';

interface Intake {
  incidents: Incidents;
  now: () => number;
  /** For so long after an incident was opened, alerts of other groups of its service join it. Default: never. */
  joinMs?: number;
}

interface Taking extends Intake {
  /** The source has opened as many incidents as it may for now. */
  stormy: boolean;
}

/** One source may open this many incidents an hour; what comes on top shares one incident, so that nothing is lost. */
const STORM_LIMIT = 50;
const STORM_WINDOW_MS = 3_600_000;
const OVERFLOW = 'overflow';
const ATTEMPTS = 10;
/** Among so many of the newest incidents those are looked for that an alert of another group may join. */
const RECENT = 200;

/** Takes every pending delivery, oldest first; answers the incidents it touched. Call it from one place at a time. */
export async function intake({ incidents, now, joinMs = 0 }: Intake): Promise<IncidentId[]> {
  const touched = new Set<IncidentId>();
  for (const { delivery, alerts } of await incidents.pending()) {
    for (const group of byGroup(alerts)) {
      // Asked once a group, which opens at most one incident: asking reads many, and a storm has many alerts.
      const stormy = await inStorm(incidents, group[0].source, now());
      for (const id of await takeIn({ incidents, now, joinMs, stormy }, group)) touched.add(id);
    }
    await incidents.settle(delivery);
  }
  return [...touched];
}

/** Alerts of the same group that stand side by side. */
type Group = [Alert, ...Alert[]];

function byGroup(alerts: readonly Alert[]): Group[] {
  const groups: Group[] = [];
  for (const alert of alerts) {
    const last = groups.at(-1);
    if (last !== undefined && last[0].groupKey === alert.groupKey) last.push(alert);
    else groups.push([alert]);
  }
  return groups;
}

async function takeIn(taking: Taking, group: Group): Promise<IncidentId[]> {
  const touched: IncidentId[] = [];
  let attempts = 0;
  let rest: readonly Alert[] = group;
  for (let [first, ...others] = rest; first !== undefined; [first, ...others] = rest) {
    const taken = await tryToPlace(taking, first, others);
    if (taken !== 'somebody was faster') {
      if (taken.incident !== null) touched.push(taken.incident);
      rest = rest.slice(taken.count);
      attempts = 0;
    } else if (++attempts === ATTEMPTS) {
      throw new Error(`could not place alert ${first.episode}: its incident keeps changing`);
    }
  }
  return touched;
}

/** Places the alert, and those of `others` that go to the same incident whatever they say; answers how many that were. */
async function tryToPlace(
  taking: Taking,
  alert: Alert,
  others: readonly Alert[],
): Promise<{ incident: IncidentId | null; count: number } | 'somebody was faster'> {
  const { incidents, now, stormy } = taking;
  const at = new Date(now()).toISOString();
  const { current, revision, latest, ofGroup } = await standing(taking, alert);
  const placement = place(alert, current, latest, at);
  switch (placement.do) {
    case 'ignore':
      if (latest !== null) await write(incidents, latest.id, placement.notes, at);
      return { incident: latest?.id ?? null, count: 1 };
    case 'open': {
      const begun = opened(mint('inc', now()), alert, stormy ? OVERFLOW : alert.groupKey, at);
      return (await keep(incidents, begun, 0, at)) ? { incident: begun.incident.id, count: 1 } : 'somebody was faster';
    }
    case 'change': {
      const together = ofGroup ? others : [];
      const joined = joinAll(placement, together, at);
      const expected = joined.incident === current ? null : revision;
      const { id } = joined.incident;
      const kept = await keep(incidents, joined, expected, at);
      return kept ? { incident: id, count: 1 + together.length } : 'somebody was faster';
    }
  }
}

/** What the store holds that the alert may belong to; `latest` is the newest of its group, resolved or not. */
async function standing(taking: Taking, alert: Alert) {
  const { incidents } = taking;
  const { found, earlier, ofGroup } = await incidentsFor(taking, alert);
  const revision = found === null ? 0 : await incidents.revision(found.id);
  // Read again after the revision: see `revise`.
  const current = found === null ? null : await incidents.get(found.id);
  const latest = current ?? (await incidents.latestFor(alert.source, alert.groupKey)) ?? earlier;
  return { current, revision, latest, ofGroup };
}

/** False when the incident is not at this revision any more. Null: it is as it was, only the notes may be missing. */
async function keep(incidents: Incidents, { incident, notes }: Joined, revision: number | null, at: string) {
  if (revision !== null && !(await incidents.save(incident, revision))) return false;
  await write(incidents, incident.id, notes, at);
  return true;
}

/**
 * The open incident that takes the alert, whether it takes any other of its group too, and an earlier one of another group
 * that its episode belonged to.
 */
async function incidentsFor({ incidents, now, joinMs = 0, stormy }: Taking, alert: Alert) {
  const own = await incidents.openFor(alert.source, alert.groupKey);
  if (own !== null) return { found: own, earlier: null, ofGroup: true };
  // In a storm, or where this alert joined it then, the incident that is shared.
  const shared = await incidents.openFor(alert.source, OVERFLOW);
  const joined = shared?.alerts.some(({ fingerprint }) => fingerprint === alert.fingerprint) ?? false;
  if (stormy || joined) return { found: shared, earlier: null, ofGroup: stormy };
  if (joinMs === 0) return { found: null, earlier: null, ofGroup: false };
  const recent = await incidents.list({ limit: RECENT });
  return { found: neighbourOf(alert, recent, joinMs, now()), earlier: holderOf(alert, recent), ofGroup: false };
}

async function inStorm(incidents: Incidents, source: string, now: number): Promise<boolean> {
  const recent = await incidents.list({ limit: STORM_LIMIT });
  const since = new Date(now - STORM_WINDOW_MS).toISOString();
  return recent.filter((incident) => incident.source === source && incident.openedAt > since).length >= STORM_LIMIT;
}

async function write(incidents: Incidents, id: IncidentId, notes: readonly Note[], at: string): Promise<void> {
  for (const { key, kind, text } of notes) {
    await incidents.note(id, key, { at, kind, actor: 'system', text: text.slice(0, 2000), ref: null });
  }
}
