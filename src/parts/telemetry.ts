/** The sources of telemetry that the configuration names, each kind as one. Each is loaded only when it is used. */
import type { DatadogSources } from '../adapters/datadog/index.ts';
import type { Config, TelemetrySource } from '../config.ts';
import type { Named } from '../sre/merging/ask-all.ts';
import { mergeLogs } from '../sre/merging/merge-logs.ts';
import { mergeMetrics } from '../sre/merging/merge-metrics.ts';
import { mergeTopology } from '../sre/merging/merge-topology.ts';
import { mergeTraces } from '../sre/merging/merge-traces.ts';
import type { Logs } from '../sre/ports/logs.ts';
import type { Metrics } from '../sre/ports/metrics.ts';
import type { Topology } from '../sre/ports/topology.ts';
import type { Traces } from '../sre/ports/traces.ts';
import type { Sources } from '../sre/sources.ts';
import { named } from './named.ts';

type Now = () => Date;
type Addresses = Pick<Config, 'prometheus' | 'loki' | 'jaeger' | 'tempo' | 'services' | 'world'>;
/** What traces tell: themselves, and who calls whom. */
type Called = { topology: Named<Topology>[]; traces: Named<Traces>[] };
/** Null where nobody is asked. */
type Live = { [Part in 'metrics' | 'logs' | 'topology' | 'traces']: Sources[Part] | null };

/** Its client takes seconds to load: at the start, when nobody waits for an acknowledgement, or never. */
export async function openDatadog(account: Config['datadog'], now: Now): Promise<DatadogSources | null> {
  if (account === null) return null;
  return (await import('../adapters/datadog/index.ts')).datadogSources({ ...account, now });
}

/** All that have an address, and what Datadog has. A world's moment counts here, too. */
export async function liveTelemetry(from: Addresses, account: DatadogSources | null, now: Now): Promise<Live> {
  const [counted, calls, sampled] = await Promise.all([
    openPrometheuses(from.prometheus, now),
    openJaegers(from.jaeger, now),
    openTempos(from.tempo, now),
  ]);
  const logs = await openLokis(from.loki, now);
  const ofAccount = <Port>(port: (from: DatadogSources) => Port): Named<Port>[] =>
    account === null ? [] : [{ name: 'datadog', port: port(account) }];
  const known = [...calls.topology, ...ofAccount((one) => one.topology), ...(await openConfigured(from.services))];
  // These may know of calls, or not: nothing for which a world's own graph gives way.
  const asides = from.world === null ? [...counted.topology, ...sampled.topology] : [];
  return {
    metrics: merged(mergeMetrics, [...counted.metrics, ...ofAccount((one) => one.metrics)]),
    logs: merged(mergeLogs, [...logs, ...ofAccount((one) => one.logs)]),
    topology: merged(mergeTopology, [...known, ...asides]),
    traces: merged(mergeTraces, [...sampled.traces, ...calls.traces, ...ofAccount((one) => one.traces)]),
  };
}

function merged<Port>(merge: (sources: Named<Port>[]) => Port, sources: Named<Port>[]): Port | null {
  return sources.length === 0 ? null : merge(sources);
}

async function openConfigured(services: Config['services']): Promise<Named<Topology>[]> {
  if (services.length === 0) return [];
  const { configuredTopology } = await import('../adapters/configured/topology.ts');
  return [{ name: 'configuration', port: configuredTopology(services) }];
}

async function openPrometheuses(
  sources: TelemetrySource[],
  now: Now,
): Promise<{ metrics: Named<Metrics>[]; topology: Named<Topology>[] }> {
  if (sources.length === 0) return { metrics: [], topology: [] };
  const { prometheusMetrics, prometheusTopology } = await import('../adapters/prometheus/index.ts');
  return {
    metrics: named('prometheus', sources, now, prometheusMetrics),
    topology: named('prometheus', sources, now, prometheusTopology),
  };
}

async function openLokis(sources: TelemetrySource[], now: Now): Promise<Named<Logs>[]> {
  if (sources.length === 0) return [];
  return named('loki', sources, now, (await import('../adapters/loki/index.ts')).lokiLogs);
}

async function openJaegers(sources: TelemetrySource[], now: Now): Promise<Called> {
  if (sources.length === 0) return { topology: [], traces: [] };
  const { jaegerTopology, jaegerTraces } = await import('../adapters/jaeger/index.ts');
  return {
    topology: named('jaeger', sources, now, jaegerTopology),
    traces: named('jaeger', sources, now, jaegerTraces),
  };
}

async function openTempos(sources: TelemetrySource[], now: Now): Promise<Called> {
  if (sources.length === 0) return { topology: [], traces: [] };
  const { tempoTopology, tempoTraces } = await import('../adapters/tempo/index.ts');
  return { topology: named('tempo', sources, now, tempoTopology), traces: named('tempo', sources, now, tempoTraces) };
}
