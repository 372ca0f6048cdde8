/** Stored deliveries → incidents. A crash anywhere in here is repaired by running it again. */
import type { Alert } from './alert.ts';
import { type IncidentId, mint } from './ids.ts';
import type { Incident } from './incident.ts';
import { holderOf, neighbourOf } from './neighbour.ts';
import { type Note, opened, place } from './place.ts';
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
    let group: string | null = null;
    let stormy = false;
    for (const alert of alerts) {
      // Asked once a group, which opens at most one incident: asking reads many, and a storm has many alerts.
      if (alert.groupKey !== group) stormy = await inStorm(incidents, alert.source, now());
      group = alert.groupKey;
      const incident = await takeIn({ incidents, now, joinMs, stormy }, alert);
      if (incident !== null) touched.add(incident);
    }
    await incidents.settle(delivery);
  }
  return [...touched];
}

async function takeIn(taking: Taking, alert: Alert): Promise<IncidentId | null> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const taken = await tryToPlace(taking, alert);
    if (taken !== 'somebody was faster') return taken;
  }
  throw new Error(`could not place alert ${alert.episode}: its incident keeps changing`);
}

async function tryToPlace(taking: Taking, alert: Alert): Promise<IncidentId | null | 'somebody was faster'> {
  const { incidents, now, stormy } = taking;
  const at = new Date(now()).toISOString();
  const { found, earlier } = await incidentsFor(taking, alert);
  const revision = found === null ? 0 : await incidents.revision(found.id);
  // Read again after the revision: see `revise`.
  const current = found === null ? null : await incidents.get(found.id);
  const latest = current ?? (await incidents.latestFor(alert.source, alert.groupKey)) ?? earlier;
  const placement = place(alert, current, latest, at);
  switch (placement.do) {
    case 'ignore':
      if (latest !== null) await write(incidents, latest.id, placement.notes, at);
      return latest?.id ?? null;
    case 'open': {
      const { incident, notes } = opened(mint('inc', now()), alert, stormy ? OVERFLOW : alert.groupKey, at);
      if (!(await incidents.save(incident, 0))) return 'somebody was faster';
      await write(incidents, incident.id, notes, at);
      return incident.id;
    }
    case 'change': {
      const { incident, notes } = placement;
      if (incident !== current && !(await incidents.save(incident, revision))) return 'somebody was faster';
      await write(incidents, incident.id, notes, at);
      return incident.id;
    }
  }
}

/** The open incident that takes the alert, and an earlier one of another group that its episode belonged to. */
async function incidentsFor({ incidents, now, joinMs = 0, stormy }: Taking, alert: Alert) {
  const own = await openIncident(incidents, alert, stormy);
  if (own !== null || stormy || joinMs === 0) return { found: own, earlier: null };
  const recent = await incidents.list({ limit: RECENT });
  return { found: neighbourOf(alert, recent, joinMs, now()), earlier: holderOf(alert, recent) };
}

/** The group's own incident; in a storm, or where this alert joined one then, the shared incident. */
async function openIncident(incidents: Incidents, alert: Alert, stormy: boolean): Promise<Incident | null> {
  const own = await incidents.openFor(alert.source, alert.groupKey);
  if (own !== null) return own;
  const shared = await incidents.openFor(alert.source, OVERFLOW);
  const joined = shared?.alerts.some(({ fingerprint }) => fingerprint === alert.fingerprint) ?? false;
  return stormy || joined ? shared : null;
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
