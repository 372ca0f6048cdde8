/** What an alert does to the open incident that it belongs to. Pure; running it twice gives the same. */
import type { Alert } from '../alert.ts';
import { allResolved, type Incident, MAX_ALERTS } from '../incident.ts';
import { flapping, isFlapping, refired } from './flapping.ts';
import { joining, type Note, note, repeated, settled } from './notes.ts';
import { withGraver, worst } from './severity.ts';

export interface Joined {
  incident: Incident;
  notes: Note[];
}

/** What more alerts make of an incident that is open, in their order; what would be noted twice is noted once. */
export function joinAll({ incident, notes }: Joined, alerts: readonly Alert[], now: string): Joined {
  const kept = new Map(notes.map((one) => [one.key, one]));
  let whole = incident;
  for (const alert of alerts) {
    const joined = join(whole, alert, now);
    whole = joined.incident;
    for (const one of joined.notes) if (!kept.has(one.key)) kept.set(one.key, one);
  }
  return { incident: whole, notes: [...kept.values()] };
}

export function join(incident: Incident, alert: Alert, now: string): Joined {
  const known = incident.alerts.find(({ fingerprint }) => fingerprint === alert.fingerprint);
  if (known === undefined) return joinNew(incident, alert);
  if (known.episode === alert.episode && known.status === alert.status)
    return { incident, notes: repeated(incident, alert) };
  // A late repeat of an episode that has ended must not bring it back.
  if (alert.startsAt < known.startsAt || (known.episode === alert.episode && known.status === 'resolved')) {
    return { incident, notes: [] };
  }
  // Not every source says with each event since when the episode lasts: the first one does.
  const lasting = known.episode === alert.episode ? { ...alert, startsAt: known.startsAt } : alert;
  const alerts = incident.alerts.map((one) => (one.fingerprint === alert.fingerprint ? lasting : one));
  const next = { ...incident, alerts, severity: worst(alerts) };
  if (alert.status === 'resolved') {
    const calm = allResolved(next) ? monitoring(next, now) : next;
    return { incident: calm, notes: [note(alert, 'resolved'), ...settled(calm)] };
  }
  const again = { ...next, refires: refired(incident, alert, now) };
  const notes = [note(alert, `fires again since ${alert.startsAt}`)];
  if (!isFlapping(again, alert, now)) return { incident: reopened(again), notes };
  return { incident: again, notes: [...notes, flapping(alert, now)] };
}

function joinNew(incident: Incident, alert: Alert): Joined {
  if (alert.status === 'resolved') {
    return { incident, notes: [note(alert, 'resolved; it had not been seen firing')] };
  }
  if (incident.alerts.length >= MAX_ALERTS) {
    const text = `More than ${MAX_ALERTS} alerts: of the others the gravest are listed here, all are stored with their webhook`;
    const full: Note = { key: 'alerts:full', kind: 'note', text };
    const alerts = withGraver(incident.alerts, alert);
    if (alerts === null) return { incident, notes: [full] };
    return { incident: reopened({ ...incident, alerts, severity: worst(alerts) }), notes: [full, joining(alert)] };
  }
  const alerts = [...incident.alerts, alert];
  return { incident: reopened({ ...incident, alerts, severity: worst(alerts) }), notes: [joining(alert)] };
}

/** Resolved alerts never end an investigation: they move the incident to watching, unless a person is being asked. */
function monitoring(incident: Incident, now: string): Incident {
  switch (incident.state.is) {
    case 'open':
    case 'investigating':
    case 'concluded':
    case 'failed':
      return { ...incident, state: { is: 'monitoring', since: now } };
    case 'needs_approval':
    case 'acting':
    case 'monitoring':
    case 'resolved':
      return incident;
  }
}

function reopened(incident: Incident): Incident {
  switch (incident.state.is) {
    case 'monitoring':
    case 'concluded':
    case 'failed':
      return { ...incident, state: incident.sessionId === null ? { is: 'open' } : { is: 'investigating' } };
    case 'open':
    case 'investigating':
    case 'needs_approval':
    case 'acting':
    case 'resolved':
      return incident;
  }
}
