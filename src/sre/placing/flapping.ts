/** An alert that comes and goes says nothing new each time. Pure. */
import type { Alert } from '../alert.ts';
import { type Incident, MAX_ALERTS } from '../incident.ts';
import { label, type Note } from './notes.ts';

/** From this many times on, nothing is investigated again. */
const FLAPS = 3;
const FLAP_WINDOW_MS = 30 * 60_000;
const MAX_REFIRES = FLAPS * MAX_ALERTS;

/** While this is so, the session is not told that this alert fires again. */
export function isFlapping({ refires = [] }: Incident, { fingerprint }: Alert, now: string): boolean {
  return refires.filter((one) => one.fingerprint === fingerprint && isRecent(one.at, now)).length >= FLAPS;
}

/** Every time that lately an alert of the incident fired again, this one the newest. */
export function refired(
  { refires = [] }: Incident,
  { fingerprint }: Alert,
  now: string,
): NonNullable<Incident['refires']> {
  return [...refires.filter(({ at }) => isRecent(at, now)), { fingerprint, at: now }].slice(-MAX_REFIRES);
}

function isRecent(at: string, now: string): boolean {
  return Date.parse(at) > Date.parse(now) - FLAP_WINDOW_MS;
}

export function flapping(alert: Alert, now: string): Note {
  const often = `${FLAPS} times within ${FLAP_WINDOW_MS / 60_000} minutes`;
  const text = `${label(alert)} is flapping: it fired again ${often}. It is not investigated again until it is calmer; its rule may need a longer "for"`;
  // Once a day is enough to know it.
  return { key: `flapping:${alert.fingerprint}:${now.slice(0, 10)}`, kind: 'note', text };
}
