/** What Vigil itself was told of alerts, as a history: each episode once, in the last form that was heard of it. */
import { timeWindow } from '../../lib/time-window.ts';
import type { Alert } from '../alert.ts';
import type { Incident } from '../incident.ts';
import type { AlertHistory, PastAlert } from '../ports/history.ts';
import type { Incidents } from '../ports/incidents.ts';
import { pickAlerts } from '../ports/pick-alerts.ts';
import { fromRecord, OWN_RECORD } from './from-record.ts';
import { recentIncidents } from './recent-incidents.ts';

type Record = Pick<Incidents, 'heard' | 'list' | 'actions'>;

export function ownAlerts(incidents: Record, now: () => Date): AlertHistory {
  return {
    list: (query) =>
      fromRecord<PastAlert[]>(async () => {
        const { range, warnings, ...window } = timeWindow(query.range, now().getTime());
        const { alerts, since, oldest } = await incidents.heard(range.start);
        const episodes = lastForms(alerts).map((alert) => ({ alert, past: told(alert) }));
        const { data, truncated } = pickAlerts(
          episodes.map(({ past }) => past),
          query,
          window,
        );
        const shown = new Set(data);
        const ended = episodes.filter(({ past }) => shown.has(past) && past.endedAt !== null);
        const acted = await actedOn(incidents, range.start, ended);
        return {
          status: 'ok',
          data: data.map((one) => ({ ...one, clearedAlone: acted.get(one) ?? null })),
          source: OWN_RECORD,
          range,
          truncated: truncated || since > range.start,
          warnings: [
            ...warnings,
            ...(since > range.start ? [`only what was heard since ${since} was looked at`] : []),
            ...(oldest === null ? [] : [`the first alert that was ever heard of came at ${oldest}`]),
          ],
          url: null,
        };
      }),
  };
}

/** `alerts`: newest first. An end that was heard is not taken back by a repeat that came late. */
function lastForms(alerts: readonly Alert[]): Alert[] {
  const byEpisode = new Map<string, Alert>();
  for (const alert of alerts) {
    const key = `${alert.source} ${alert.episode}`;
    const kept = byEpisode.get(key);
    if (kept === undefined || (isOver(alert) && !isOver(kept))) byEpisode.set(key, alert);
  }
  return [...byEpisode.values()];
}

function isOver({ status }: Alert): boolean {
  return status === 'resolved';
}

function told(alert: Alert): PastAlert {
  const { name, service, labels, fingerprint, startsAt, endsAt } = alert;
  const endedAt = isOver(alert) ? (endsAt ?? startsAt) : null;
  return { name, service, labels, fingerprint, startedAt: startsAt, endedAt, clearedAlone: null };
}

interface Episode {
  alert: Alert;
  past: PastAlert;
}

/** Of each that ended: true when nobody had acted on its incident by then. Those whose incident is not known are left out. */
async function actedOn(incidents: Record, since: string, ended: readonly Episode[]): Promise<Map<PastAlert, boolean>> {
  if (ended.length === 0) return new Map();
  const { found } = await recentIncidents(incidents, since);
  const holders = ended.map(({ alert, past }) => ({ past, holder: holderOf(alert, found) }));
  const acts = new Map<Incident, number>();
  for (const { holder } of holders)
    if (holder !== null && !acts.has(holder)) acts.set(holder, await firstAct(incidents, holder));
  return new Map(
    holders.flatMap(({ past, holder }) =>
      holder === null ? [] : [[past, (acts.get(holder) ?? 0) > Date.parse(past.endedAt ?? '')]],
    ),
  );
}

/** The newest that was open when the episode began, a moment of delivery allowed for, and that knows the alert. */
function holderOf({ source, fingerprint, startsAt, endsAt }: Alert, found: readonly Incident[]): Incident | null {
  const until = Date.parse(endsAt ?? startsAt) + 3_600_000;
  const holds = (one: Incident) =>
    one.source === source &&
    Date.parse(one.openedAt) <= until &&
    one.alerts.some((alert) => alert.fingerprint === fingerprint);
  return found.find(holds) ?? null;
}

/** When somebody first did something about it: a change that was carried out, or an end that a person put to it. */
async function firstAct(incidents: Record, { id, state }: Incident): Promise<number> {
  const done = (await incidents.actions(id)).flatMap((action) => (action.state.is === 'done' ? [action.state.at] : []));
  const ends = state.is === 'resolved' ? [state.at] : [];
  return Math.min(...[...done, ...ends].map((at) => Date.parse(at)));
}
