/** Which of the cited series a statement is about: the ones whose metric and labels it names. */
import { holdsName, plain } from '../../checking/facts.ts';
import type { Series } from './rows.ts';

const LEAST_POINTS = 4;

export function seriesNamed(text: string, series: readonly Series[]): Series[] {
  const read = plain(text);
  const byMetric = series.filter(({ metric }) => read.includes(metric.toLowerCase()));
  const about = (byMetric.length > 0 ? byMetric : series).filter(({ points }) => points.length >= LEAST_POINTS);
  const values = new Set(about.flatMap(({ labels }) => Object.values(labels)));
  const named = [...values].filter((value) => holdsName(read, value));
  const shared = ({ labels }: Series) => named.filter((value) => Object.values(labels).includes(value)).length;
  const most = Math.max(0, ...about.map(shared));
  return about.filter((one) => shared(one) === most);
}
