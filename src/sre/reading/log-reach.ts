/** How far a log reaches: whether silence at the end of a window says anything, or the lines have not come. */
import type { Unavailable } from '../ports/answer.ts';
import type { ToolWorld } from '../tool.ts';
import { DAY, iso, MINUTE } from './window.ts';

export type LogReach =
  /** `sparse`: it does not reach the window's end, and is often silent for as long. */
  | { is: 'current' | 'sparse'; newest: string }
  /** It used to write all the time and has stopped: the whole source, or the service while others go on. */
  | { is: 'behind'; of: 'source' | 'service'; newest: string }
  /** There is no line in a day, or it could not be asked. */
  | { is: 'unknown'; newest: null };

/** So late every pipeline may be. */
const USUAL_LAG = 5 * MINUTE;
/** A silence is unusual when there was a line in each of so many stretches before it, */
const STRETCHES = 8;
/** each so many times shorter than the silence: chance alone does not leave that of lines which come at random. */
const SHORTER = 4;

/** `seen` is the newest line of an answer; one near the window's end needs no further question. */
export async function reachOf(
  asked: { service?: string | undefined },
  { end }: { end: number },
  seen: string | null,
  world: ToolWorld,
): Promise<LogReach> {
  if (seen !== null && end - Date.parse(seen) <= USUAL_LAG) return { is: 'current', newest: seen };
  const own = asked.service === undefined ? null : await silenceOf(asked.service, end, world);
  if (own?.is === 'current') return { is: 'current', newest: own.newest };
  const all = await silenceOf(null, end, world);
  if (all.is === 'behind') return { ...all, of: 'source' };
  // A name that no line has says nothing of a service.
  if (own === null || own.is === 'unknown') return all;
  return own.is === 'behind' ? { ...own, of: 'service' } : own;
}

type Silence = Exclude<LogReach, { is: 'behind' }> | { is: 'behind'; newest: string };

async function silenceOf(service: string | null, end: number, world: ToolWorld): Promise<Silence> {
  const newest = await newestIn(service, Math.min(end, world.now.getTime()) - DAY, world.now.getTime(), world);
  if (newest === null) return { is: 'unknown', newest: null };
  const at = Date.parse(newest);
  if (end - at <= USUAL_LAG) return { is: 'current', newest };
  const stretch = (end - at) / SHORTER;
  for (let before = 1; before <= STRETCHES; before += 1) {
    // The newest line is of none of them.
    const line = await newestIn(service, at - before * stretch, at - (before - 1) * stretch - 1, world);
    if (line === null) return { is: 'sparse', newest };
  }
  return { is: 'behind', newest };
}

async function newestIn(service: string | null, from: number, to: number, { logs, signal }: ToolWorld) {
  const range = { start: new Date(Math.floor(from)).toISOString(), end: new Date(Math.floor(to)).toISOString() };
  const answer = await logs.newest({ service, range }, signal);
  return answer.status === 'ok' ? answer.data : null;
}

/** Said only of a window that it does not reach the end of. */
export function reachWarnings(reach: LogReach, { service }: { service?: string | undefined }): string[] {
  switch (reach.is) {
    case 'behind':
      return [behindWords(reach, service)];
    case 'sparse':
      return [
        `the newest line of ${service ?? 'the log'} is of ${iso(Date.parse(reach.newest))}; it is often silent as long`,
      ];
    case 'current':
    case 'unknown':
      return [];
  }
}

/** Nothing was found because nothing has come: that is no answer. Null when the log does reach into the window. */
export function notReached(
  reach: LogReach,
  { start }: { start: number },
  found: number,
  source: string,
): Unavailable | null {
  if (reach.is !== 'behind' || reach.of !== 'source' || found > 0 || Date.parse(reach.newest) >= start) return null;
  return { status: 'unavailable', source, why: 'behind', detail: behindWords(reach, undefined) };
}

function behindWords({ of, newest }: Extract<LogReach, { is: 'behind' }>, service: string | undefined): string {
  const since = iso(Date.parse(newest));
  return of === 'source'
    ? `no line of any service is newer than ${since}, though there were lines all the time before: the log has stopped or is late, and what happened since is not in it`
    : `no line of ${service ?? 'the service'} is newer than ${since}, though there were lines all the time before, and others go on: it has stopped writing, or its lines do not come`;
}
