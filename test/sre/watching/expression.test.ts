import { expect, test } from 'vitest';
import { readExpression } from '../../../src/sre/watching/expression.ts';

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
