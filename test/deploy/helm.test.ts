/** The chart, rendered with its own values by a reader of the constructs it uses: helm itself is not at hand here. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/config.ts';
import { packageRoot } from '../../src/lib/package-root.ts';
import { render } from './render.ts';

const chart = join(packageRoot(), 'deploy/helm/vigil');
const read = (path: string) => readFileSync(join(chart, path), 'utf8');
const values = z.record(z.string(), z.unknown()).parse(parse(read('values.yaml')));
const schema = z.fromJSONSchema(JSON.parse(read('values.schema.json')));

const labels = z.record(z.string(), z.string());
const selected = z.object({ matchLabels: labels });
const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) });
const container = z.object({
  image: z.string(),
  args: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })),
  envFrom: z.array(z.object({ secretRef: z.object({ name: z.string() }) })),
  ports: z.array(z.object({ name: z.literal('http'), containerPort: z.number() })),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  resources: z.object({ limits: z.object({ memory: z.string() }) }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const deployment = z.object({
  kind: z.literal('Deployment'),
  spec: z.object({
    replicas: z.number(),
    selector: selected,
    template: z.object({
      metadata: z.object({ labels, annotations: z.object({ 'checksum/config': z.string() }) }),
      spec: z.object({
        terminationGracePeriodSeconds: z.number().min(15),
        securityContext: z.object({ runAsNonRoot: z.literal(true) }),
        containers: z.tuple([container]),
        volumes: z.array(z.object({ name: z.string() })),
      }),
    }),
  }),
});

function rendered(name: string, more: Record<string, unknown> = {}): unknown {
  return parse(render(read(`templates/${name}.yaml`), { Release: { Name: 'vigil' }, Values: { ...values, ...more } }));
}

describe('the chart', () => {
  test('takes its own values, and none that it does not know', () => {
    expect(schema.safeParse(values).error).toBeUndefined();
    for (const wrong of [
      { replicas: 0 },
      { replica: 2 },
      { existingSecret: '' },
      { env: { SLACK_CHANNEL: 1 } },
      { config: [] },
    ])
      expect(schema.safeParse({ ...values, ...wrong }).success, JSON.stringify(wrong)).toBe(false);
  });

  test('has a deployment whose server would start, be asked whether it is well, and own nothing', () => {
    const { spec } = deployment.parse(
      rendered('deployment', { env: { VIGIL_PUBLIC_URL: 'https://vigil.example.com' } }),
    );
    const pod = spec.template.spec;
    const [server] = pod.containers;
    expect(spec.replicas).toBe(2);
    expect(server.image).toBe('vigil:0.1.0');
    expect(server.envFrom).toEqual([{ secretRef: { name: 'vigil' } }]);
    const env = Object.fromEntries(server.env.map(({ name, value }) => [name, value]));
    expect(loadConfig({ ...env, VIGIL_CONFIG: undefined })).toMatchObject({
      host: '0.0.0.0',
      port: server.ports[0]?.containerPort,
      dataDir: '/data',
      publicUrl: 'https://vigil.example.com',
    });
    expect([server.startupProbe, server.readinessProbe, server.livenessProbe].map((one) => one.httpGet.path)).toEqual([
      '/healthz',
      '/healthz',
      '/',
    ]);
    expect(server.volumeMounts.map(({ name }) => name)).toEqual(pod.volumes.map(({ name }) => name));
  });

  test('gives its servers the settings it was given, and other pods when they change', () => {
    const config = { approvers: ['U0ANN'], approval_minutes: 60 };
    const map = z.object({ kind: z.literal('ConfigMap'), data: z.object({ 'vigil.yaml': z.string() }) });
    expect(parse(map.parse(rendered('configmap', { config })).data['vigil.yaml'])).toEqual(config);
    expect(parse(map.parse(rendered('configmap')).data['vigil.yaml'])).toEqual({});
    const sums = [{}, config].map((one) => {
      const { template } = deployment.parse(rendered('deployment', { config: one })).spec;
      const [server] = template.spec.containers;
      const mount = server.volumeMounts.find(({ name }) => name === 'config')?.mountPath;
      expect(server.env).toContainEqual({ name: 'VIGIL_CONFIG', value: `${mount}/vigil.yaml` });
      return template.metadata.annotations['checksum/config'];
    });
    expect(new Set(sums).size).toBe(2);
  });

  test('has a service and a budget for the pods that the deployment makes', () => {
    const { spec } = deployment.parse(rendered('deployment'));
    const made = spec.template.metadata.labels;
    expect(spec.selector.matchLabels).toEqual(made);
    expect(rendered('service')).toMatchObject({ kind: 'Service', spec: { selector: made, ports: [{ port: 80 }] } });
    expect(rendered('poddisruptionbudget')).toMatchObject({
      kind: 'PodDisruptionBudget',
      spec: { maxUnavailable: 1, selector: { matchLabels: made } },
    });
    expect(readdirSync(join(chart, 'templates'))).toHaveLength(4);
  });
});
