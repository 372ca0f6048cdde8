import { expect, test } from 'vitest';
import { readExpression, readMonitorQuery } from '../../../src/sre/watching/expression.ts';

test.each([
  ['up', { metric: 'up', labels: {} }],
  ['up == 0', { metric: 'up', labels: {} }],
  [
    'http_request_duration_seconds{service="checkout",quantile="0.99"} > 1.5',
    { metric: 'http_request_duration_seconds', labels: { service: 'checkout', quantile: '0.99' } },
  ],
  ['job:errors:rate5m{ job = "a b", } >= 1e-3', { metric: 'job:errors:rate5m', labels: { job: 'a b' } }],
  ['rate(errors_total{service="pay"}[5m]) > 10', { metric: 'errors_total', labels: { service: 'pay' } }],
])('%s names one series', (expression, series) => {
  expect(readExpression(expression)).toEqual(series);
});

test.each([
  'sum(rate(x[5m])) by (service) > 1',
  'a / b > 0.5',
  'x{service=~"a|b"} > 1',
  'x{service!="a"} > 1',
  'x{service="a\\"b"} > 1',
  'x > y',
  '',
  `${'x'.repeat(3000)} > 1`,
])('%s is left alone: its series cannot be asked for by name and labels', (expression) => {
  expect(readExpression(expression)).toBeNull();
});

test.each([
  [
    'avg(last_5m):p99:trace.http.request{env:prod,service:checkout-api} > 1.5',
    { metric: 'trace.http.request', labels: { env: 'prod', service: 'checkout-api', quantile: '0.99' } },
  ],
  ['max(last_1h):avg:system.load.1{*} by {host} >= 4', { metric: 'system.load.1', labels: {} }],
  ['sum(last_5m):sum:errors{service:pay}.as_count() > 1e2', { metric: 'errors', labels: { service: 'pay' } }],
])('the monitor %s names one series', (query, series) => {
  expect(readMonitorQuery(query)).toEqual(series);
});

test.each([
  'avg(last_5m):avg:a{*} / avg:b{*} > 1',
  'avg(last_5m):avg:a{service:x OR service:y} > 1',
  'avg(last_5m):avg:a{!env:dev} > 1',
  'avg(last_5m):avg:a{host:web*} > 1',
  'logs("service:x").index("*").rollup("count").last("5m") > 10',
  '',
])('the monitor %s is left alone', (query) => {
  expect(readMonitorQuery(query)).toBeNull();
});
