/** Edits as people make them, in the languages they use: those that break something, and the many that do not. */
import type { Company } from './company.ts';
import type { Draw } from './draw.ts';
import type { Planned } from './fault.ts';

type Edit = Omit<Planned, 'at' | 'guilty'>;
type Bug = 'leak' | 'n+1' | 'consumer' | 'canary';
const FILES = { go: 'internal/service/handler.go', java: 'src/main/java/com/acme/Handler.java', py: 'app/handlers.py' };

const BUGS: Record<Bug, Record<Company['language'], [string[], string[]]>> = {
  leak: {
    go: [
      ['  entry := s.lookup(ctx, key)'],
      ['  entry := s.lookup(ctx, key)', '  s.seen[key+ctx.Value(reqID).(string)] = entry // avoid second lookup'],
    ],
    java: [
      ['    return render(request);'],
      ['    history.add(request); // kept for the debug view', '    return render(request);'],
    ],
    py: [['    return render(req)'], ['    _RENDERED[req.id] = render(req)', '    return _RENDERED[req.id]']],
  },
  'n+1': {
    go: [
      ['  rows, err := s.db.Query(ctx, listWithOwner, ids)'],
      ['  for _, id := range ids {', '    owner, err := s.db.QueryRow(ctx, ownerByID, id)'],
    ],
    java: [
      ['    return repository.findAllWithLines(ids);'],
      ['    return ids.stream().map(repository::findById).flatMap(Optional::stream).toList();'],
    ],
    py: [
      ["    items = Item.objects.select_related('owner').filter(id__in=ids)"],
      ['    items = [Item.objects.get(id=i) for i in ids]'],
    ],
  },
  consumer: {
    go: [['  Amount json.Number `json:"amount"`'], ['  Amount int64 `json:"amount"`']],
    java: [['  private String amount;'], ['  private long amount;']],
    py: [['    amount: str'], ['    amount: int']],
  },
  canary: {
    go: [['  if tok.Kind == schema.V2 || tok.Kind == schema.V3 {'], ['  if tok.Kind == schema.V2 {']],
    java: [['    case V2, V3 -> parse(body);'], ['    case V2 -> parse(body);']],
    py: [["    if version in ('v2', 'v3'):"], ["    if version == 'v2':"]],
  },
};
const TITLES: Record<Bug, string[]> = {
  leak: ['keep rendered results around', 'debug view of last requests'],
  'n+1': ['simplify loading of items', 'use repository in list endpoint'],
  consumer: ['typed event amounts', 'stricter event model'],
  canary: ['drop legacy schema branch', 'tidy parser'],
};

export function code({ language }: Company, service: string, bug: Bug, draw: Draw): Edit {
  const [minus, plus] = BUGS[bug][language];
  return {
    kind: 'deploy',
    service,
    title: `${service}: ${draw.pick(TITLES[bug])}`,
    file: `${service}/${FILES[language]}`,
    minus,
    plus,
  };
}

type Setting = 'pool' | 'flag' | 'ttl' | 'cache' | 'batch' | 'route' | 'dns' | 'debug';
export function config(service: string, form: string, what: Setting, draw: Draw, detail = ''): Edit {
  const file =
    {
      values: `helm/${service}/values.yaml`,
      hcl: `terraform/${service}/main.tf`,
      properties: `config/${service}/application.properties`,
      flag: 'flags/production.yaml',
      cron: 'jobs/schedule.yaml',
      route: `routes/${service}.yaml`,
      dns: 'cluster/coredns/Corefile',
    }[form] ?? `config/${service}.yaml`;
  const flag = draw.pick(['rank-v2', 'new-offer-engine', 'async-totals']);
  const edits: Record<Setting, [string, string[], string[], string]> = {
    pool: [
      'config',
      form === 'hcl'
        ? ['  db_max_connections = 30']
        : form === 'values'
          ? ['    maxPoolSize: 30']
          : ['spring.datasource.hikari.maximum-pool-size=30'],
      form === 'hcl'
        ? ['  db_max_connections = 4']
        : form === 'values'
          ? ['    maxPoolSize: 4']
          : ['spring.datasource.hikari.maximum-pool-size=4'],
      `${service}: right-size database connections`,
    ],
    flag: [
      'flag',
      [`  ${flag}: { rollout: 0 }`],
      [`  ${flag}: { rollout: 100, services: [${service}] }`],
      `${flag} to everybody`,
    ],
    ttl: ['config', ['    cacheTtlSeconds: 3600'], ['    cacheTtlSeconds: 5'], `${service}: fresher results`],
    cache: [
      'infra',
      ['  node_type      = "cache.r6g.large"', '  snapshot_name  = "nightly"'],
      ['  node_type      = "cache.r7g.large"'],
      `${service}: replace nodes with newer generation`,
    ],
    batch: [
      'batch',
      ['  - name: rebuild-aggregates', '    schedule: "0 3 * * 0"'],
      ['  - name: rebuild-aggregates', '    schedule: "@now"', '    args: ["--full", "--parallel=16"]'],
      'rebuild-aggregates started by hand (full)',
    ],
    route: [
      'config',
      [`  - match: ${detail}`, '    cluster: backend-v1'],
      [`  - match: ${detail}`, '    cluster: bakcend-v1'],
      `${service}: regenerate routing table`,
    ],
    dns: [
      'config',
      ['    forward . /etc/resolv.conf', '    cache 30'],
      ['    forward . 10.0.0.3', '    cache 1'],
      'coredns: forward to the new resolver',
    ],
    debug: [
      'config',
      ['log_min_duration_statement = 5000'],
      ['log_min_duration_statement = 0', 'log_statement = all'],
      `${service}: log statements for the audit`,
    ],
  };
  const [kind, minus, plus, title] = edits[what];
  return { kind, service, title, file, minus, plus };
}

export function sql(what: 'drop' | 'add', draw: Draw): Edit {
  const file = `migrations/${draw.whole(2000, 9000)}_tidy.sql`;
  if (what === 'drop')
    return {
      kind: 'migration',
      service: null,
      title: 'tidy unused indexes',
      file,
      minus: [],
      plus: ['DROP INDEX IF EXISTS events_account_id_created_at_idx;'],
    };
  return {
    kind: 'migration',
    service: null,
    title: 'add column for locale',
    file,
    minus: [],
    plus: ['ALTER TABLE profiles ADD COLUMN locale text;'],
  };
}

/** What happens all day and harms nobody. */
export function harmless(company: Company, service: string, draw: Draw): Edit {
  const { language } = company;
  const comment = { go: '//', java: '//', py: '#' }[language];
  const deploy = (title: string, minus: string[], plus: string[]): Edit => ({
    kind: 'deploy',
    service,
    title: `${service}: ${title}`,
    file: `${service}/${FILES[language]}`,
    minus,
    plus,
  });
  return draw.pick<Edit>([
    deploy('wording of messages', [`  ${comment} Sorry, something went wrong`], [`  ${comment} We could not do that`]),
    deploy('log request id', [`  log.info("done")`], [`  log.info("done", "request_id", id)`]),
    deploy('bump test library', ['  testify v1.8.4'], ['  testify v1.9.0']),
    deploy('rename helper', ['  total := sumOf(items)'], ['  total := totalOf(items)']),
    deploy('metrics for export', [], ['  exported.inc()']),
    {
      kind: 'config',
      service,
      title: `${service}: dashboards folder`,
      file: `grafana/${service}.json`,
      minus: ['  "folder": "old"'],
      plus: ['  "folder": "teams"'],
    },
    {
      kind: 'flag',
      service,
      title: 'dark-mode to 25 %',
      file: 'flags/production.yaml',
      minus: ['  dark-mode: { rollout: 10 }'],
      plus: ['  dark-mode: { rollout: 25 }'],
    },
    {
      kind: 'scaling',
      service,
      title: `${service}: minimum of replicas at night`,
      file: `helm/${service}/values.yaml`,
      minus: ['    minReplicas: 2'],
      plus: ['    minReplicas: 3'],
    },
    {
      kind: 'infra',
      service: null,
      title: 'tag buckets with cost centre',
      file: 'terraform/tags.tf',
      minus: [],
      plus: ['  tags = { cost = "core" }'],
    },
    {
      kind: 'certificate',
      service: null,
      title: 'renew certificate of the staff wiki',
      file: 'certs/wiki.yaml',
      minus: ['  serial: 41'],
      plus: ['  serial: 42'],
    },
    {
      kind: 'traffic',
      service: null,
      title: 'newsletter goes out',
      file: 'calendar/campaigns.yaml',
      minus: [],
      plus: ['  - newsletter'],
    },
    {
      kind: 'batch',
      service: null,
      title: 'nightly-export finished',
      file: 'jobs/runs.yaml',
      minus: [],
      plus: ['  - nightly-export: ok'],
    },
  ]);
}

/** Looks guilty: timeouts, retries, pools, queries. Long done, and nothing came of it. */
export function suspicious(company: Company, service: string, draw: Draw): Edit {
  const file = `${service}/${FILES[company.language]}`;
  return draw.pick<Edit>([
    {
      kind: 'deploy',
      service,
      title: `${service}: retry upstream calls once`,
      file,
      minus: ['  attempts = 1'],
      plus: ['  attempts = 2'],
    },
    {
      kind: 'config',
      service,
      title: `${service}: client timeout 2s to 3s`,
      file: `helm/${service}/values.yaml`,
      minus: ['    clientTimeout: 2s'],
      plus: ['    clientTimeout: 3s'],
    },
    {
      kind: 'deploy',
      service,
      title: `${service}: new connection handling`,
      file,
      minus: ['  conn = open()'],
      plus: ['  conn = pool.borrow()'],
    },
    {
      kind: 'config',
      service,
      title: `${service}: memory limit`,
      file: `helm/${service}/values.yaml`,
      minus: ['      memory: 1Gi'],
      plus: ['      memory: 1200Mi'],
    },
    { ...sql('add', draw), service },
  ]);
}
