/** Alerts of different groups that are one incident all the same: of one service, soon after each other. Pure. */
import type { Alert } from '../alert.ts';
import type { Incident } from '../incident.ts';

/**
 * The incident that an alert without an open one of its own joins, of `recent`, newest first: the one that holds it
 * already, else one of the same source, service and environment that was opened at most `joinMs` ago; or null.
 */
export function neighbourOf(alert: Alert, recent: readonly Incident[], joinMs: number, now: number): Incident | null {
  const open = recent.filter(({ source, state }) => source === alert.source && state.is !== 'resolved');
  const holder = open.find(({ alerts }) => alerts.some(({ fingerprint }) => fingerprint === alert.fingerprint));
  if (holder !== undefined) return holder;
  if (alert.service === null || alert.status === 'resolved') return null;
  const near = open.find(
    ({ openedAt, alerts }) =>
      Date.parse(openedAt) >= now - joinMs &&
      alerts.some(({ service, environment }) => service === alert.service && environment === alert.environment),
  );
  return near ?? null;
}

/** The newest incident that this very episode belonged to, whatever its state: it must not come back by a repeat. */
export function holderOf({ source, episode }: Alert, recent: readonly Incident[]): Incident | null {
  const holds = (one: Incident) => one.source === source && one.alerts.some((alert) => alert.episode === episode);
  return recent.find(holds) ?? null;
}
