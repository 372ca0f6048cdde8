/** What may be behind an incident: raised by somebody, settled by evidence, and kept also when it was wrong. */
import { z } from 'zod';
import { evidenceId, type Finding } from './finding.ts';
import type { HypothesisId } from './ids.ts';

export type Raiser =
  | { is: 'investigator' }
  /** `remark`: the line of the story in which it was said. */
  | { is: 'person'; name: string; remark: number };

export type HypothesisState =
  | { is: 'open' }
  /** `inconclusive`: it was looked at, and the evidence does not decide, or could not be had. */
  | { is: 'supported' | 'refuted' | 'inconclusive'; why: string; evidence: string[]; at: string };

export interface Hypothesis {
  id: HypothesisId;
  /** Of a person: what was said, in the person's words. */
  statement: string;
  by: Raiser;
  at: string;
  state: HypothesisState;
  /** Reports, by their tool use, that were sent back because this one was open. */
  sentBack?: string[];
}

/** In characters. */
export const LONGEST_STATEMENT = 500;
/** Of one incident: the investigator's own, and those of people, so that neither crowds out the other. */
export const MOST_HYPOTHESES = { investigator: 60, person: 20 } as const;

/** What the investigator says of one. Who raised it is nothing that it could say. */
const hypothesisNote = z.object({
  id: z
    .string()
    .regex(/^H[1-9][0-9]{0,3}$/, 'hypothesis ids look like H3')
    .nullish()
    .describe('of one that is known; leave out to open one of yours'),
  statement: z
    .string()
    .trim()
    .min(1)
    .max(LONGEST_STATEMENT)
    .nullish()
    .describe('what may be the cause, in one sentence; the same words are the same hypothesis'),
  state: z.enum(['open', 'supported', 'refuted', 'inconclusive']),
  why: z.string().trim().max(1000).nullish().describe('what decided; for inconclusive, what is missing'),
  evidence: z.array(evidenceId).max(50).default([]).describe('what `why` rests on; needed unless the state is open'),
});
export type HypothesisNote = z.infer<typeof hypothesisNote>;
export const hypothesisNotes = z.object({ hypotheses: z.array(hypothesisNote).min(1).max(60) });

export function isOfPerson({ by }: Hypothesis): boolean {
  return by.is === 'person';
}

/** How it stands, for a reader; `concluded`: a finding stands, which has left open what is open. */
export function standing({ state }: Hypothesis, concluded: boolean): string {
  return state.is === 'open' && concluded ? 'not settled' : state.is;
}

/** What a finding does not say by itself: what people raised, first, then what is neither its cause nor ruled out in it. */
export function besideFinding(hypotheses: readonly Hypothesis[], finding: Finding | null): Hypothesis[] {
  const told = new Set(finding?.ruled_out.map(({ hypothesis }) => hypothesis));
  const own = hypotheses.filter(
    (one) => !isOfPerson(one) && (finding === null || (one.state.is !== 'supported' && !told.has(one.statement))),
  );
  return [...hypotheses.filter(isOfPerson), ...own];
}

/** Of a person: who; of the investigator nothing, because most are. */
export function raisedBy({ by }: Hypothesis): string {
  return by.is === 'person' ? ` (raised by ${by.name})` : '';
}
