/** Which of several is the gravest. Pure. */
import type { Alert, Severity } from '../alert.ts';
import type { Incident } from '../incident.ts';

const ORDER: Severity[] = ['critical', 'high', 'warning', 'low', 'info', 'unknown'];

export function worst(alerts: readonly Alert[]): Severity {
  return ORDER.find((severity) => alerts.some((alert) => alert.severity === severity)) ?? 'unknown';
}

/** In a flood of small alerts a grave one takes the place of the least; null when it is not graver than any. */
export function withGraver(alerts: readonly Alert[], alert: Alert): Alert[] | null {
  const rank = ({ severity }: Alert) => ORDER.indexOf(severity);
  const least = Math.max(...alerts.map(rank));
  if (rank(alert) >= least) return null;
  const gone = alerts.findLast((one) => rank(one) === least);
  return [...alerts.filter((one) => one !== gone), alert];
}

/** Most severe first, then oldest. */
export function byUrgency(a: Incident, b: Incident): number {
  return ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || (a.id < b.id ? -1 : 1);
}
