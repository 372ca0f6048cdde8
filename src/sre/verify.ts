/**
 * After a pull request, or when all alerts have ended: is the signal that alerted back where it was? Says so in the
 * incident's story, once each way; it never ends an incident, a person does.
 */
import { amount, spell } from './analyst/amounts.ts';
import type { IncidentId } from './ids.ts';
import type { Incident } from './incident.ts';
import { SOURCE_LABEL } from './merging/name-source.ts';
import type { Look } from './ports/answer.ts';
import type { Incidents } from './ports/incidents.ts';
import { naturalAggregate, stepFor } from './reading/metric-shape.ts';
import { iso } from './reading/window.ts';
import { revise } from './revise.ts';
import type { Sources } from './sources.ts';
import { decisive } from './watching/of-sources.ts';
import { type Recovery, recovery } from './watching/recovery.ts';
import { type Signal, signalOf } from './watching/signal.ts';

export interface Verifying {
  incidents: Incidents;
  sources: Pick<Sources, 'metrics' | 'now'>;
  clock: () => number;
  signal: AbortSignal;
}

const MINUTE = 60_000;
/** The quiet time ends a little before the onset, which is known to some minutes only. */
const QUIET_MS = 90 * MINUTE;
const GUARD_MS = 10 * MINUTE;
const RECENT_MS = 10 * MINUTE;
const PATIENCE_MS = 20_000;
const MOST_SOURCES = 100;
/** Told when the signal is still away after so long. */
const REMINDERS_MS = [30 * MINUTE, 2 * 60 * MINUTE, 12 * 60 * MINUTE];
const GIVE_UP_MS = 24 * 60 * MINUTE;
const LOOK = 'Look yourself before you resolve the incident';

/** One look. False when there is nothing more to look for; looking once more than needed tells nothing twice. */
export async function verify(verifying: Verifying, id: IncidentId): Promise<boolean> {
  const { incidents, sources, clock } = verifying;
  const incident = await incidents.get(id);
  if (incident?.state.is !== 'monitoring' || incident.state.back !== undefined) return false;
  const { since } = incident.state;
  const elapsed = clock() - Date.parse(since);
  const more = elapsed < GIVE_UP_MS;
  const at = new Date(clock()).toISOString();
  const say = (what: string, text: string) =>
    incidents.note(id, `watch:${what}:${since}`, { at, kind: 'effect', actor: 'system', text, ref: null });

  // Most alerts name it themselves; evidence is long, and read only for those that do not.
  const watched = signalOf(incident, []) ?? signalOf(incident, await incidents.evidence(id));
  if (watched === null) {
    await say('nothing', `Nothing to watch: neither the alert nor the finding names one series. ${LOOK}`);
    return false;
  }
  const course = await look(verifying, incident, watched, Date.parse(since));
  const name = nameOf(watched, course.source);
  if (verifying.signal.aborted) return more;
  if (course.is === 'unknown') {
    await say('blind', `Cannot tell whether ${name} is back at its baseline: ${course.why}. ${LOOK}`);
    return more;
  }
  const levels = levelsOf(course);
  await say('begin', `Watching ${name} until it is back at its baseline: ${levels}`);
  if (course.is === 'back') {
    // Its last minutes must all lie after what was done.
    if (sources.now().getTime() - Date.parse(since) < RECENT_MS) return more;
    await say('back', `${name} is back at its baseline: ${levels}. Resolve the incident when you agree`);
    await revise(incidents, id, (current) =>
      current.state.is === 'monitoring' && current.state.since === since
        ? { ...current, state: { ...current.state, back: at } }
        : current,
    );
    return false;
  }
  const late = REMINDERS_MS.findLast((after) => elapsed >= after);
  if (late !== undefined) {
    const why = 'the change may not be rolled out yet, or it was not the cause';
    await say(`away:${late}`, `${name} is not back after ${spell(late)}: ${levels}; ${why}`);
  }
  return more;
}

type Seen = Recovery & { unit: string; source: string | null };

/** The three stretches of the signal, read from its source, and how they compare. Of several sources, the one that decides. */
async function look({ sources, signal }: Verifying, incident: Incident, watched: Signal, since: number): Promise<Seen> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const now = sources.now().getTime();
  const onset = Date.parse(incident.finding?.onset ?? firstStart(incident));
  const known = await sources.metrics.list({ match: watched.metric, service: null, limit: 50 }, limited);
  if (known.status === 'unavailable') return unknown(known.detail);
  const info = known.data.find(({ name }) => name === watched.metric);
  if (info === undefined) return unknown(unasked(known) ?? 'the metrics source knows no metric of this name');
  const answer = await sources.metrics.query(
    {
      metric: info.name,
      labels: watched.labels,
      range: { start: iso(onset - GUARD_MS - QUIET_MS), end: iso(now) },
      stepSeconds: stepFor(now - onset + GUARD_MS + QUIET_MS),
      as: 'auto',
      groupBy: [],
      aggregate: naturalAggregate(info),
      limit: MOST_SOURCES,
    },
    limited,
  );
  if (answer.status === 'unavailable') return unknown(answer.detail);
  const courses = answer.data.map(({ points, unit, labels }): Seen => {
    const between = (from: number, to: number) =>
      points.flatMap(([ms, value]) => (ms > from && ms <= to ? [value] : []));
    const before = between(onset - GUARD_MS - QUIET_MS, onset - GUARD_MS);
    const course = { before, during: between(onset, Math.min(since, now)), recent: between(now - RECENT_MS, now) };
    return { ...recovery(course), unit, source: labels[SOURCE_LABEL] ?? null };
  });
  const seen = decisive(courses) ?? unknown('the metrics source has no series of it');
  const missing = unasked(answer);
  return seen.is === 'back' && missing !== null ? { ...unknown(missing), source: null } : seen;
}

function unknown(why: string): Seen {
  return { is: 'unknown', why, unit: '', source: null };
}

/** Of several sources one that could not be asked: it may be the one where it is not back. */
function unasked({ looks = [] }: { looks?: Look[] }): string | null {
  const lost = looks.find(({ status }) => status === 'unavailable');
  return lost?.status === 'unavailable' ? `${lost.source} could not be asked: ${lost.detail}` : null;
}

function levelsOf({ was, now, worst, unit }: Extract<Recovery, { was: number }> & { unit: string }): string {
  return `${amount(now, unit)} now, ${amount(was, unit)} before it began, ${amount(worst, unit)} at its farthest`;
}

/** `http_requests{service="checkout"}`, as the source writes it. */
function nameOf({ metric, labels }: Signal, source: string | null): string {
  const all = source === null ? labels : { ...labels, [SOURCE_LABEL]: source };
  const pairs = Object.entries(all).map(([key, value]) => `${key}="${value}"`);
  return pairs.length === 0 ? metric : `${metric}{${pairs.join(', ')}}`;
}

function firstStart({ alerts, openedAt }: Incident): string {
  return alerts.map(({ startsAt }) => startsAt).sort()[0] ?? openedAt;
}
