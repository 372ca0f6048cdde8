/** Changes of what all stand on, told by what no service does itself: its clock, and the place where it runs. Pure. */
import type { Found } from './judgement.ts';
import { plainLabel } from './labels.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { moved, type Signal } from './signals.ts';

/** It sets the clock that ran away, or names the one place that all new failures name. */
export function isOfThisGround(scene: Scene, change: Change, { together }: Found): boolean {
  return change.service === null && (setsTheClock(scene, change, together) || namesThePlace(scene, change));
}

/** A clock runs away by what sets it: that is the machine's, and no service's. */
function setsTheClock(scene: Scene, { id, title }: Change, together: readonly Signal[]): boolean {
  return together.some(ranAway) && CLOCKS.test(`${title} ${scene.diffs.get(id) ?? ''}`);
}

const CLOCKS = /\b(s?ntpd?|chronyd?|timesyncd|ptp4?l?|clock|time[ -]?(server|source|sync)s?)\b/i;

/** A clock that is off by a second: tokens, leases and signatures are no longer what they say. */
function ranAway(signal: Signal): boolean {
  return signal.role === 'clock' && !signal.copy && moved(signal);
}

/** Beside a clock that ran away, what rose before it by less than half began nothing. */
export function isBeforeTheClock(scene: Scene, { id, fact: { change } }: Signal): boolean {
  const clocks = scene.signals.filter(ranAway);
  if (change === null || clocks.length === 0 || clocks.some((clock) => clock.id === id)) return false;
  const [low, high] = [Math.min(change.from, change.to), Math.max(change.from, change.to)];
  return high < 1.5 * low && clocks.every(({ fact }) => Date.parse(change.at) < Date.parse(fact.change?.at ?? ''));
}

function namesThePlace(scene: Scene, { id, title }: Change): boolean {
  const place = onePlace(scene);
  return place !== null && `${title}\n${scene.diffs.get(id) ?? ''}`.toLowerCase().includes(place);
}

/** A clock that ran away, or one place where several services fail: no service does that by itself. */
export function isOfNoService(scene: Scene, together: readonly Signal[]): boolean {
  return together.some(ranAway) || onePlace(scene) !== null;
}

/** The one place that new lines of several services bear, and no line before. */
function onePlace({ patterns }: Scene): string | null {
  const told = patterns.flatMap(({ pattern: { sample, service, status } }) =>
    placesIn(sample).map((place) => ({ place, service, fresh: FRESH.includes(status) })),
  );
  const [first = null, ...others] = new Set(told.map(({ place }) => place));
  const several = new Set(told.map(({ service }) => service)).size >= 2;
  return others.length === 0 && several && told.every(({ fresh }) => fresh) ? first : null;
}

/** The first of the new lines may stand right before what was taken for the beginning. */
const FRESH = ['new', 'more'];
const PLACES = ['zone', 'region', 'rack', 'cell', 'node_pool'];

/** `zone=eu-1c`, `"availability_zone":"eu-1c"`. */
function placesIn(line: string): string[] {
  return [...line.matchAll(/([a-z][\w.-]*)["']?\s*[=:]\s*["']?([a-z][\w-]*\d[\w-]*)/gi)].flatMap(
    ([, key = '', value = '']) => (PLACES.includes(plainLabel(key)) ? [value.toLowerCase()] : []),
  );
}
