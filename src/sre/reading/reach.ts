/** How far logs or traces reach: whether silence at the end of a window says anything, or what happened has not come. */
import type { Unavailable } from '../ports/answer.ts';
import type { Newest } from '../ports/newest.ts';
import { DAY, iso, MINUTE } from './window.ts';

export type Reach = {
  /** Of several sources, those that have stopped while the others go on. */
  late?: { source: string; newest: string }[];
} & Reached;

type Reached =
  /** `sparse`: it does not reach the window's end, and is often silent for as long. */
  | { is: 'current' | 'sparse'; newest: string }
  /** It used to write all the time and has stopped: the whole source, or the service while others go on. */
  | { is: 'behind'; of: 'source' | 'service'; newest: string }
  /** There is nothing in a day, or it could not be asked. */
  | { is: 'unknown'; newest: null };

/** So late every pipeline may be. */
const USUAL_LAG = 5 * MINUTE;
/** A silence is unusual when there was something in each of so many stretches before it, */
const STRETCHES = 8;
/** each so many times shorter than the silence: chance alone does not leave that of what comes at random. */
const SHORTER = 4;

export interface Reading {
  /** What is counted, and what holds it. */
  of: 'line' | 'trace';
  source: Newest;
  now: Date;
  signal: AbortSignal;
}

/** `seen` is the newest of an answer; one near the window's end needs no further question. */
export async function reachOf(
  asked: { service?: string | undefined },
  { end }: { end: number },
  seen: string | null,
  reading: Reading,
): Promise<Reach> {
  const { parts = [] } = reading.source;
  const [reach, ...silences] = await Promise.all([
    reachOfAll(asked, end, seen, reading),
    ...parts.map(async (source) => ({
      name: source.name,
      silence: await silenceOf(null, end, { ...reading, source }),
    })),
  ]);
  const late = silences.flatMap(({ name, silence: { is, newest } }) =>
    is === 'behind' ? [{ source: name, newest }] : [],
  );
  return late.length === 0 ? reach : { ...reach, late };
}

async function reachOfAll(
  asked: { service?: string | undefined },
  end: number,
  seen: string | null,
  reading: Reading,
): Promise<Reached> {
  if (seen !== null && end - Date.parse(seen) <= USUAL_LAG) return { is: 'current', newest: seen };
  const own = asked.service === undefined ? null : await silenceOf(asked.service, end, reading);
  if (own?.is === 'current') return { is: 'current', newest: own.newest };
  const all = await silenceOf(null, end, reading);
  if (all.is === 'behind') return { ...all, of: 'source' };
  // A name that nothing has says nothing of a service.
  if (own === null || own.is === 'unknown') return all;
  return own.is === 'behind' ? { ...own, of: 'service' } : own;
}

type Silence = Exclude<Reached, { is: 'behind' }> | { is: 'behind'; newest: string };

async function silenceOf(service: string | null, end: number, reading: Reading): Promise<Silence> {
  const newest = await newestIn(service, Math.min(end, reading.now.getTime()) - DAY, reading.now.getTime(), reading);
  if (newest === null) return { is: 'unknown', newest: null };
  const at = Date.parse(newest);
  if (end - at <= USUAL_LAG) return { is: 'current', newest };
  const stretch = (end - at) / SHORTER;
  for (let before = 1; before <= STRETCHES; before += 1) {
    // The newest line is of none of them.
    const line = await newestIn(service, at - before * stretch, at - (before - 1) * stretch - 1, reading);
    if (line === null) return { is: 'sparse', newest };
  }
  return { is: 'behind', newest };
}

async function newestIn(service: string | null, from: number, to: number, { source, signal }: Reading) {
  const range = { start: new Date(Math.floor(from)).toISOString(), end: new Date(Math.floor(to)).toISOString() };
  const answer = await source.newest({ service, range }, signal);
  return answer.status === 'ok' ? answer.data : null;
}

type Of = Reading['of'];
const WORDS = {
  line: {
    all: 'the log',
    source: 'the log has stopped or is late, and what happened since is not in it',
    service: 'it has stopped writing, or its lines do not come',
  },
  trace: {
    all: 'any service',
    source: 'the traces have stopped or are late, and what happened since is not in them',
    service: 'nobody calls it, or its traces do not come',
  },
};

/** Said only of a window that it does not reach the end of. */
export function reachWarnings(reach: Reach, { service }: { service?: string | undefined }, of: Of): string[] {
  const late = (reach.late ?? []).map(({ source, newest }) => `${source}: ${sourceBehind(newest, of)}`);
  switch (reach.is) {
    case 'behind':
      return [
        reach.of === 'source' ? sourceBehind(reach.newest, of) : serviceBehind(reach.newest, of, service),
        ...late,
      ];
    case 'sparse': {
      const whose = service ?? WORDS[of].all;
      return [
        `the newest ${of} of ${whose} is of ${iso(Date.parse(reach.newest))}; it is often silent as long`,
        ...late,
      ];
    }
    case 'current':
    case 'unknown':
      return late;
  }
}

/** Nothing was found because nothing has come: that is no answer. Null when it does reach into the window. */
export function notReached(
  reach: Reach,
  { start }: { start: number },
  found: number,
  source: string,
  of: Of,
): Unavailable | null {
  if (reach.is !== 'behind' || reach.of !== 'source' || found > 0 || Date.parse(reach.newest) >= start) return null;
  return { status: 'unavailable', source, why: 'behind', detail: sourceBehind(reach.newest, of) };
}

function sourceBehind(newest: string, of: Of): string {
  const before = `though there were ${of}s all the time before`;
  return `no ${of} of any service is newer than ${iso(Date.parse(newest))}, ${before}: ${WORDS[of].source}`;
}

function serviceBehind(newest: string, of: Of, service = 'the service'): string {
  const before = `though there were ${of}s all the time before, and others go on`;
  return `no ${of} of ${service} is newer than ${iso(Date.parse(newest))}, ${before}: ${WORDS[of].service}`;
}
