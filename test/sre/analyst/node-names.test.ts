import { describe, expect, it } from 'vitest';
import { nodeNamed } from '../../../src/sre/analyst/node-names.ts';
import { ownerOf } from '../../../src/sre/analyst/signals.ts';
import { roleOf } from '../../../src/sre/analyst/vocabulary.ts';

const NODES = new Map(['orders', 'orders-db', 'fares-svc', 'mapbox', 'orders-redis'].map((name) => [name, []]));

describe('what other companies call things', () => {
  it.each([
    ['orders', 'orders'],
    ['orders-db-0', 'orders-db'],
    ['prod/orders', 'orders'],
    ['orders-7d9f8b6c5-x2x4z', 'orders'],
    ['orders-db.c1x2.eu-west-1.rds.amazonaws.com:5432', 'orders-db'],
    ['orders-api', 'orders'],
    ['fares', 'fares-svc'],
    ['orders-canary', null],
    ['order', null],
  ])('%s means %s', (value, node) => {
    expect(nodeNamed(value, NODES)).toBe(node);
  });

  it('says how a call is answered of the end that answers, and how many are asked of the end that asks', () => {
    const labels = { service: 'orders', target: 'mapbox' };
    expect(ownerOf(labels, NODES, 'latency')).toBe('mapbox');
    expect(ownerOf(labels, NODES, 'traffic')).toBe('orders');
  });

  it.each([
    ['http_server_requests_seconds_max', 'latency'],
    ['http_server_requests_seconds_count', 'traffic'],
    ['trace.http.request.hits', 'traffic'],
    ['redis.stats.keyspace_hits', 'saturation'],
    ['hikaricp_connections_max', 'limit'],
    ['aws_rds_free_storage_space_average', 'saturation'],
    ['node_filesystem_avail_bytes', 'saturation'],
    ['aws_sqs_approximate_number_of_messages_visible_maximum', 'saturation'],
    ['probe_ssl_earliest_cert_expiry', 'limit'],
    ['container_memory_working_set_bytes', 'memory'],
  ])('%s is about %s', (metric, role) => {
    expect(roleOf(metric)).toBe(role);
  });
});
