/**
 * Which change fits the onset, with "none of them" as a candidate of its own. A share, not a probability of guilt:
 * the investigator must still find a mechanism and look at a control.
 */
export interface Candidate {
  id: string;
  /** Milliseconds: when it took effect. */
  time: number;
  /** 1 the service where the first sign moved, 0.6 one it depends on, 0.4 unknown, 0.25 a caller, 0 elsewhere. */
  nearness: number;
  /** 0 to 1: how much its title and diff speak of what moved; 0.3 when unread. */
  touch: number;
  /** 0 to 1: how likely its kind is to change behaviour at all. */
  weight: number;
}
export interface Attribution {
  id: string | null;
  score: number;
  /** Onset minus change time, milliseconds; negative for a change after the onset. Null for "none". */
  lead: number | null;
}

const MINUTE = 60_000;
/** What "no change" weighs: a change must beat it to be named. */
export const NONE = 0.15;

/** Scores add up to 1; highest first. */
export function attribute(onset: { at: number; plusMinus: number }, changes: readonly Candidate[]): Attribution[] {
  const raw: Attribution[] = changes.map((change) => {
    const lead = onset.at - change.time;
    const fit = timeFit(lead, onset.plusMinus) * change.nearness * change.weight * (0.25 + 0.75 * change.touch);
    return { id: change.id, score: fit, lead };
  });
  raw.push({ id: null, score: NONE, lead: null });
  const total = raw.reduce((sum, one) => sum + one.score, 0);
  return raw
    .map((one) => ({ ...one, score: one.score / total }))
    .sort((a, b) => b.score - a.score || String(a.id).localeCompare(String(b.id)));
}

/**
 * 1 just before the onset (a rollout takes minutes), falling to a half after 20 minutes. After it, within what the onset
 * may be off, it falls to 0 at twice its half-width: where a slope began in noise is known no better than that.
 */
export function timeFit(lead: number, plusMinus: number): number {
  const slack = Math.max(3 * MINUTE, plusMinus);
  if (lead <= -2 * slack) return 0;
  const late = Math.max(0, lead - slack);
  const early = lead < 0 ? 1 + lead / (2 * slack) : 1;
  return early / (1 + (late / (20 * MINUTE)) ** 1.5);
}
