import { describe, expect, it } from 'vitest';
import { mergeTopology } from '../../../src/sre/merging/merge-topology.ts';
import { mergeTraces } from '../../../src/sre/merging/merge-traces.ts';
import type { Unavailable } from '../../../src/sre/ports/answer.ts';
import type { ServiceNode } from '../../../src/sre/ports/topology.ts';
import type { Span, Trace, Traces } from '../../../src/sre/ports/traces.ts';
import { lost, ok, range, signal, textOf } from '../../kit/many-sources.ts';

const query = { service: 'cart', operation: null, range, minDurationMs: null, errorsOnly: false, limit: 3 };
const span = (id: string, start: number): Span => ({
  ...{ id, parent: null, service: 'cart', operation: 'pay', start, durationMs: 1, error: false, attributes: {} },
});
const trace = (id: string, ...spans: Span[]): Trace => ({ id, spans });

function source(name: string, found: Trace[] | Unavailable) {
  const port: Traces = {
    search: async () => (Array.isArray(found) ? ok(name, found) : found),
    newest: async () => (Array.isArray(found) ? ok(name, found.length === 0 ? null : `${range.end}`) : found),
    get: async (id) => (Array.isArray(found) ? ok(name, found.find((one) => one.id === id) ?? null) : found),
  };
  return { name, port };
}

describe('traces of several stores', () => {
  const eu = source('eu', [trace('1', span('a', 1), span('c', 3)), trace('2', span('d', 4)), trace('3')]);
  const us = source('us', [trace('1', span('b', 2), span('c', 3)), trace('4')]);
  const away = source('asia', lost('asia', 'forbidden'));

  it('are each once, with the spans that all have of it, some of each store', async () => {
    const answer = await mergeTraces([eu, us, away]).search(query, signal);
    const told =
      answer.status === 'ok' && answer.data.map(({ id, spans }) => [id, spans.map((one) => one.id).join('')]);
    expect(told).toEqual([
      ['1', 'abc'],
      ['2', 'd'],
      ['4', ''],
    ]);
    expect(answer).toMatchObject({ truncated: true });
    expect(textOf(answer)).toContain('asia http://x could not be asked (forbidden)');
  });

  it('are found where they are, and missing only where all could look', async () => {
    const all = mergeTraces([away, eu, us]);
    expect(await all.get('2', signal)).toMatchObject({
      source: 'eu http://x',
      data: { id: '2' },
      url: 'http://eu/graph',
    });
    expect(await all.get('9', signal)).toMatchObject({
      status: 'unavailable',
      why: 'forbidden',
      source: 'asia http://x',
    });
    expect(await mergeTraces([eu, us]).get('9', signal)).toMatchObject({ status: 'ok', data: null });
    expect(mergeTraces([eu])).toBe(eu.port);
  });
});

describe('service graphs of several sources', () => {
  const graph = (name: string, data: ServiceNode[] | Unavailable, warnings: string[] = []) => ({
    name,
    port: { graph: async () => (Array.isArray(data) ? ok(name, data, { warnings }) : data) },
  });

  it('are one of all calls, and one that is empty says why', async () => {
    const eu = graph('eu', [
      { name: 'web', dependsOn: ['cart'] },
      { name: 'cart', dependsOn: [] },
    ]);
    const us = graph('us', [{ name: 'cart', dependsOn: ['db'] }]);
    const merged = mergeTopology([
      eu,
      us,
      graph('new', [], ['no call in a day']),
      graph('asia', lost('asia', 'timeout')),
    ]);
    const answer = await merged.graph(signal);
    expect(answer).toMatchObject({
      data: [
        { name: 'web', dependsOn: ['cart'] },
        { name: 'cart', dependsOn: ['db'] },
      ],
      source: 'eu http://x, us http://x',
    });
    expect(textOf(answer)).toMatch(/new: no call in a day\nasia http:\/\/x could not be asked/);
    expect(mergeTopology([eu])).toBe(eu.port);
  });
});
