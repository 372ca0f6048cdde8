/** Whose number is it? Where a claim names one series of an answer, those of its neighbours are no support. */
import { type Facts, holdsName, plain } from './facts.ts';

/** Speaks of more than it names. */
const OTHERS =
  /\b(?:others?|rest|remaining|all|every|each|both|another|elsewhere|everywhere|total|sum|together|while|whereas|than|against|versus|vs|instead|callers?|dependenc\w*|neighbou?rs?|as control)\b/i;
const LEAST = 3;

/** The facts without what was measured of series that the claim leaves out, label by label. */
export function ofNamed(text: string, facts: Facts): Facts {
  if (OTHERS.test(text)) return facts;
  const read = plain(text);
  const keys = new Map<string, Set<string>>();
  for (const { labels } of facts.measured)
    for (const [key, value] of Object.entries(labels)) keys.set(value, (keys.get(value) ?? new Set()).add(key));
  const named = [...keys].filter(([value]) => value.length >= LEAST && holdsName(read, value));
  if (named.length === 0) return facts;
  // A name that stands under several labels may be meant as any of them.
  const measured = facts.measured.filter(({ labels }) =>
    Object.entries(labels).every(([key, own]) => {
      const meant = named.filter(([, under]) => under.has(key));
      return meant.some(([value]) => value === own) || meant.every(([, under]) => under.size > 1);
    }),
  );
  return { ...facts, measured };
}
