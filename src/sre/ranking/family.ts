/** What a series measures, by the words of its name, labels and unit. General words of operations; no product's names. */
import type { Family } from '../stats/families.ts';
import type { Floors } from '../stats/normal.ts';

export interface Kind {
  family: Family;
  goodHigh: boolean;
  floors: Floors;
}

const WORDS: [Family, RegExp][] = [
  ['errors', /^(errors?|err|fail|failed|failures?|timeouts?|refused|rejected|exceptions?|dropped|5xx|aborted|oom)$/],
  ['errors', /^(availability|success|successful|uptime|up|healthy)$/],
  ['memory', /^(memory|mem|heap|rss|gc|swap)$/],
  [
    'resource',
    /^(cpu|load1|load5|throttled|throttling|disk|volume|space|storage|io|iops|diskio|pool|queue|queued|backlog|lag|pending|waiting|waiters|inflight|threads|descriptors|fds|inodes|saturation|utili[sz]ation|locks?|evictions?|connections|sockets?|fs)$/,
  ],
  ['latency', /^(latency|lat|duration|delay|elapsed|rtt|seconds|milliseconds|millis|ms|p50|p75|p90|p95|p99)$/],
  [
    'traffic',
    /^(requests?|calls|rps|qps|tps|throughput|messages|workload|load|ops|operations|orders|bytes|packets|network|rate|visits|queries|syscalls?)$/,
  ],
];
const GOOD_HIGH = /^(availability|success|successful|uptime|up|healthy|idle|free|available|hit|hits)$/;
const BAD_OUTCOME = /^(5\d\d|5xx|error|errors|fail|failed|failure|timeout|timed_?out|refused|rejected|exception)$/i;
/** What says nothing of how a service does: what is configured, or counted once. */
const STATIC = /^(limit|limits|max|maximum|capacity|quota|desired|info|version|created|timestamp)$/;

/** Null for what cannot depart in a meaning way, as a limit or a version. */
export function kindOf(metric: string, labels: Record<string, string>, unit: string): Kind | null {
  const words = wordsOf(metric);
  if (words.some((word) => STATIC.test(word))) return null;
  const bad = Object.values(labels).some((value) => BAD_OUTCOME.test(value));
  const family = bad ? 'errors' : familyOf(words);
  const goodHigh = !bad && words.some((word) => GOOD_HIGH.test(word));
  return { family, goodHigh, floors: floorsOf(words, unit, goodHigh) };
}

/** `PodServerLatencyP95(s)`, `pod_server_latency_p95` → pod, server, latency, p95. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}

function familyOf(words: readonly string[]): Family {
  return WORDS.find(([, pattern]) => words.some((word) => pattern.test(word)))?.[0] ?? 'other';
}

/** A share of what is near all or nothing changes by points, not by a tenth of itself. */
function floorsOf(words: readonly string[], unit: string, goodHigh: boolean): Floors {
  const has = (one: string): boolean => words.includes(one) || unit === one;
  if (has('percent') || has('percentage')) return { absolute: 0.5, relative: goodHigh ? 0 : 0.1 };
  if (has('ratio') || goodHigh) return { absolute: 0.005, relative: goodHigh ? 0 : 0.1 };
  return { absolute: 0, relative: 0.1 };
}
