/** Companies that have nothing to do with a shop: their services, what calls what, and how they sample. */
import type { Draw } from './draw.ts';

export type Role = 'edge' | 'app' | 'worker' | 'db' | 'cache' | 'queue' | 'vendor';
export interface Service {
  name: string;
  role: Role;
  /** Requests (or messages) a second on an ordinary noon. */
  rate: number;
  /** Seconds, 99th of 100. */
  p99: number;
  errors: number;
  deps: { to: string; share: number }[];
  pods: string[];
  memory: number;
  /** How far the noise of its latency goes. */
  rough: number;
}
export interface Company {
  dialect: 'kubernetes' | 'datadog' | 'spring';
  /** Seconds between samples. */
  step: number;
  /** The label that says which service a series is of. */
  label: string;
  /** What the label adds to the name that the topology knows. */
  suffix: string;
  histograms: boolean;
  services: Service[];
  nodes: string[];
  peakHour: number;
  swing: number;
  weekend: number;
  language: 'go' | 'java' | 'py';
}

const TRADES = [
  [
    'booking',
    'itinerary',
    'fares',
    'seatmap',
    'loyalty',
    'baggage',
    'checkin',
    'partners',
    'refunds',
    'profiles',
    'quotes',
    'geo',
  ],
  [
    'transfers',
    'kyc',
    'cards',
    'fx-rates',
    'statements',
    'limits',
    'fraud-score',
    'beneficiaries',
    'ledger-api',
    'accounts',
    'disputes',
    'rewards',
  ],
  [
    'playback',
    'recommend',
    'subtitles',
    'entitlements',
    'watchlist',
    'transcode-api',
    'adserver',
    'livestats',
    'comments',
    'profile-svc',
    'drm',
    'epg',
  ],
  [
    'parcel',
    'routing',
    'depot',
    'tracking',
    'labels',
    'customs',
    'slots',
    'drivers',
    'pricing-rules',
    'claims',
    'address',
    'manifest',
  ],
];
const FRONTS = ['api-gateway', 'ingress', 'kong', 'public-api', 'front-door'];
const VENDORS = ['twilio', 'stripe', 'mapbox', 'plaid', 'sendgrid', 'adyen', 'experian', 'here-maps'];

export function foundCompany(draw: Draw): Company {
  const dialect = draw.pick(['kubernetes', 'datadog', 'spring'] as const);
  const trade = draw.pick(TRADES);
  const apps = draw.some(trade, draw.whole(4, 9));
  const label = {
    kubernetes: draw.pick(['app', 'job', 'service', 'deployment']),
    datadog: 'service',
    spring: draw.pick(['application', 'service', 'app']),
  }[dialect];
  return {
    dialect,
    label,
    step: draw.pick([15, 30, 60]),
    suffix: draw.chance(0.2) && dialect !== 'datadog' ? draw.pick(['-svc', '-api']) : '',
    histograms: dialect === 'kubernetes' && draw.chance(0.4),
    services: wired(draw, apps),
    nodes: Array.from({ length: draw.whole(3, 6) }, (_, at) => `ip-10-${draw.whole(0, 9)}-${draw.whole(1, 250)}-${at}`),
    peakHour: draw.between(10, 20),
    swing: draw.between(0.25, 0.6),
    weekend: draw.between(0.55, 1.1),
    language: { kubernetes: draw.pick(['go', 'py'] as const), datadog: 'py' as const, spring: 'java' as const }[
      dialect
    ],
  };
}

/** Seconds, the 99th of the slowest of a kind. */
const SLOWEST: Record<Role, number> = {
  edge: 0.9,
  app: 0.9,
  worker: 0.9,
  db: 0.06,
  cache: 0.01,
  queue: 0.05,
  vendor: 0.6,
};

function wired(draw: Draw, apps: string[]): Service[] {
  const front = Math.max(2, Math.floor(apps.length / 2));
  const [first = 'main', second = 'second'] = apps;
  const dbs = [`${first}-db`, `${second}-postgres`].slice(0, draw.whole(1, 2));
  const caches = [`${draw.pick(apps)}-redis`];
  const workers = [`${draw.pick(apps)}-worker`, `${draw.pick(['mailer', 'indexer', 'exporter'])}`].slice(
    0,
    draw.whole(1, 2),
  );
  const vendors = draw.some(VENDORS, draw.whole(1, 2));
  const to = (name: string, low: number, high: number) => ({ to: name, share: draw.between(low, high) });
  const stores = [...dbs, ...caches, ...vendors];
  const service = (name: string, role: Role, deps: { to: string; share: number }[]): Service => ({
    name,
    role,
    deps: deps.filter((one, at, all) => all.findIndex((other) => other.to === one.to) === at),
    rate: role === 'edge' ? draw.between(200, 900) : draw.between(15, 180),
    p99: SLOWEST[role] * draw.between(0.1, 1),
    errors: draw.between(0.0003, 0.003),
    pods: Array.from({ length: draw.whole(2, 3) }, () => `${name}-${draw.hex(9)}-${draw.hex(5)}`),
    memory: draw.between(180, 1400) * 2 ** 20,
    rough: draw.between(0.06, 0.16),
  });
  const made = apps.map((name, at) => {
    const isFront = at < front;
    const behind = isFront ? draw.some(apps.slice(front), draw.whole(1, 2)) : [];
    // Stores are dealt in turn, so that each has somebody who uses it.
    const dealt = stores[at % stores.length] ?? dbs[0] ?? '';
    return service(name, 'app', [
      ...behind.map((one) => to(one, 0.4, 1)),
      to(dealt, 0.7, 1),
      ...(isFront ? [] : [to(draw.pick(dbs), 0.7, 1)]),
    ]);
  });
  const queue = draw.pick(['events-kafka', 'jobs-queue']);
  return [
    service(
      draw.pick(FRONTS),
      'edge',
      apps.slice(0, front).map((one) => to(one, 0.25, 0.6)),
    ),
    ...made,
    ...workers.map((name) => service(name, 'worker', [to(queue, 1, 1), to(draw.pick(dbs), 0.5, 1)])),
    service(queue, 'queue', []),
    ...dbs.map((name) => service(name, 'db', [])),
    ...caches.map((name) => service(name, 'cache', [])),
    ...vendors.map((name) => service(name, 'vendor', [])),
  ].filter(({ name }, at, all) => all.findIndex((other) => other.name === name) === at);
}

export function ofRole(company: Company, ...roles: Role[]): Service[] {
  return company.services.filter(({ role }) => roles.includes(role));
}

export function callersOf(company: Company, name: string): Service[] {
  return company.services.filter(({ deps }) => deps.some(({ to }) => to === name));
}
