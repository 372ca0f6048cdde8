/** What is asked of the past, and what it answers: how usual the alert is, what else fires, what an incident like it was taken for. */
import { z } from 'zod';
import type { Brief } from '../brief.ts';
import type { Known } from './known.ts';
import type { Call } from './transcript.ts';

export const tallies = z.object({
  alerts: z.array(
    z.object({
      name: z.string(),
      service: z.string().nullable(),
      times: z.number(),
      firing_now: z.number(),
      cleared_alone: z.number(),
      longest_minutes: z.number().nullable(),
      last_started: z.string(),
    }),
  ),
});
export type Tally = z.infer<typeof tallies>['alerts'][number];

const incidents = z.object({
  incidents: z.array(
    z.object({
      id: z.string(),
      started: z.string(),
      cause_then: z.object({ service: z.string().nullable(), kind: z.string(), line: z.string() }).nullable(),
      shares: z.array(z.string()),
    }),
  ),
});
/** Of an earlier incident with this very alert: what it was taken for. */
export interface PastCause {
  /** As a hypothesis: that it is this again. */
  statement: string;
  service: string | null;
  kind: string;
}

export interface Past {
  /** Of the alert that is looked into; null when it never fired before, or nobody remembers. */
  own: { evidence: string; tally: Tally } | null;
  alsoFiring: { evidence: string; tally: Tally }[];
  causes: PastCause[];
}

const MOST_CAUSES = 2;
const MOST_FIRING = 3;

/** Asked once, and whole: what else fires stands in the same answer. */
export function historyQuestions({ alerts: [first] }: Brief, service: string | null): Call[] {
  if (first === undefined) return [];
  const where = service === null ? {} : { service };
  return [
    { name: 'list_alerts', input: { limit: 10 } },
    { name: 'search_incidents', input: { alert: first.name, ...where, limit: 5 } },
  ];
}

export function pastIn({ alerts }: Brief, known: Known): Past {
  const past: Past = { own: null, alsoFiring: [], causes: [] };
  const names = new Set(alerts.map(({ name }) => name));
  const services = new Set(alerts.map(({ service }) => service));
  for (const { call, result } of known) {
    if (!result.ok || result.evidence === null) continue;
    const { evidence } = result;
    if (call.name === 'list_alerts') {
      const told = (tallies.safeParse(result.data).data?.alerts ?? []).map((tally) => ({ evidence, tally }));
      const own = told.find(({ tally }) => names.has(tally.name) && services.has(tally.service));
      past.own = own ?? null;
      past.alsoFiring = told
        .filter(({ tally }) => tally.firing_now > 0 && !names.has(tally.name))
        .slice(0, MOST_FIRING);
    }
    if (call.name === 'search_incidents') past.causes = causesIn(result.data);
  }
  return past;
}

function causesIn(data: unknown): PastCause[] {
  const found = incidents.safeParse(data).data?.incidents ?? [];
  return found
    .filter(({ shares }) => shares.includes('alert'))
    .flatMap(({ id, started, cause_then: cause }) =>
      cause === null
        ? []
        : [{ ...cause, statement: `As in ${id} of ${started.slice(0, 10)}: ${cause.line}`.slice(0, 480) }],
    )
    .slice(0, MOST_CAUSES);
}
