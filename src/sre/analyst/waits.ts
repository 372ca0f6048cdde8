/** Changes that wait: what they lower or fill up hurts nobody until it is used up, and by the clock they look long past. Pure. */
import type { Found } from './judgement.ts';
import { changedLines } from './read-diff.ts';
import type { Scene } from './scene.ts';
import type { Change } from './shapes.ts';
import { fillsUp, moved, type Signal } from './signals.ts';

const MINUTE = 60_000;
/** A thing that is used up more slowly than this is no story of one change any more. */
const LONGEST = 12 * 60 * MINUTE;
/** How soon an instrument bends when something begins to use up what it measures. */
const SOON = 4 * MINUTE;

/** It came well before the onset, and what it did is used up at about the onset. */
export function waited(scene: Scene, found: Found, change: Change): boolean {
  const age = (found.onset?.at ?? 0) - Date.parse(change.time);
  if (age <= 10 * MINUTE || age > LONGEST) return false;
  return filled(scene, change) || leaked(scene, found, change) || met(scene, found, change);
}

const NO_ROOM = /no space left|\benospc\b|disk (is )?full|out of (disk )?space/i;
const NO_MEMORY = /out ?of ?memory|\boom[- ]?kill|java heap space|cannot allocate memory/i;

/** Lines of the service that were never there before say that it ran out of this. */
function ranOutOf(scene: Scene, service: string | null, words: RegExp): boolean {
  return service !== null && scene.freshLines(service).some(({ sample }) => words.test(sample));
}

/** New lines say that its service has no room left, and the room there began to go when it came. */
function filled(scene: Scene, { service, time }: Change): boolean {
  return (
    ranOutOf(scene, service, NO_ROOM) &&
    scene.signals.some(
      (signal) => signal.service === service && signal.role === 'saturation' && moved(signal) && began(signal, time),
    )
  );
}

function began({ fact: { change } }: Signal, time: string): boolean {
  if (change === null || change.kind !== 'slope') return false;
  return Math.abs(Date.parse(change.at) - Date.parse(time)) <= SOON;
}

/** Its service is killed for the memory it takes, or fills up, and the diff puts something somewhere and takes nothing out. */
function leaked(scene: Scene, { focus, lead }: Found, { id, service }: Change): boolean {
  const diff = scene.diffs.get(id);
  if (diff == null || service === null || service !== focus) return false;
  const full = lead !== null && lead.service === service && lead.role === 'memory' && fillsUp(lead);
  if (!full && !ranOutOf(scene, service, NO_MEMORY)) return false;
  const { added } = changedLines(diff);
  return added.some((line) => PUTS.test(line)) && !added.some((line) => TAKES_OUT.test(line));
}

const PUTS = /[\w)\]]\.(add|append|push|put|insert|enqueue|offer)\(/;
const TAKES_OUT = /\.(remove|delete|pop|poll|evict|clear|shift|expire)\w*\(/i;

/** It lowered what its service may have, of which more is asked by now: the ceiling is met later than it was lowered. */
function met(scene: Scene, { focus, onset }: Found, { id, service, time }: Change): boolean {
  const diff = scene.diffs.get(id);
  if (diff == null || onset === null || service === null || service !== focus) return false;
  return lowersCeiling(diff) && scene.signals.some((signal) => grew(signal, service, Date.parse(time), onset.at));
}

/** A line that names a maximum holds a smaller number than before. */
export function lowersCeiling(diff: string): boolean {
  const { added, removed } = changedLines(diff);
  const now = new Map(added.flatMap(ceiling));
  return removed.flatMap(ceiling).some(([name, value]) => (now.get(name) ?? value) < value);
}

function ceiling(line: string): [string, number][] {
  const [, name = '', value = ''] = /([\w.-]+)["']?\s*[:=]\s*["']?(\d+(?:\.\d+)?)/.exec(line) ?? [];
  return /max|limit|quota|capacity|ceiling|pool_?size/i.test(name) ? [[name, Number(value)]] : [];
}

/** A tenth more is asked of it than when the change came. */
function grew({ role, service: owner, copy, fact }: Signal, service: string, from: number, until: number): boolean {
  if (role !== 'traffic' || owner !== service || copy) return false;
  const upTo = (at: number): number | undefined =>
    fact.points.filter(([time]) => Date.parse(time) <= at + 5 * MINUTE).at(-1)?.[1];
  const [then, now] = [upTo(from), upTo(until)];
  return then !== undefined && now !== undefined && now > 1.1 * then;
}
