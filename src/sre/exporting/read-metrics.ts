/** All metrics of a day as OpenMetrics text: what a world holds of them. */
import type { TimeRange } from '../evidence.ts';
import type { MetricInfo, Metrics, Series } from '../ports/metrics.ts';

const MOST_METRICS = 500;
const MOST_SERIES = 200;
/** What a histogram is kept as: its worst quantile, as a summary has one. */
const QUANTILE = '0.99';
const STEP_SECONDS = 60;

export interface MetricsRead {
  /** Null when not even the names could be read. */
  text: string | null;
  left: string[];
}

export async function readMetrics(metrics: Metrics, range: TimeRange, signal: AbortSignal): Promise<MetricsRead> {
  const listed = await metrics.list({ match: '', service: null, limit: MOST_METRICS }, signal);
  if (listed.status === 'unavailable') return { text: null, left: [`metrics: ${listed.detail}`] };
  const left = listed.truncated ? [`metrics: only the first ${MOST_METRICS}`] : [];
  const families: string[] = [];
  for (const info of listed.data) {
    const answer = await metrics.query(
      {
        ...{ metric: info.name, range, stepSeconds: STEP_SECONDS, limit: MOST_SERIES },
        ...{ as: 'raw', groupBy: [], aggregate: 'none' },
        labels: info.type === 'histogram' ? { quantile: QUANTILE } : {},
      },
      signal,
    );
    if (answer.status === 'unavailable') left.push(`${info.name}: ${answer.detail}`);
    else {
      if (answer.truncated) left.push(`${info.name}: only ${answer.data.length} series`);
      families.push(familyText(info, answer.data));
    }
  }
  return { text: `${families.join('')}# EOF\n`, left };
}

function familyText({ name, type, help }: MetricInfo, all: readonly Series[]): string {
  // OpenMetrics names a counter without the ending that its samples have.
  const family = type === 'counter' ? name.replace(/_total$/, '') : name;
  const kind = type === 'histogram' ? 'summary' : type;
  const head = `# TYPE ${family} ${kind}\n# HELP ${family} ${oneLine(help)}\n`;
  const quantile = type === 'histogram' ? { quantile: QUANTILE } : {};
  return head + all.map((series) => samples(name, { ...series.labels, ...quantile }, series.points)).join('');
}

function samples(name: string, labels: Record<string, string>, points: Series['points']): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return points.map(([at, value]) => `${name}{${pairs.join(',')}} ${value} ${at / 1000}\n`).join('');
}

function escaped(value: string): string {
  return value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n');
}

function oneLine(text: string): string {
  return text.replace(/[\\\n]/g, ' ');
}
