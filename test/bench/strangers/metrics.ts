/** Instruments over the state, as OpenMetrics text: noise with memory, outliers, gaps, restarts, blips at deploys. */
import { type Company, ofRole, type Service } from './company.ts';
import { type Concept, type Instrument, instrument, statusLabels } from './dialects.ts';
import type { Draw } from './draw.ts';
import type { Fault, Move, Planned } from './fault.ts';
import type { State } from './state.ts';

type Noise = 'calm' | 'rough' | 'none';
interface Wanted {
  concept: Concept;
  service: Service;
  labels?: Record<string, string>;
  noise: Noise;
  at: (index: number) => number;
  pod?: number;
  peer?: string;
  node?: number;
}

export function record(company: Company, state: State, fault: Fault, changes: Planned[], draw: Draw): string {
  const families = new Map<string, string[]>();
  const now = state.times.at(-1) ?? 0;
  /** The exporter of one service was down for a while, long before. */
  const gap = { service: draw.pick(company.services).name, from: now - draw.between(3, 5) * 3600 };
  for (const wanted of everything(company, state, fault, draw)) {
    const { concept, service } = wanted;
    const tool = instrument(company, concept);
    const moves = fault.moves.filter((move) => move.service === service.name && touches(move, wanted));
    const deploys = changes.filter(({ kind, service: of }) => kind === 'deploy' && of === service.name);
    const label = tool.label ?? company.label;
    const own = concept === 'node' ? {} : { [label]: named(company, service, label) };
    const prefix = sampleName(tool.name, { ...own, ...wanted.labels });
    const lines = families.get(tool.name) ?? [header(tool)];
    families.set(tool.name, lines);
    const read = reader(tool, deploys, company.step, draw);
    const value = course(wanted, moves, deploys, draw);
    for (const [index, at] of state.times.entries()) {
      const shown = read(value(index, at), at, state.times[index - 1] ?? at - company.step);
      const lost = draw.chance(0.003) || (service.name === gap.service && at > gap.from && at < gap.from + 240);
      if (!lost && Number.isFinite(shown)) lines.push(`${prefix} ${rounded(shown)} ${at}`);
    }
  }
  return `${[...families.values()].flat().join('\n')}\n# EOF\n`;
}

function touches({ concept, only = {} }: Move, wanted: Wanted): boolean {
  const fits = <Part>(asked: Part | undefined, has: Part | undefined) => asked === undefined || asked === has;
  return (
    concept === wanted.concept &&
    fits(only.pod, wanted.pod) &&
    fits(only.node, wanted.node) &&
    fits(only.peer, wanted.peer)
  );
}

/** What is true, with noise, at each moment. */
function course({ at: usual, noise, service }: Wanted, moves: Move[], deploys: Planned[], draw: Draw) {
  let drift = 0;
  const sigma = noise === 'rough' ? service.rough : 0.035;
  return (index: number, at: number): number => {
    const value = moves.reduce((before, move) => move.value(before, at), usual(index));
    if (noise === 'none') return value;
    drift = 0.7 * drift + 0.71 * draw.normal();
    const starting = noise === 'rough' && deploys.some(({ at: when }) => at >= when && at < when + 100);
    return value * noisy(draw, drift, sigma, noise) * (starting ? 1.35 : 1);
  };
}

/** What the instrument says of it: a counter grows, and begins again with the process. */
function reader(tool: Instrument, deploys: Planned[], step: number, draw: Draw) {
  let total = draw.between(1e3, 1e6);
  if (tool.type !== 'counter') return (value: number) => value * (tool.scale ?? 1);
  return (value: number, at: number, before = at - step): number => {
    if (Number.isNaN(value)) return value;
    if (deploys.some(({ at: when }) => when > before && when <= at)) total = 0;
    total += Math.max(0, value) * (at - before);
    return tool.name.includes('seconds_total') ? total : Math.round(total);
  };
}

function rounded(value: number): number {
  return Math.abs(value) > 1000 ? Math.round(value) : Math.round(value * 1e5) / 1e5;
}

/** Log-normal, with memory, and one sample of a hundred far out where the instrument is a quantile. */
function noisy(draw: Draw, drift: number, sigma: number, noise: Noise): number {
  const far = noise === 'rough' && draw.chance(0.008) ? 1 + 0.6 / (0.15 + draw.next()) : 1;
  return Math.exp(sigma * drift) * far;
}

function header({ name, type, unit, help }: ReturnType<typeof instrument>): string {
  const shown = /^[\w:]+$/.test(name) ? name : `"${name}"`;
  const family = type === 'counter' ? shown.replace(/_total$/, '') : shown;
  const lines = [`# TYPE ${family} ${type === 'counter' && !name.endsWith('_total') ? 'unknown' : type}`];
  if (unit !== undefined) lines.push(`# UNIT ${family} ${unit}`);
  if (help !== undefined) lines.push(`# HELP ${family} ${help}`);
  return lines.join('\n');
}

function sampleName(name: string, labels: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return /^[\w:]+$/.test(name) ? `${name}{${pairs.join(',')}}` : `{"${name}",${pairs.join(',')}}`;
}

export function named(company: Company, service: Service, label: string): string {
  const own = service.role === 'app' || service.role === 'edge' || service.role === 'worker';
  if (!own) return label === 'instance' ? `${service.name}-0` : service.name;
  return label === company.label && label !== 'deployment' ? `${service.name}${company.suffix}` : service.name;
}

function* everything(company: Company, state: State, fault: Fault, draw: Draw): Generator<Wanted> {
  for (const service of ofRole(company, 'edge', 'app')) yield* ofRequests(company, state, fault, service, draw);
  for (const service of ofRole(company, 'edge', 'app', 'worker')) yield* ofPods(company, state, service, draw);
  for (const service of ofRole(company, 'app')) yield* ofClients(company, state, service);
  for (const service of ofRole(company, 'db')) yield* ofDatabase(company, state, service, draw);
  for (const service of ofRole(company, 'cache')) {
    const { load } = state.of(service.name);
    const hit = draw.between(0.88, 0.985);
    yield { concept: 'hits', service, noise: 'calm', at: (index) => service.rate * 8 * (load[index] ?? 1) * hit };
    yield {
      concept: 'misses',
      service,
      noise: 'calm',
      at: (index) => service.rate * 8 * (load[index] ?? 1) * (1 - hit),
    };
  }
  for (const service of ofRole(company, 'worker')) {
    const { load } = state.of(service.name);
    const labels = { topic: `${service.name}-events` };
    yield { concept: 'lag', service, labels, noise: 'rough', at: () => 40 };
    yield { concept: 'consumed', service, noise: 'calm', at: (index) => service.rate * (load[index] ?? 1) };
  }
  const [edge] = ofRole(company, 'edge');
  if (edge === undefined) return;
  const { load, failing } = state.of(edge.name);
  for (const [node, name] of company.nodes.entries()) {
    const zone = `az-${'abc'[node % 3] ?? 'a'}`;
    yield {
      concept: 'node',
      service: edge,
      labels: { node: name, condition: 'Ready', zone },
      noise: 'none',
      node,
      at: () => 1,
    };
  }
  yield { concept: 'certificate', service: edge, noise: 'none', at: () => 41 };
  yield { concept: 'probe', service: edge, noise: 'none', at: (index) => ((failing[index] ?? 0) > 0.5 ? 0 : 1) };
  for (const rcode of ['NOERROR', 'SERVFAIL']) {
    const share = rcode === 'NOERROR' ? 1 : 0.0005;
    yield {
      concept: 'dnsErrors',
      service: edge,
      labels: { rcode },
      noise: 'calm',
      peer: rcode,
      at: (index) => 900 * share * (load[index] ?? 1),
    };
  }
  yield {
    concept: 'business',
    service: edge,
    noise: 'calm',
    at: (index) => edge.rate * 0.03 * (load[index] ?? 1) * (1 - (failing[index] ?? 0)),
  };
}

function* ofRequests(company: Company, state: State, fault: Fault, service: Service, draw: Draw): Generator<Wanted> {
  const { load, added, failing } = state.of(service.name);
  const rate = (index: number) => service.rate * (load[index] ?? 1);
  const bad = (index: number) => Math.min(1, service.errors + (failing[index] ?? 0));
  const part = fault.strains.find((strain) => strain.service === service.name && strain.only !== undefined);
  if (part?.only === undefined) {
    yield {
      concept: 'requests',
      service,
      labels: statusLabels(company, false),
      noise: 'calm',
      at: (index) => rate(index) * (company.dialect === 'datadog' ? 1 : 1 - bad(index)),
    };
    yield {
      concept: 'errors',
      service,
      labels: statusLabels(company, true),
      noise: 'rough',
      at: (index) => rate(index) * bad(index),
    };
    yield {
      concept: 'latency',
      service,
      labels: quantile(company),
      noise: 'rough',
      at: (index) => service.p99 + (added[index] ?? 0),
    };
    return;
  }
  // Where the fault hits a part of the service, all its series carry the label that tells the parts apart.
  const begins =
    part.only.version === undefined ? 0 : Math.min(...fault.changes.filter(({ guilty }) => guilty).map(({ at }) => at));
  for (const { labels, share, hit } of parts(part.only, service, draw)) {
    const rate = (index: number) =>
      hit && (state.times[index] ?? 0) < begins ? Number.NaN : service.rate * (load[index] ?? 1);
    const own = (index: number) =>
      Math.min(1, service.errors + (hit ? (part.failing?.(state.times[index] ?? 0) ?? 0) : 0));
    const slow = (index: number) => (hit ? (part.slower?.(state.times[index] ?? 0) ?? 0) : 0);
    yield {
      concept: 'requests',
      service,
      labels: { ...labels, ...statusLabels(company, false) },
      noise: 'calm',
      at: (index) => rate(index) * share * (company.dialect === 'datadog' ? 1 : 1 - own(index)),
    };
    yield {
      concept: 'errors',
      service,
      labels: { ...labels, ...statusLabels(company, true) },
      noise: 'rough',
      at: (index) => rate(index) * share * own(index),
    };
    yield {
      concept: 'latency',
      service,
      labels: { ...labels, ...quantile(company) },
      noise: 'rough',
      at: (index) => service.p99 + slow(index) + rate(index) * 0,
    };
  }
}

function parts(
  { route, version, tenant, pod }: { route?: string; version?: string; tenant?: string; pod?: number },
  service: Service,
  draw: Draw,
) {
  if (route !== undefined)
    return ['/v1/list', '/v1/item', route, '/healthz'].map((path, at) => ({
      labels: { route: path },
      share: [0.5, 0.4, 0.07, 0.03][at] ?? 0,
      hit: path === route,
    }));
  if (version !== undefined)
    return [`${draw.hex(7)}`, version].map((one) => ({
      labels: { version: one },
      share: one === version ? 0.1 : 0.9,
      hit: one === version,
    }));
  if (tenant !== undefined)
    return ['acme', 'globex', 'initech', tenant].map((one) => ({
      labels: { tenant: one },
      share: one === tenant ? 0.06 : 0.31,
      hit: one === tenant,
    }));
  return service.pods.map((one, at) => ({ labels: { pod: one }, share: 1 / service.pods.length, hit: at === pod }));
}

function quantile(company: Company): Record<string, string> {
  return company.dialect === 'kubernetes' ? { quantile: '0.99' } : {};
}

function* ofPods(company: Company, state: State, service: Service, draw: Draw): Generator<Wanted> {
  const { load } = state.of(service.name);
  const usage = draw.between(0.1, 0.5);
  for (const [pod, name] of service.pods.entries()) {
    const labels = company.dialect === 'spring' ? { instance: name, area: 'heap' } : { pod: name, namespace: 'prod' };
    yield { concept: 'memory', service, labels, noise: 'calm', pod, at: () => service.memory };
    yield { concept: 'cpu', service, labels, noise: 'rough', pod, at: (index) => usage * (load[index] ?? 1) };
    yield { concept: 'restarts', service, labels: { pod: name, container: 'main' }, noise: 'none', pod, at: () => 0 };
  }
  yield { concept: 'limit', service, labels: { resource: 'memory' }, noise: 'none', at: () => service.memory * 2.2 };
  yield { concept: 'ready', service, noise: 'none', at: () => service.pods.length };
}

function* ofClients(company: Company, state: State, service: Service): Generator<Wanted> {
  const { load } = state.of(service.name);
  const key = { kubernetes: 'target', datadog: 'peer_service', spring: 'client_name' }[company.dialect];
  for (const { to, share } of service.deps) {
    const target = company.services.find(({ name }) => name === to);
    if (target === undefined || target.role === 'queue' || target.role === 'cache') continue;
    const { added, failing } = state.of(to);
    const labels = { [key]: to };
    yield {
      concept: 'clientLatency',
      service,
      labels: { ...labels, ...quantile(company) },
      noise: 'rough',
      peer: to,
      at: (index) => target.p99 + (added[index] ?? 0),
    };
    yield {
      concept: 'clientErrors',
      service,
      labels: { ...labels, ...statusLabels(company, true) },
      noise: 'rough',
      peer: to,
      at: (index) => service.rate * share * (load[index] ?? 1) * (target.errors + (failing[index] ?? 0)),
    };
  }
  if (!service.deps.some(({ to }) => ofRole(company, 'db').some(({ name }) => name === to))) return;
  yield { concept: 'poolUsed', service, noise: 'rough', at: (index) => 6 * (load[index] ?? 1) };
  yield { concept: 'poolMax', service, noise: 'none', at: () => 30 };
  yield { concept: 'poolWaiting', service, noise: 'rough', at: () => 0 };
}

function* ofDatabase(company: Company, state: State, service: Service, draw: Draw): Generator<Wanted> {
  const { load } = state.of(service.name);
  const usage = draw.between(0.15, 0.4);
  const at = (factor: number) => (index: number) => factor * (load[index] ?? 1);
  yield { concept: 'dbCpu', service, noise: 'rough', at: at(usage) };
  yield { concept: 'dbConnections', service, noise: 'calm', at: at(60) };
  yield { concept: 'dbCalls', service, noise: 'calm', at: at(700) };
  for (const relname of company.dialect === 'spring' ? ['events'] : ['accounts', 'events'])
    yield {
      concept: 'dbRows',
      service,
      labels: company.dialect === 'spring' ? {} : { relname },
      noise: 'calm',
      peer: relname,
      at: at(3000),
    };
  yield {
    concept: 'diskFree',
    service,
    labels: { mountpoint: '/var/lib/data' },
    noise: 'none',
    at: (index) => 90e9 - ((state.times[index] ?? 0) - (state.times[0] ?? 0)) * 100,
  };
}
