/** Sources that nobody has connected: every question is answered with what to configure, never with silence. */
import type { Answer } from '../../sre/ports/answer.ts';
import type { Sources } from '../../sre/sources.ts';

const FROM = 'nothing is configured';

export function unconfiguredSources(): Omit<Sources, 'now' | 'forge'> {
  const metrics = missing('metrics', 'PROMETHEUS_URL, or DD_API_KEY and DD_APP_KEY');
  const logs = missing('logs', 'LOKI_URL, or DD_API_KEY and DD_APP_KEY');
  const changes = missing('changes');
  const topology = missing('the service graph');
  const traces = missing('traces', 'TEMPO_URL or JAEGER_URL');
  const pastAlerts = missing('past alerts');
  const pastIncidents = missing('past incidents');
  return {
    metrics: { list: async () => metrics, query: async () => metrics },
    logs: { search: async () => logs, scan: async () => logs, newest: async () => logs },
    changes: { list: async () => changes, diff: async () => changes },
    topology: { graph: async () => topology },
    traces: { search: async () => traces, get: async () => traces, newest: async () => traces },
    pastAlerts: { list: async () => pastAlerts },
    pastIncidents: { list: async () => pastIncidents },
  };
}

export function unconfiguredForge(): Sources['forge'] {
  const detail = 'no repository is configured: set `forge` in vigil.yaml, or name a world that has one';
  return {
    prepare: async () => ({ ok: false, why: 'no_repository', detail }),
    open: async () => ({ ok: false, why: 'rejected', detail }),
  };
}

function missing(what: string, address?: string): Extract<Answer<never>, { status: 'unavailable' }> {
  const setting = address ?? '`world` in vigil.yaml, or VIGIL_WORLD';
  const detail = `no source of ${what} is configured: set ${setting}`;
  return { status: 'unavailable', source: FROM, why: 'not_configured', detail };
}
