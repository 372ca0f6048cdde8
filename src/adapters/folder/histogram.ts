/** Histograms as people ask for them: a quantile out of buckets, or the mean out of sum and count. */
import type { Labelled } from './aggregate.ts';
import { aggregated } from './aggregate.ts';
import type { Points } from './resample.ts';

/** `buckets` are rates of `_bucket` series with their `le` label; the answer has one series per remaining label set. */
export function quantileFromBuckets(buckets: Labelled[], quantile: number): Labelled[] {
  const groups = new Map<string, Labelled[]>();
  for (const one of buckets) {
    const { le: _le, ...labels } = one.labels;
    const key = JSON.stringify(labels);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([, members]) => {
    const { le: _le, ...labels } = members[0]?.labels ?? {};
    const [whole] = aggregated(members, [], 'max');
    return {
      labels: { ...labels, quantile: String(quantile) },
      points: quantilePoints(members, quantile),
      newest: whole?.newest ?? null,
    };
  });
}

function quantilePoints(buckets: Labelled[], quantile: number): Points {
  const bounds = buckets
    .map(({ labels, points }) => ({ bound: boundOf(labels.le ?? ''), rates: new Map(points) }))
    .toSorted((left, right) => left.bound - right.bound);
  const top = bounds.at(-1);
  if (!top) return [];
  return [...top.rates].flatMap(([at, total]): Points => {
    if (total <= 0) return [];
    const wanted = quantile * total;
    let below = { bound: 0, count: 0 };
    for (const { bound, rates } of bounds) {
      const count = rates.get(at) ?? 0;
      if (count >= wanted) return [[at, within(below, { bound, count }, wanted)]];
      below = { bound, count };
    }
    return [];
  });
}

/** Linear inside a bucket; the open last bucket answers with its lower bound. */
function within(
  below: { bound: number; count: number },
  above: { bound: number; count: number },
  wanted: number,
): number {
  if (!Number.isFinite(above.bound)) return below.bound;
  const share = above.count === below.count ? 1 : (wanted - below.count) / (above.count - below.count);
  return below.bound + (above.bound - below.bound) * share;
}

function boundOf(le: string): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
}

/** Mean of each step: rate of the sum over rate of the count. */
export function meanFromSums(sums: Labelled[], counts: Labelled[]): Labelled[] {
  const byLabels = new Map(counts.map((one) => [JSON.stringify(one.labels), new Map(one.points)]));
  return sums.map((one) => {
    const own = byLabels.get(JSON.stringify(one.labels));
    const points = one.points.flatMap(([at, sum]): Points => {
      const count = own?.get(at) ?? 0;
      return count > 0 ? [[at, sum / count]] : [];
    });
    return { ...one, points };
  });
}
