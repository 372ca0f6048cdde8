import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { liveTelemetry } from '../../src/parts/telemetry.ts';
import { stubApi } from '../kit/stub-api.ts';

const signal = new AbortController().signal;
const base = { ...loadConfig({}, { port: 0 }), services: [{ name: 'web', dependsOn: ['legacy-db'] }] };
const at = (url: string) => [{ name: null, url, token: null, tenant: null, serviceLabels: null }];
const now = () => new Date('2026-05-06T14:00:00Z');

test('what the operator writes of the service graph stands beside what is measured', async () => {
  await using jaeger = await stubApi(() => ({ json: { data: [{ parent: 'web', child: 'cart' }] } }));
  await using prometheus = await stubApi(() => ({
    json: { status: 'success', data: { resultType: 'vector', result: [] } },
  }));
  const asked = { ...base, jaeger: at(jaeger.url), prometheus: at(prometheus.url) };
  const { topology } = await liveTelemetry(asked, null, now);
  const graph = await topology?.graph(signal);
  expect(graph).toMatchObject({
    status: 'ok',
    data: [
      { name: 'web', dependsOn: ['cart', 'legacy-db'] },
      { name: 'cart', dependsOn: [] },
      { name: 'legacy-db', dependsOn: [] },
    ],
  });
  // That Prometheus counts no calls is no loss.
  expect(graph?.status === 'ok' && graph.warnings.join()).not.toContain('prometheus');
});

test('a recorded graph gives way to one that somebody named, not to one that may be there', async () => {
  const of = (more: object) => liveTelemetry({ ...base, world: '/w', services: [], ...more }, null, now);
  expect((await of({ prometheus: at('http://127.0.0.1:9') })).topology).toBeNull();
  expect((await of({ jaeger: at('http://127.0.0.1:9') })).topology).not.toBeNull();
  expect((await of({ services: base.services })).topology).not.toBeNull();
});
