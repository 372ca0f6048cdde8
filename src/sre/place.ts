/** Where an alert belongs, and what it does to its incident. Pure; running it twice gives the same. */
import type { Alert, Severity } from './alert.ts';
import type { IncidentId } from './ids.ts';
import type { Incident, TimelineEntry } from './incident.ts';

/** Above this many alerts an incident only counts them. */
export const MAX_ALERTS = 200;

/** An alert that comes and goes says nothing new each time: from this many times on, nothing is investigated again. */
const FLAPS = 3;
const FLAP_WINDOW_MS = 30 * 60_000;
const MAX_REFIRES = FLAPS * MAX_ALERTS;

/** Kept once per key, so that a repeated delivery adds nothing. */
export interface Note {
  key: string;
  kind: TimelineEntry['kind'];
  text: string;
}
export type Placement =
  | { do: 'open' }
  | { do: 'change'; incident: Incident; notes: Note[] }
  /** Nothing to investigate; the note goes to an earlier incident of the group, where there is one. */
  | { do: 'ignore'; notes: Note[] };

/** `open` is the unresolved incident of the alert's group, `latest` the newest one whatever its state. */
export function place(alert: Alert, open: Incident | null, latest: Incident | null, now: string): Placement {
  if (open !== null) return { do: 'change', ...join(open, alert, now) };
  if (alert.status === 'resolved') return { do: 'ignore', notes: [note(alert, `${label(alert)} resolved`)] };
  const seen = latest?.alerts.some(({ episode }) => episode === alert.episode) ?? false;
  if (seen) {
    const text = `${label(alert)} still fires after the incident was resolved`;
    return { do: 'ignore', notes: [{ key: `alert:${alert.episode}:outlived`, kind: 'detect', text }] };
  }
  return { do: 'open' };
}

export function opened(
  id: IncidentId,
  alert: Alert,
  groupKey: string,
  now: string,
): { incident: Incident; notes: Note[] } {
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

function join(incident: Incident, alert: Alert, now: string): Joined {
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
    return { incident: calm, notes: [note(alert, `${label(alert)} resolved`), ...settled(calm)] };
  }
  const lately = (incident.refires ?? []).filter(({ at }) => isRecent(at, now));
  const again = { ...next, refires: [...lately, { fingerprint: alert.fingerprint, at: now }].slice(-MAX_REFIRES) };
  const notes = [note(alert, `${label(alert)} fires again since ${alert.startsAt}`)];
  if (!isFlapping(again, alert, now)) return { incident: reopened(again), notes };
  return { incident: again, notes: [...notes, flapping(alert, now)] };
}

/** While this is so, the session is not told that this alert fires again. */
export function isFlapping({ refires = [] }: Incident, { fingerprint }: Alert, now: string): boolean {
  return refires.filter((one) => one.fingerprint === fingerprint && isRecent(one.at, now)).length >= FLAPS;
}

function isRecent(at: string, now: string): boolean {
  return Date.parse(at) > Date.parse(now) - FLAP_WINDOW_MS;
}

function flapping(alert: Alert, now: string): Note {
  const often = `${FLAPS} times within ${FLAP_WINDOW_MS / 60_000} minutes`;
  const text = `${label(alert)} is flapping: it fired again ${often}. It is not investigated again until it is calmer; its rule may need a longer "for"`;
  // Once a day is enough to know it.
  return { key: `flapping:${alert.fingerprint}:${now.slice(0, 10)}`, kind: 'note', text };
}

function joinNew(incident: Incident, alert: Alert): { incident: Incident; notes: Note[] } {
  if (alert.status === 'resolved') {
    return { incident, notes: [note(alert, `${label(alert)} resolved; it had not been seen firing`)] };
  }
  if (incident.alerts.length >= MAX_ALERTS) {
    const text = `More than ${MAX_ALERTS} alerts: of the others the gravest are listed here, all are stored with their webhook`;
    const full: Note = { key: 'alerts:full', kind: 'note', text };
    const alerts = withGraver(incident.alerts, alert);
    if (alerts === null) return { incident, notes: [full] };
    return { incident: reopened({ ...incident, alerts, severity: worst(alerts) }), notes: [full, joining(alert)] };
  }
  const alerts = [...incident.alerts, alert];
  return {
    incident: reopened({ ...incident, alerts, severity: worst(alerts) }),
    notes: [joining(alert)],
  };
}

/** In a flood of small alerts a grave one takes the place of the least; null when it is not graver than any. */
function withGraver(alerts: readonly Alert[], alert: Alert): Alert[] | null {
  const rank = ({ severity }: Alert) => ORDER.indexOf(severity);
  const least = Math.max(...alerts.map(rank));
  if (rank(alert) >= least) return null;
  const gone = alerts.findLast((one) => rank(one) === least);
  return [...alerts.filter((one) => one !== gone), alert];
}

export function allResolved(incident: Incident): boolean {
  return incident.alerts.every(({ status }) => status === 'resolved');
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

function settled(incident: Incident): Note[] {
  if (!allResolved(incident)) return [];
  const key = `resolved:${incident.alerts
    .map(({ episode }) => episode)
    .sort()
    .at(-1)}`;
  return [{ key, kind: 'effect', text: 'All alerts of this incident are resolved; watching whether it stays so' }];
}

/** What was said when the alert came to be as it is: said now, if a crash came between the change and the words. */
function repeated(incident: Incident, alert: Alert): Note[] {
  return [alert.status === 'firing' ? firing(alert) : note(alert, `${label(alert)} resolved`), ...settled(incident)];
}

function joining(alert: Alert): Note {
  return note(alert, `${label(alert)} joined, firing since ${alert.startsAt}: ${alert.title}`);
}

function firing(alert: Alert): Note {
  return note(alert, `${label(alert)} fires since ${alert.startsAt}: ${alert.title}`);
}

function note(alert: Alert, text: string): Note {
  return { key: `alert:${alert.episode}:${alert.status}`, kind: 'detect', text };
}

function label(alert: Alert): string {
  return alert.service === null ? alert.name : `${alert.name} on ${alert.service}`;
}

const ORDER: Severity[] = ['critical', 'high', 'warning', 'low', 'info', 'unknown'];

function worst(alerts: readonly Alert[]): Severity {
  return ORDER.find((severity) => alerts.some((alert) => alert.severity === severity)) ?? 'unknown';
}

/** Most severe first, then oldest. */
export function byUrgency(a: Incident, b: Incident): number {
  return ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity) || (a.id < b.id ? -1 : 1);
}
