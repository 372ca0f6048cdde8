/** When an incident began: not when the alert fired, but when its first leading sign moved. */

export interface Sign {
  id: string;
  /** Milliseconds. */
  at: number;
  plusMinus: number;
  confidence: number;
  /** 0 to 1: how close the signal is to the symptom (the same service and a resource it waits for is 1). */
  relevance: number;
}

export interface Onset {
  at: number;
  plusMinus: number;
  confidence: number;
  /** Signs that agree with this moment, the one that gave it first. */
  signs: string[];
}

/** Weight below which a sign neither starts nor confirms an onset. */
export const WEAK = 0.3;

/** Signs of one cause follow each other within minutes: so far apart they still confirm each other. */
const TOGETHER = 3 * 60_000;

/**
 * The earliest sign that is clear and relevant; signs near it in time confirm it, and the sharpest of those within what the
 * first may be off says the moment. Null without any. A weak sign never pulls the onset earlier, so that one wandering
 * series does not decide.
 */
export function onsetOf(signs: readonly Sign[]): Onset | null {
  const clear = signs
    .filter((sign) => sign.confidence * sign.relevance >= WEAK)
    .sort((a, b) => a.at - b.at || a.id.localeCompare(b.id));
  const strongest = clear.reduce((most, sign) => Math.max(most, sign.confidence * sign.relevance), 0);
  const first = clear.find((sign) => sign.confidence * sign.relevance >= 0.6 * strongest);
  if (first === undefined) return null;
  const agreeing = clear.filter((sign) => {
    const apart = Math.abs(sign.at - first.at);
    return sign !== first && apart <= Math.max(TOGETHER, sign.plusMinus + first.plusMinus);
  });
  const within = agreeing.filter((sign) => Math.abs(sign.at - first.at) <= first.plusMinus);
  const sharpest = within.reduce((best, sign) => (sign.plusMinus < best.plusMinus ? sign : best), first);
  const doubt = agreeing.reduce((rest, sign) => rest * (1 - sign.confidence * sign.relevance), 1 - first.confidence);
  return {
    at: sharpest.at,
    plusMinus: sharpest.plusMinus,
    confidence: Math.min(0.99, 1 - doubt),
    signs: [first, ...agreeing].map((sign) => sign.id),
  };
}
