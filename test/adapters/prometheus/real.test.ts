import { describe } from 'vitest';
import { prometheusMetrics } from '../../../src/adapters/prometheus/index.ts';
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
});
