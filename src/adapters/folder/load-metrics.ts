import { join } from 'node:path';
import { OpenMetricsError, openMetricsReader } from './openmetrics.ts';
import { gunzipText, present } from './read-file.ts';
import type { StoredFamily } from './series-store.ts';
import { WorldError } from './world-error.ts';

export const METRICS_FILE = 'metrics.om.gz';

/** Every family with its samples up to `now`; null when the world has no metrics. */
export async function loadMetrics(dir: string, now: number): Promise<StoredFamily[] | null> {
  if (!(await present(dir, METRICS_FILE))) return null;
  const reader = openMetricsReader(now);
  try {
    for await (const text of gunzipText(dir, METRICS_FILE)) reader.feed(text);
    return reader.end();
  } catch (error) {
    if (!(error instanceof OpenMetricsError)) throw error;
    const hint =
      'It must be OpenMetrics text with timestamps; `promtool tsdb create-blocks-from openmetrics` checks it.';
    throw new WorldError(
      { file: join(dir, METRICS_FILE), line: error.line, what: error.message, hint },
      { cause: error },
    );
  }
}
