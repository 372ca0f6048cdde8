/** When a schedule fires: literal wall-clock times of its zone. A skipped hour does not fire, a doubled one fires twice. */
import { createHash } from 'node:crypto';
import { Cron } from 'croner';
import { z } from 'zod';
import type { DeploymentBody } from './body.ts';
import { isTimeZone, offsetAt, offsetsAround } from './wall-clock.ts';

type Schedule = Pick<NonNullable<DeploymentBody['schedule']>, 'expression' | 'timezone'>;

const MINUTE = 60_000;
/** Times of the wall clock looked at before a schedule counts as one that never fires. */
const MOST_TRIED = 5_000;

/** Five fields of numbers, `*`, `,`, `-` and `/`; a zone by its IANA name; and it must fire some time. */
export const scheduleInput = z
  .object({
    type: z.literal('cron'),
    expression: z
      .string()
      .max(256)
      .regex(/^[\d*,/-]+( +[\d*,/-]+){4}$/, { error: 'must have five fields of numbers, "*", ",", "-" and "/"' }),
    timezone: z
      .string()
      .max(64)
      .regex(/^[A-Za-z][A-Za-z0-9_+/-]*$/, { error: 'must be the name of an IANA time zone' }),
  })
  .superRefine((schedule, context) => {
    const problem = problemOf(schedule);
    if (problem !== null) context.addIssue({ code: 'custom', ...problem });
  });

function problemOf(schedule: Schedule): { path: string[]; message: string } | null {
  if (!isTimeZone(schedule.timezone)) return { path: ['timezone'], message: 'there is no such time zone' };
  try {
    const never = nextTime(schedule, Date.UTC(2026, 0, 1)) === null;
    return never ? { path: ['expression'], message: 'never fires' } : null;
  } catch {
    return { path: ['expression'], message: 'is not a cron expression' };
  }
}

/** The first time after the given one, milliseconds; null when there is none. */
export function nextTime({ expression, timezone }: Schedule, after: number): number | null {
  const wall = new Cron(expression.trim(), { timezone: 'UTC' });
  let best: number | null = null;
  for (const offset of offsetsAround(timezone, after)) {
    const found = nextWith(wall, timezone, offset, after, best ?? Infinity);
    if (found !== null) best = found;
  }
  return best;
}

/** The first match while clocks show this offset, if it comes before `limit`. */
function nextWith(wall: Cron, zone: string, offset: number, after: number, limit: number): number | null {
  let shown = after + offset;
  for (let tried = 0; tried < MOST_TRIED; tried++) {
    const match = wall.nextRun(new Date(shown));
    if (match === null) return null;
    shown = match.getTime();
    const instant = shown - offset;
    if (instant >= limit) return null;
    if (instant > after && offsetAt(zone, instant) === offset) return instant;
  }
  return null;
}

export function upcoming(schedule: Schedule, now: number, count: number): number[] {
  const times: number[] = [];
  for (let after = now; times.length < count; ) {
    const next = nextTime(schedule, after);
    if (next === null) break;
    times.push(next);
    after = next;
  }
  return times;
}

/**
 * How long after its time a schedule fires: always the same for one deployment, up to 15 % of the interval, with at
 * least 5 seconds and at most 9 minutes to choose from.
 */
export function jitterOf(id: string, schedule: Schedule, at: number): number {
  const interval = (nextTime(schedule, at) ?? at + MINUTE) - at;
  const most = Math.min(9 * MINUTE, Math.max(5_000, 0.15 * interval));
  const share = createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
  return Math.floor(most * share);
}
