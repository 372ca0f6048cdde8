import { expect, it } from 'vitest';
import { alertService } from '../../../src/sre/analyst/brief-words.ts';
import { isOne, plainLabel, present } from '../../../src/sre/analyst/labels.ts';
import { nodeNamed } from '../../../src/sre/analyst/node-names.ts';
import { overview } from '../../../src/sre/analyst/questions.ts';
import { COPY_LABELS, roleOf } from '../../../src/sre/analyst/vocabulary.ts';

it.each([
  ['service_name', 'service'],
  ['dimension_ServiceName', 'service'],
  ['k8s_pod_name', 'pod'],
  ['kube_deployment', 'deployment'],
  ['cloud_availability_zone', 'zone'],
  ['dimension_AvailabilityZone', 'zone'],
  ['service_version', 'version'],
  ['http_response_status_code', 'status'],
  ['grpc_code', 'code'],
  ['server_address', 'server'],
  ['dimension_DBInstanceIdentifier', 'dbinstance'],
  ['region', 'region'],
])('%s says %s', (label, plain) => {
  expect(plainLabel(label)).toBe(plain);
});

it('finds labels under the names they bear, in the order of what they say', () => {
  expect(present(['pod', 'zone'], ['az', 'k8s_pod_name', 'route'])).toEqual(['k8s_pod_name', 'az']);
  expect(isOne(COPY_LABELS, 'k8s_pod_name')).toBe(true);
  expect(isOne(COPY_LABELS, 'http_route')).toBe(false);
});

it('asks apart for what failed, by a label of any make, and takes a part of a path for the name', () => {
  const labels = {
    service_name: ['desk'],
    cloud_availability_zone: ['a', 'b'],
    http_response_status_code: ['200', '503'],
  };
  const info = { name: 'http_server_requests_total', type: 'counter', unit: '', help: '', labels, series: 4 };
  const asked = overview(info, new Set(['desk']), { start: '-6h' });
  expect(asked.map(({ input }) => (input.labels as Record<string, string[]>).http_response_status_code)).toEqual([
    undefined,
    ['503'],
  ]);
  expect(nodeNamed('targetgroup/desk/0f3a9c', new Set(['desk']))).toBe('desk');
});

it('reads the service of an alert off the label that names owners, where none is called service', () => {
  const labels = { alertname: 'Slow', application: 'desk', severity: 'page' };
  const alert = { ...{ name: 'Slow', title: 'slow', description: '', service: null, labels }, annotations: {} };
  const brief = { incident: 'inc_1', now: '2026-05-01T10:00:00Z', log_file: null, can_open_pull_request: false };
  const alerts = [{ ...alert, starts_at: '2026-05-01T09:55:00Z' }] as unknown as Parameters<
    typeof alertService
  >[0]['alerts'];
  expect(alertService({ ...brief, alerts }, new Map())).toBe('desk');
});

it.each([
  ['calls_total', { outcome: 'SERVER_ERROR' }, 'errors'],
  ['calls_total', { grpc_code: 'DeadlineExceeded' }, 'errors'],
  ['httpcode_target_5_xx_count_sum', {}, 'errors'],
  ['cache_gets_total', { result: 'miss' }, 'saturation'],
  ['grpc_server_handled_total', {}, 'traffic'],
])('%s %o is of %s', (metric, labels, role) => {
  expect(roleOf(metric, labels)).toBe(role);
});
