/** The sources of telemetry that the configuration names. Each is loaded only when it is used. */
import type { DatadogSources } from '../adapters/datadog/index.ts';
import type { Config, TelemetrySource } from '../config.ts';
import type { Sources } from '../sre/sources.ts';

type Now = () => Date;
type Addresses = Pick<Config, 'prometheus' | 'loki' | 'jaeger' | 'tempo'>;
/** Null where nobody is asked. */
type Live = { [Part in 'metrics' | 'logs' | 'topology' | 'traces']: Sources[Part] | null };

/** Its client takes seconds to load: at the start, when nobody waits for an acknowledgement, or never. */
export async function openDatadog(account: Config['datadog'], now: Now): Promise<DatadogSources | null> {
  if (account === null) return null;
  return (await import('../adapters/datadog/index.ts')).datadogSources({ ...account, now });
}

/** Each that has an address, then what Datadog has. A world's moment counts here, too. */
export async function liveTelemetry(from: Addresses, account: DatadogSources | null, now: Now): Promise<Live> {
  const calls = from.jaeger === null ? null : await openJaeger(from.jaeger, now);
  return {
    metrics: from.prometheus === null ? (account?.metrics ?? null) : await openPrometheus(from.prometheus, now),
    logs: from.loki === null ? (account?.logs ?? null) : await openLoki(from.loki, now),
    topology: calls?.topology ?? account?.topology ?? null,
    traces: from.tempo === null ? (calls?.traces ?? null) : await openTempo(from.tempo, now),
  };
}

async function openPrometheus(source: TelemetrySource, now: Now) {
  return (await import('../adapters/prometheus/index.ts')).prometheusMetrics(given(source, now));
}

async function openLoki(source: TelemetrySource, now: Now) {
  return (await import('../adapters/loki/index.ts')).lokiLogs(given(source, now));
}

async function openJaeger(source: TelemetrySource, now: Now) {
  const { jaegerTopology, jaegerTraces } = await import('../adapters/jaeger/index.ts');
  return { topology: jaegerTopology(given(source, now)), traces: jaegerTraces(given(source, now)) };
}

async function openTempo(source: TelemetrySource, now: Now) {
  return (await import('../adapters/tempo/index.ts')).tempoTraces(given(source, now));
}

function given({ url, token, tenant, serviceLabels }: TelemetrySource, now: Now) {
  return { ...{ url, token, tenant, now }, ...(serviceLabels === null ? {} : { serviceLabels }) };
}
