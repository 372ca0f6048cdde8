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

/** Of its half-width: a sign known little better does not overrule the first, for of equals the earlier says when it began. */
const SHARPER = 0.6;

/** Signs of one cause follow each other within minutes: so far apart they still confirm each other. */
const TOGETHER = 3 * 60_000;

/**
 * The earliest sign that is clear and relevant; signs near it in time confirm it, and say the moment with it. Null without
 * any. A weak sign never pulls the onset earlier, so that one wandering series does not decide.
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
  const moment = momentOf(first, agreeing);
  const doubt = agreeing.reduce((rest, sign) => rest * (1 - sign.confidence * sign.relevance), 1 - first.confidence);
  return {
    ...moment,
    confidence: Math.min(0.99, 1 - doubt),
    signs: [first, ...agreeing].map((sign) => sign.id),
  };
}

/**
 * The sharpest of those within what the first may be off. Where even that is known no better than signs of one cause follow
 * each other, several may be off: then all that agree within their doubts are averaged, each by what it knows.
 */
function momentOf(first: Sign, agreeing: readonly Sign[]): { at: number; plusMinus: number } {
  const near = (slack: (sign: Sign) => number): Sign[] =>
    agreeing.filter((sign) => Math.abs(sign.at - first.at) <= first.plusMinus + slack(sign));
  const sharper = near(() => 0).filter((sign) => sign.plusMinus <= SHARPER * first.plusMinus);
  const sharpest = sharper.reduce((best, sign) => (sign.plusMinus < best.plusMinus ? sign : best), first);
  if (sharpest.plusMinus <= TOGETHER) return { at: sharpest.at, plusMinus: sharpest.plusMinus };
  const told = [first, ...near((sign) => sign.plusMinus)];
  const weight = ({ plusMinus }: Sign): number => 1 / plusMinus ** 2;
  const sum = told.reduce((all, sign) => all + weight(sign), 0);
  const off = told.reduce((all, sign) => all + weight(sign) * (sign.at - first.at), 0) / sum;
  return { at: Math.round(first.at + off), plusMinus: Math.sqrt(1 / sum) };
}
