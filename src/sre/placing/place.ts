/** Where an alert belongs: to its open incident, to a new one, or to none. Pure. */
import type { Alert } from '../alert.ts';
import type { IncidentId } from '../ids.ts';
import type { Incident } from '../incident.ts';
import { type Joined, join } from './join.ts';
import { firing, label, type Note, note } from './notes.ts';

export type Placement =
  | { do: 'open' }
  | ({ do: 'change' } & Joined)
  /** Nothing to investigate; the note goes to an earlier incident of the group, where there is one. */
  | { do: 'ignore'; notes: Note[] };

/** `open` is the unresolved incident of the alert's group, `latest` the newest one whatever its state. */
export function place(alert: Alert, open: Incident | null, latest: Incident | null, now: string): Placement {
  if (open !== null) return { do: 'change', ...join(open, alert, now) };
  if (alert.status === 'resolved') return { do: 'ignore', notes: [note(alert, 'resolved')] };
  const seen = latest?.alerts.some(({ episode }) => episode === alert.episode) ?? false;
  if (seen) {
    const text = `${label(alert)} still fires after the incident was resolved`;
    return { do: 'ignore', notes: [{ key: `alert:${alert.episode}:outlived`, kind: 'detect', text }] };
  }
  return { do: 'open' };
}

export function opened(id: IncidentId, alert: Alert, groupKey: string, now: string): Joined {
  const incident: Incident = {
    id,
    source: alert.source,
    groupKey,
    title: alert.title,
    service: alert.service,
    severity: alert.severity,
    openedAt: now,
    alerts: [alert],
    state: { is: 'open' },
    sessionId: null,
    cursor: null,
    finding: null,
    card: null,
    usage: { input_tokens: 0, output_tokens: 0, list_cost_usd: null },
    model: null,
  };
  return { incident, notes: [firing(alert)] };
}
