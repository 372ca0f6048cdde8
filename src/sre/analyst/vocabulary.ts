/** General words of operations. Nothing here names a product, a service or a metric of a particular company. */

export type Role =
  | 'probe'
  | 'clock'
  | 'limit'
  | 'lifecycle'
  | 'errors'
  | 'latency'
  | 'saturation'
  | 'memory'
  | 'cpu'
  | 'traffic'
  | 'other';

/** The first that fits a whole word of the name decides: a pool's wait in seconds is about the pool. */
const ROLES: [Role, string][] = [
  ['probe', 'probe|probes|synthetic|synthetics|blackbox|uptime|journey|healthcheck'],
  ['lifecycle', 'restarts|restart|replicas|info|version|ready'],
  ['limit', 'max|limit|limits|capacity|quota|maximum|desired|requested'],
  [
    'errors',
    'errors?|dead_letters?|fail|failed|failures?|timeouts?|refused|rejected|exceptions?|dropped|denied|5_?xx|aborted|oom|unavailable',
  ],
  ['cpu', 'cpu|load1|load5|throttled|throttling'],
  ['memory', 'memory|heap|rss|gc'],
  [
    'saturation',
    'use|inflight|flight|pool|queue|queued|backlog|lag|pending|waiting|waiters|connections?|sessions?|threads?|descriptors|fds|disk|volume|inodes|utili[sz]ation|saturation|idle|locks?|evictions?|evicted|hit|hits|free|used|usage|available|activity',
  ],
  ['latency', 'latency|duration|response|time|seconds|milliseconds|ms|p50|p90|p95|p99'],
  [
    'traffic',
    'requests?|calls|rps|qps|throughput|messages|visits|queries|operations|orders|bytes|rate|placed|served|handled',
  ],
];
/** Names whose single words say something else, as seen through exporters and agents of several makes. */
const PHRASES: [Role, RegExp][] = [
  [
    'clock',
    /(^|_)(clock_(offset|skew|drift|error)|(timex|ntp|chrony)_(\w+_)?(offset|skew|drift)|time_(offset|skew|drift))(_|$)/,
  ],
  // The day on which a certificate ends moves by nothing that happens.
  ['limit', /(^|_)(expir[a-z]*|days_left|not_after|pool_size|max_open)(_|$)/],
  ['latency', /(^|_)(seconds|milliseconds|duration|latency)_(max|mean|avg|average|maximum)$/],
  ['traffic', /(^|_)(requests?|http|trace|web|servlet|server)_(\w+_)?(hits|seconds_count|duration_count)$/],
  ['traffic', /(^|_)(consumed|received?|published|rows_(fetched|returned|read)|tup_(read|returned|fetched)|iops)(_|$)/],
  ['saturation', /(^|_)(filesystem|storage|disk)_(\w+_)?(avail|free|used|space|bytes)(_|$)/],
  ['saturation', /(^|_)(miss|misses|messages_visible|oldest_message)(_|$)/],
];
/** How a monitoring service joined the samples of a minute says nothing of what it measured. */
const STATISTIC = /_(average|avg|mean|maximum|minimum|sum|sample_count)$/;
const WORDS = ROLES.map(([role, words]): [Role, RegExp] => [role, new RegExp(`(^|_)(${words})(_|$)`)]);
const BAD =
  /^(5\d\d|5xx|(server_?)?errors?|fail|failed|failure|timeout|timed_?out|deadline_?exceeded|resource_?exhausted|internal|refused|rejected|exception|unavailable)$/i;

/** A cache that was asked in vain. */
const LOOKED_UP = /^miss(es)?$/i;

/** `CoreDNS-cache.hits` as `coredns_cache_hits`. */
export function underscored(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}

export function roleOf(metric: string, labels: Record<string, string> = {}): Role {
  if (Object.values(labels).some((value) => BAD.test(value))) return 'errors';
  if (Object.values(labels).some((value) => LOOKED_UP.test(value))) return 'saturation';
  const name = underscored(metric);
  const plain = name.replace(STATISTIC, '');
  const phrase = PHRASES.find(([, words]) => words.test(name));
  return (phrase ?? WORDS.find(([, words]) => words.test(plain)))?.[0] ?? 'other';
}

export function isBadOutcome(value: string): boolean {
  return BAD.test(value);
}

/** Labels that split one thing into outcomes or states, as opposed to copies of it. */
export const CLASS_LABELS = ['status', 'code', 'result', 'outcome', 'state', 'reason', 'kind', 'type', 'name'];
/** Labels that name copies of one thing: what a control is made of. */
export const COPY_LABELS = ['version', 'region', 'pod', 'instance', 'zone', 'node_pool', 'node', 'host'];

/** Labels that name the sides of a flag or an experiment. */
export const VARIANT_LABELS = ['variant', 'experiment', 'cohort', 'treatment', 'flag'];

/** As runtimes say that a name was not resolved, in no word that says so. */
const UNKNOWN_HOST = /unknown ?host|no such host|gaierror|getaddrinfo|enotfound/gi;
const NAME_SERVERS = ['dns', 'coredns', 'resolver', 'resolv', 'nameserver', 'forward', 'ndots', 'hosts'];

/** A process grows by what it puts somewhere and keeps. */
const KEPT = ['add', 'append', 'push', 'put', 'keep', 'kept', 'history', 'memo', 'static', 'global'];

/** What a resource's trouble looks like in code, by a word of its metric. */
const KIN: Record<string, string[]> = {
  pool: ['acquire', 'release', 'connection', 'conn', 'checkout', 'close', 'client', 'max', 'transaction'],
  connections: ['acquire', 'release', 'connection', 'conn', 'pool', 'close', 'keepalive', 'keep-alive'],
  sessions: ['transaction', 'commit', 'rollback', 'session', 'connection', 'release', 'begin'],
  memory: ['cache', 'buffer', 'map', 'limit', 'heap', 'retain', 'ttl', 'size', ...KEPT],
  heap: ['cache', 'buffer', 'map', 'limit', 'retain', 'ttl', 'size', ...KEPT],
  queue: ['consumer', 'worker', 'concurrency', 'batch', 'ack', 'prefetch', 'backlog'],
  lag: ['consumer', 'partition', 'offset', 'batch', 'ack'],
  cpu: ['loop', 'regex', 'parse', 'sort', 'cpu', 'compress', 'encrypt'],
  disk: ['log', 'retention', 'rotate', 'volume', 'archive', 'wal', 'lifecycle'],
  timeout: ['timeout', 'retry', 'retries', 'attempt', 'attempts', 'deadline', 'backoff'],
  timeouts: ['timeout', 'retry', 'retries', 'attempt', 'attempts', 'deadline', 'backoff'],
  latency: ['index', 'query', 'await', 'timeout', 'cache', 'batch'],
  duration: ['index', 'query', 'await', 'timeout', 'cache', 'batch'],
  lookup: NAME_SERVERS,
  resolution: NAME_SERVERS,
  nxdomain: NAME_SERVERS,
  servfail: NAME_SERVERS,
  certificate: ['cert', 'certificate', 'tls', 'issuer', 'renew'],
  space: ['log', 'retention', 'rotate', 'volume', 'archive', 'wal', 'dump'],
  probe: ['probe', 'selector', 'journey', 'synthetic', 'check', 'monitor'],
};
const DULL = new Set(
  'a an and are as at be by for from has in into is it its not of on or per than that the this to use used was were with total count seconds ratio bytes info ms http https after before one two order request requests service'.split(
    ' ',
  ),
);

/** Words that stand for these names and lines, with their kin; lower case, without the dull ones. */
export function termsOf(texts: readonly string[]): Set<string> {
  const words = texts
    .flatMap((text) => wordsOf(text.replace(UNKNOWN_HOST, ' lookup ')))
    .filter((word) => word.length > 2 && !DULL.has(word));
  return new Set(words.flatMap((word) => [word, ...(KIN[word] ?? [])]));
}

/** `maxPoolSize`, `db_pool_in_use`, `tax lookup` → single lower-case words. */
export function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter(Boolean);
}
