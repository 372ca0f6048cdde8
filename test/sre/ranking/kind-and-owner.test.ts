import { describe, expect, it } from 'vitest';
import { kindOf } from '../../../src/sre/ranking/family.ts';
import { ownerOf } from '../../../src/sre/ranking/owner.ts';
import { completed } from '../../../src/sre/stats/graph-walk.ts';

describe('what a series measures', () => {
  it.each([
    ['http_request_duration_seconds', {}, 'latency', false],
    ['PodServerLatencyP95(s)', {}, 'latency', false],
    ['availability_percent', {}, 'errors', true],
    ['http_requests_total', { status: '503' }, 'errors', false],
    ['http_requests_total', { status: '200' }, 'traffic', false],
    ['container_cpu_usage_seconds_total', {}, 'resource', false],
    ['process_resident_memory_bytes', {}, 'memory', false],
    ['db_pool_connections_in_use', {}, 'resource', false],
    ['VolumeAbove95', {}, 'resource', false],
    ['container_sockets', {}, 'resource', false],
    ['container_fs_writes_bytes', {}, 'resource', false],
    ['frobnication', {}, 'other', false],
  ])('%s %j is %s', (metric, labels, family, goodHigh) => {
    expect(kindOf(metric, labels, '')).toMatchObject({ family, goodHigh });
  });

  it('a limit or a version is no measurement, and percentages move by points', () => {
    expect(kindOf('db_pool_connections_max', {}, '')).toBeNull();
    expect(kindOf('build_info', {}, '')).toBeNull();
    expect(kindOf('availability_percent', {}, '')?.floors).toEqual({ absolute: 0.5, relative: 0 });
  });
});

describe('whose a series is', () => {
  const calls = completed(new Map([['web', ['cart', 'cart-db']]]));

  it('of a call it is the one that answers, of a pod its service, else the first words of the name', () => {
    expect(ownerOf('calls_seconds', { client: 'web', server: 'cart' }, calls)).toBe('cart');
    expect(ownerOf('cpu', { pod: 'cart-db-5f6585d649-fnmft' }, calls)).toBe('cart-db');
    expect(ownerOf('cpu', { kube: 'cart' }, calls)).toBe('cart');
    expect(ownerOf('cart_latency', {}, calls)).toBe('cart');
    expect(ownerOf('cartographer_latency', {}, calls)).toBeNull();
    expect(ownerOf('cpu', { job: 'anything' }, new Map())).toBe('anything');
  });
});
