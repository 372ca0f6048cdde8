import { describe, expect, it } from 'vitest';
import type { Span, Trace } from '../../../src/sre/ports/traces.ts';
import type { ToolResult } from '../../../src/sre/tool.ts';
import { loadTools } from '../../../src/tools.ts';
import { toolWorld } from '../../kit/investigate.ts';
import { NOW, smallWorld } from '../../kit/small-world.ts';

const tools = await loadTools();
const MINUTE = 60_000;
const span = (over: Partial<Span> & { id: string }): Span => ({
  ...{ parent: 'r', service: 'db', operation: 'SELECT', start: NOW, durationMs: 10, error: false, attributes: {} },
  ...over,
});

/** The database takes `dbMs`, called once; a failure is the database's. */
function trace(id: string, minutesAgo: number, dbMs: number, error = false): Trace {
  const start = NOW - minutesAgo * MINUTE;
  return {
    id,
    spans: [
      span({ id: 'r', parent: null, service: 'web', operation: 'GET /pay', start, durationMs: dbMs + 20, error }),
      span({ id: 'a', service: 'auth', operation: 'check', start: start + 2, durationMs: 5 }),
      span({
        id: 'd',
        start: start + 10,
        durationMs: dbMs,
        error,
        attributes: error ? { reason: 'pool is empty' } : {},
      }),
    ],
  };
}
const plan = { alert: { name: 'Slow', service: 'web', summary: 'slow' }, graph: {}, series: [], changes: [] };
const all = [
  ...Array.from({ length: 5 }, (_unused, i) => trace(`b${i}`, 50 - i, 30)),
  ...Array.from({ length: 5 }, (_unused, i) => trace(`a${i}`, 20 - i, 400, i < 2)),
];

async function run(name: string, input: unknown, without: 'traces'[] = []): Promise<ToolResult> {
  const world = smallWorld({ ...plan, without, traces: all });
  // As a source does: only what began in the range.
  const search: typeof world.traces.search = async (query, signal) => {
    const answer = await world.traces.search(query, signal);
    if (answer.status !== 'ok') return answer;
    const inside = ({ spans }: Trace) => {
      const at = new Date(spans[0]?.start ?? 0).toISOString();
      return at >= query.range.start && at < query.range.end;
    };
    return { ...answer, data: answer.data.filter(inside) };
  };
  const tool = tools.get(name);
  if (tool?.effect !== 'read') throw new Error(`${name} is no read tool`);
  return tool.run(tool.input.parse(input), toolWorld({ ...world, traces: { ...world.traces, search } }));
}
async function data(name: string, input: unknown) {
  const result = await run(name, input);
  if (!result.ok) throw new Error(result.error);
  return JSON.parse(JSON.stringify(result.data));
}

describe('search_traces', () => {
  it('shows the slowest with what was waited for, and the first error', async () => {
    const found = await data('search_traces', { service: 'web', limit: 2 });
    expect(found).toMatchObject({ traces_read: 10, traces: { length: 2 } });
    expect(found.traces[0]).toMatchObject({
      ...{ root: 'web GET /pay', duration_ms: 420, errors: 2, spans: 3 },
      first_error: { service: 'db', operation: 'SELECT', attributes: { reason: 'pool is empty' } },
    });
    expect(found.traces[0].critical_path).toEqual([
      { service: 'db', operation: 'SELECT', ms: 400, error: true, share: 0.95 },
      { service: 'web', operation: 'GET /pay', ms: 15, error: true, share: 0.036 },
      { service: 'auth', operation: 'check', ms: 5, error: false, share: 0.012 },
    ]);
  });

  it('compares self times, calls and failures before and after a moment, what moved most first', async () => {
    const found = await data('search_traces', { service: 'web', compare_at: '-30m' });
    expect(found.traces_read).toEqual({ before: 5, after: 5 });
    expect(found.operations[0]).toMatchObject({
      ...{ service: 'db', operation: 'SELECT' },
      self_ms: { before: 30, after: 400, ratio: 13.33 },
      calls_per_trace: { before: 1, after: 1 },
      error_share: { before: 0, after: 0.4 },
    });
  });

  it('that finds nothing says that it is no healthy reading, and without a source that it could not look', async () => {
    expect(await data('search_traces', { service: 'web', start: '-5m', end: '-4m' })).toMatchObject({
      ...{ traces_read: 0, operations: [] },
      hint: expect.stringContaining('says nothing about health'),
    });
    expect(await run('search_traces', { service: 'web' }, ['traces'])).toMatchObject({
      ...{ ok: false, kind: 'unavailable' },
      error: expect.stringContaining('could not look'),
    });
  });

  it('refuses a moment outside of the window', async () => {
    expect(await run('search_traces', { service: 'web', compare_at: '-9h' })).toMatchObject({ kind: 'bad_input' });
  });
});

describe('get_trace', () => {
  it('shows each span with depth, self time and how long it was waited for', async () => {
    const found = await data('get_trace', { trace_id: 'A0' });
    expect(found.all).toMatchObject([
      { depth: 0, service: 'web', after_ms: 0, duration_ms: 420, self_ms: 15, critical_ms: 15 },
      { depth: 1, service: 'auth', after_ms: 2, self_ms: 5 },
      { depth: 1, service: 'db', after_ms: 10, critical_ms: 400, error: true, attributes: { reason: 'pool is empty' } },
    ]);
  });
  it('that is not kept is no answer about the service', async () => {
    expect(await run('get_trace', { trace_id: 'ff' })).toMatchObject({
      kind: 'bad_input',
      error: expect.stringContaining('sampled'),
    });
  });
});
