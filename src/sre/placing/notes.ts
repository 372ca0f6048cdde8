/** What an alert makes to be said of its incident, each kept once. Pure. */
import type { Alert } from '../alert.ts';
import { allResolved, type Incident, type TimelineEntry } from '../incident.ts';

/** Kept once per key, so that a repeated delivery adds nothing. */
export interface Note {
  key: string;
  kind: TimelineEntry['kind'];
  text: string;
}

export function firing(alert: Alert): Note {
  return note(alert, `fires since ${alert.startsAt}: ${alert.title}`);
}

export function joining(alert: Alert): Note {
  return note(alert, `joined, firing since ${alert.startsAt}: ${alert.title}`);
}

export function settled(incident: Incident): Note[] {
  if (!allResolved(incident)) return [];
  const key = `resolved:${incident.alerts
    .map(({ episode }) => episode)
    .sort()
    .at(-1)}`;
  return [{ key, kind: 'effect', text: 'All alerts of this incident are resolved; watching whether it stays so' }];
}

/** What was said when the alert came to be as it is: said now, if a crash came between the change and the words. */
export function repeated(incident: Incident, alert: Alert): Note[] {
  return [alert.status === 'firing' ? firing(alert) : note(alert, 'resolved'), ...settled(incident)];
}

export function note(alert: Alert, what: string): Note {
  return { key: `alert:${alert.episode}:${alert.status}`, kind: 'detect', text: `${label(alert)} ${what}` };
}

export function label(alert: Alert): string {
  return alert.service === null ? alert.name : `${alert.name} on ${alert.service}`;
}
