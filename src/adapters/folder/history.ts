import { z } from 'zod';
import type { AlertHistory, IncidentHistory, PastAlert, PastIncident } from '../../sre/ports/history.ts';
import { pickAlerts } from '../../sre/ports/pick-alerts.ts';
import { found, notARange, notThere, type Place, windowOf } from './place.ts';
import { readJson } from './read-file.ts';

const ALERTS = 'alerts.json';
const INCIDENTS = 'incidents.json';

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString());
const service = z.string().nullable().default(null);
const alert = z.object({
  name: z.string().min(1),
  service,
  labels: z.record(z.string(), z.string()).default({}),
  fingerprint: z.string().nullable().default(null),
  started_at: time,
  ended_at: time.nullable(),
  cleared_alone: z.boolean().nullable().default(null),
});
const incident = z.object({
  id: z.string().min(1),
  started_at: time,
  ended_at: time.nullable(),
  service,
  alert: z.string(),
  title: z.string(),
  cause: z.object({ service, kind: z.string(), line: z.string() }).nullable(),
  done: z.string().nullable().default(null),
  outcome: z.string(),
  confirmed_by: z.string().nullable().default(null),
});

/** What ended after the moment of the world still fires at it. */
export async function folderAlerts(place: Place): Promise<AlertHistory> {
  const rows = await readJson(place.dir, ALERTS, z.array(alert));
  const known = (rows ?? []).map((row) => pastAlert(row, place.now));
  return {
    async list(query) {
      if (rows === null) return notThere(place, ALERTS);
      const window = windowOf(place, query.range);
      if (window === null) return notARange(place, query.range);
      const { data, truncated } = pickAlerts(known, query, window);
      return found(place, data, { ...window, truncated });
    },
  };
}

/** What was closed after the moment of the world was not known at it. */
export async function folderIncidents(place: Place): Promise<IncidentHistory> {
  const rows = await readJson(place.dir, INCIDENTS, z.array(incident));
  const known = (rows ?? [])
    .filter((row) => row.ended_at === null || Date.parse(row.ended_at) <= place.now)
    .map(pastIncident)
    .toSorted((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  return {
    async list({ range, except, limit }) {
      if (rows === null) return notThere(place, INCIDENTS);
      const window = windowOf(place, range);
      if (window === null) return notARange(place, range);
      const fitting = known.filter(({ id, startedAt }) => {
        const at = Date.parse(startedAt);
        return id !== except && at >= window.from && at <= window.to;
      });
      return found(place, fitting.slice(0, limit), { ...window, truncated: fitting.length > limit });
    },
  };
}

function pastAlert(row: z.infer<typeof alert>, now: number): PastAlert {
  const { name, labels, fingerprint, started_at: startedAt, ended_at: endedAt } = row;
  const over = endedAt !== null && Date.parse(endedAt) <= now;
  const clearedAlone = over ? row.cleared_alone : null;
  return { name, service: row.service, labels, fingerprint, startedAt, endedAt: over ? endedAt : null, clearedAlone };
}

function pastIncident({ started_at, ended_at, confirmed_by, ...row }: z.infer<typeof incident>): PastIncident {
  return { ...row, startedAt: started_at, endedAt: ended_at, confirmedBy: confirmed_by };
}
