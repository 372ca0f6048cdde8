/** What hurt shortly before the alert and is over by now: nothing to be undone, but it had a beginning. */
import type { Scene } from './scene.ts';
import { moved, type Signal } from './signals.ts';

const HOUR = 3_600_000;

/** The signal of the alert's own service that rose, clearly and at the best known moment, and is back; null without one. */
export function passed(scene: Scene): { signal: Signal; since: number } | null {
  const found = scene.signals
    .filter(({ copy, service, role }) => !copy && service === scene.service && ['latency', 'errors'].includes(role))
    .flatMap((signal) => {
      const { change } = signal.fact;
      if (change === null || change.kind !== 'level' || change.confidence < 0.5 || change.to <= change.from) return [];
      const since = Date.parse(change.at);
      const about = since <= scene.alertAt && scene.alertAt - since < HOUR;
      return about && !moved(signal) ? [{ signal, since, off: change.plus_minus_minutes }] : [];
    })
    .toSorted((a, b) => a.off - b.off || a.since - b.since || a.signal.id.localeCompare(b.signal.id));
  return found[0] ?? null;
}
