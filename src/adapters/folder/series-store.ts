/** Samples in columns, by family: what a metrics file becomes in memory, 16 bytes a sample. */
export type FamilyType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';

export interface StoredSeries {
  /** The sample's own name: `http_requests_total`, `x_bucket`. */
  name: string;
  labels: Record<string, string>;
  times: Float64Array;
  values: Float64Array;
}
export interface StoredFamily {
  name: string;
  type: FamilyType;
  help: string;
  unit: string;
  series: StoredSeries[];
}

/** A series while it is read. */
export interface GrowingSeries {
  name: string;
  labels: Record<string, string>;
  times: Float64Array;
  values: Float64Array;
  length: number;
}

export function growingSeries(name: string, labels: Record<string, string>): GrowingSeries {
  return { name, labels, times: new Float64Array(256), values: new Float64Array(256), length: 0 };
}

export function push(series: GrowingSeries, time: number, value: number): void {
  if (series.length === series.times.length) {
    series.times = doubled(series.times);
    series.values = doubled(series.values);
  }
  series.times[series.length] = time;
  series.values[series.length] = value;
  series.length += 1;
}

export function settled({ name, labels, times, values, length }: GrowingSeries): StoredSeries {
  return { name, labels, times: times.slice(0, length), values: values.slice(0, length) };
}

function doubled(column: Float64Array): Float64Array {
  const larger = new Float64Array(column.length * 2);
  larger.set(column);
  return larger;
}
