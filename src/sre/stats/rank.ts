/** Several rankings of the same things into one, by reciprocal rank (Cormack 2009): robust to scores on unlike scales. */

export interface Scored {
  name: string;
  score: number;
}

/** Sum of 1 / (k + rank) over the rankings; ties share the better rank. Highest first, then by name. */
export function fuse(rankings: readonly (readonly Scored[])[], k = 1): Scored[] {
  const total = new Map<string, number>();
  for (const ranking of rankings) {
    const sorted = ranking.toSorted((a, b) => b.score - a.score);
    let rank = 0;
    let previous = Number.POSITIVE_INFINITY;
    sorted.forEach(({ name, score }, position) => {
      if (score < previous) rank = position;
      previous = score;
      total.set(name, (total.get(name) ?? 0) + 1 / (k + 1 + rank));
    });
  }
  return [...total]
    .map(([name, score]) => ({ name, score }))
    .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name));
}
