import { noise, type SmallWorld } from './small-world.ts';

/** The change that makes `billing` keep its workers. */
export const LEAK = 'github:acme/shop:commit:1';

/** Workers are used up for two hours until answers become slow; names hold what has to be quoted where they are written. */
export const leakingWorld: SmallWorld = {
  alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
  graph: { billing: ['ledgerdb'], ledgerdb: [] },
  series: [
    {
      ...{ metric: 'worker_pool_in_use', labels: { service: 'billing', note: 'a "b"\\c' } },
      at: (m) => 20 + (m < 120 ? (120 - m) * 0.6 : 0) + noise(1, m),
    },
    {
      ...{ metric: 'rpc_duration_seconds', type: 'summary', unit: 'seconds' },
      labels: { service: 'billing', quantile: '0.99' },
      at: (m) => (m < 8 ? 2.2 : 0.2) + 0.01 * noise(2, m),
    },
    { metric: 'rpc_requests_rate', labels: { service: 'billing' }, at: (m) => 20 + 0.4 * noise(3, m) },
  ],
  changes: [
    {
      ...{ id: LEAK, service: 'billing', minutesAgo: 122, title: 'billing: reuse workers' },
      diff: '--- a/w.go\n+++ b/w.go\n@@ -1 +1 @@\n-\tpool.Release(conn)\n+\tpool.Acquire(conn)\n',
    },
  ],
};
