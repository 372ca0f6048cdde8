import { describe, expect, it } from 'vitest';
import { prometheusMetrics, prometheusTopology } from '../../../src/adapters/prometheus/index.ts';
import { metricsContract } from '../../contract/telemetry.ts';
import { missingPrometheus, startPrometheus } from '../../kit/real-prometheus.ts';

const missing = missingPrometheus();
if (missing !== null) console.warn(`SKIPPED: the tests with a real Prometheus (${missing})`);

/** Some hours ago, because Prometheus keeps its newest samples elsewhere than those written into it as files. */
const NOW = new Date(Math.floor(Date.now() / 60_000) * 60_000 - 4 * 3_600_000);

describe.skipIf(missing !== null)('a real Prometheus', () => {
  metricsContract('a real Prometheus', NOW, async ({ openMetrics }) => {
    const { url, stop } = await startPrometheus({ samples: openMetrics });
    return { port: prometheusMetrics({ url, now: () => NOW }), close: stop };
  });

  it('that counts calls between services tells who calls whom; one that does not is nobody to ask', async () => {
    const at = NOW.getTime() / 1000 - 1800;
    const calls = [
      ['web', 'cart'],
      ['cart', 'cart-db'],
      ['user', 'web'],
      ['cart', 'cart'],
    ].map(([client, server]) => `traces_service_graph_request_total{client="${client}",server="${server}"} 7 ${at}`);
    const mesh = ['source_canonical_service="web"', 'destination_canonical_service="auth"'];
    const lines = [
      ...['# TYPE traces_service_graph_request counter', ...calls, '# TYPE istio_requests counter'],
      ...['200', '503'].map((code) => `istio_requests_total{${[...mesh, `response_code="${code}"`]}} 3 ${at}`),
      ...['# EOF', ''],
    ];
    const { url, stop } = await startPrometheus({ samples: lines.join('\n') });
    const graphAt = (now: Date) => prometheusTopology({ url, now: () => now }).graph(new AbortController().signal);
    try {
      const graph = await graphAt(NOW);
      expect(graph).toMatchObject({ status: 'ok', source: `prometheus ${url}`, truncated: false });
      expect(graph.status === 'ok' && graph.data.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
        { name: 'auth', dependsOn: [] },
        { name: 'cart', dependsOn: ['cart-db'] },
        { name: 'cart-db', dependsOn: [] },
        { name: 'web', dependsOn: ['auth', 'cart'] },
      ]);
      const later = await graphAt(new Date(NOW.getTime() + 2 * 3_600_000));
      expect(later).toMatchObject({ status: 'unavailable', why: 'not_configured' });
    } finally {
      await stop();
    }
  }, 60_000);
});
