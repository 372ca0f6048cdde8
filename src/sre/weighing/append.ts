import { type Hypothesis, LONGEST_STATEMENT, MOST_HYPOTHESES } from '../hypothesis.ts';

/** With one more, under the next number; the same list when there are as many of its kind as there may be. Pure. */
export function append(known: readonly Hypothesis[], raised: Omit<Hypothesis, 'id'>): readonly Hypothesis[] {
  const kind = raised.by.is;
  if (known.filter(({ by }) => by.is === kind).length >= MOST_HYPOTHESES[kind]) return known;
  return [...known, { ...raised, statement: bounded(raised.statement), id: `H${known.length + 1}` }];
}

function bounded(text: string): string {
  return text.length <= LONGEST_STATEMENT ? text : `${text.slice(0, LONGEST_STATEMENT - 6)} [cut]`;
}
