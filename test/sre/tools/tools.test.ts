import { describe, expect, it } from 'vitest';
import type { ToolResult, ToolWorld } from '../../../src/sre/tool.ts';
import { loadTools } from '../../../src/tools.ts';
import { toolWorld } from '../../kit/investigate.ts';
import { NOW, noise, type SmallWorld, smallWorld } from '../../kit/small-world.ts';

const tools = await loadTools();
const plan: SmallWorld = {
  alert: { name: 'Slow', service: 'billing', summary: 'slow' },
  graph: { portal: ['billing'], billing: ['ledgerdb'], ledgerdb: [] },
  series: [
    {
      metric: 'pool_in_use',
      labels: { service: 'billing', pod: 'b-1' },
      at: (m) => (m < 60 ? 18 : 6) + 0.1 * noise(1, m),
    },
    {
      metric: 'pool_in_use',
      labels: { service: 'billing', pod: 'b-2' },
      at: (m) => (m < 60 ? 18 : 6) + 0.1 * noise(2, m),
    },
    { metric: 'pool_in_use', labels: { service: 'portal', pod: 'p-1' }, at: (m) => (m < 30 ? null : 4) },
  ],
  changes: [
    { id: 'c-old', minutesAgo: 3 * 24 * 60, service: 'billing', kind: 'config', title: 'limits' },
    {
      id: 'c-new',
      minutesAgo: 50,
      service: 'portal',
      title: 'footer',
      diff: '--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-a\n+b\n',
    },
  ],
  logs: [
    ...Array.from({ length: 100 }, (_, i) => ({
      minutesAgo: 1 + i,
      service: 'billing',
      level: 'info',
      message: `invoice ${i} stored`,
    })),
    ...Array.from({ length: 20 }, (_, i) => ({
      minutesAgo: 1 + i,
      service: 'billing',
      level: 'error',
      message: `no worker after ${100 + i} ms`,
    })),
  ],
};

async function run(name: string, input: unknown, world: ToolWorld = toolWorld(smallWorld(plan))): Promise<ToolResult> {
  const tool = tools.get(name);
  if (tool?.effect !== 'read') throw new Error(`${name} is no read tool`);
  return tool.run(tool.input.parse(input), world);
}
async function data(name: string, input: unknown): Promise<Record<string, never>> {
  const result = await run(name, input);
  if (!result.ok) throw new Error(result.error);
  return JSON.parse(JSON.stringify(result.data));
}

describe('get_metrics', () => {
  it('joins copies, keeps at most 60 points, and says when and by how much a series changed', async () => {
    const answer = await data('get_metrics', { metric: 'pool_in_use', labels: { service: 'billing' } });
    expect(answer).toMatchObject({ aggregate: 'sum', step_seconds: 60 });
    const [series] = JSON.parse(JSON.stringify(answer.series));
    expect(series.points.length).toBeLessThanOrEqual(60);
    expect(series.points_are).toBe('bucket_medians');
    expect(series.change).toMatchObject({ kind: 'level', ratio: 3 });
    expect(Math.abs(Date.parse(series.change.at) - (NOW - 60 * 60_000))).toBeLessThanOrEqual(120_000);
    expect(series.before.median).toBeCloseTo(12, 0);
    expect(series.after.median).toBeCloseTo(36, 0);
    expect(series.last_window.near).toBe('after');
  });

  it('keeps copies apart when asked, and compares at a moment', async () => {
    const answer = await data('get_metrics', { metric: 'pool_in_use', group_by: ['pod'], compare_at: '-60m' });
    const series: { labels: object; compared: { ratio: number } | null }[] = JSON.parse(JSON.stringify(answer.series));
    expect(series.map(({ labels }) => labels)).toEqual([{ pod: 'b-1' }, { pod: 'b-2' }, { pod: 'p-1' }]);
    expect(series[0]?.compared?.ratio).toBeCloseTo(3, 0);
  });

  it('shows a series that stopped as stale, never as healthy', async () => {
    const answer = await data('get_metrics', { metric: 'pool_in_use', labels: { service: 'portal' } });
    expect(answer.series).toMatchObject([{ stale: true }]);
  });

  it('answers an unknown name with the near ones, and an empty match with the known labels', async () => {
    const unknown = await run('get_metrics', { metric: 'pool' });
    expect(unknown).toMatchObject({ ok: false, kind: 'bad_input' });
    expect(unknown.ok ? '' : unknown.error).toContain('pool_in_use');
    const empty = await data('get_metrics', { metric: 'pool_in_use', labels: { service: 'biling' } });
    expect(String(empty.hint)).toMatch(/not a healthy reading.*billing/);
  });

  it('says what a readable time is', async () => {
    const wrong = await run('get_metrics', { metric: 'pool_in_use', start: 'yesterday' });
    expect(wrong).toMatchObject({ ok: false, kind: 'bad_input' });
    expect(wrong.ok ? '' : wrong.error).toContain('-90m');
  });
});

describe('search_logs', () => {
  it('tells the pattern that is new from the one that goes on', async () => {
    const answer = await data('search_logs', { start: '-30m', baseline_start: '-80m' });
    const patterns: { template: string; status: string; count: number }[] = JSON.parse(JSON.stringify(answer.patterns));
    expect(patterns[0]).toMatchObject({ template: 'no worker after <*> ms', status: 'new', count: 20 });
    expect(patterns.find(({ template }) => template === 'invoice <*> stored')?.status).toBe('same');
  });

  it('calls nothing new when the log does not reach back that far', async () => {
    const result = await run('search_logs', { start: '-100m', end: '-20m', baseline_start: '-200m' });
    expect(result.ok && result.warnings?.join(' ')).toMatch(/nothing can be called new/);
    expect(JSON.stringify(result)).not.toContain('"new_vs_baseline":true');
  });

  it('counts over time and finds lines, newest first when asked', async () => {
    expect(await data('search_logs', { mode: 'count', level: 'error' })).toMatchObject({ total: 20 });
    const found = await data('search_logs', { mode: 'lines', level: 'error', limit: 2 });
    expect(found).toMatchObject({ shown: 2, total: 20 });
    const none = await data('search_logs', { mode: 'lines', text: 'nowhere' });
    expect(String(none.hint)).toContain('not a healthy reading');
  });
});

describe('changes, diffs and the graph', () => {
  it('searches 24 hours and says how to widen, then widens to 14 days', async () => {
    const day = await data('get_recent_changes', {});
    expect(day).toMatchObject({ count: 1, window_hours: 24 });
    expect(String(day.hint)).toContain('-14d');
    expect(await data('get_recent_changes', { start: '-14d' })).toMatchObject({ count: 2, hint: null });
    expect(await data('get_recent_deploys', { start: '-14d' })).toMatchObject({ count: 1 });
  });

  it('shows a diff with its files, says when there is none, and refuses an unknown id', async () => {
    expect(await data('get_diff', { id: 'c-new' })).toMatchObject({ files: ['x.ts'] });
    expect(String((await data('get_diff', { id: 'c-old' })).hint)).toContain('no diff');
    expect(await run('get_diff', { id: 'nope' })).toMatchObject({ ok: false, kind: 'bad_input' });
  });

  it('knows callers and callees, and names the known services for an unknown one', async () => {
    const graph = await data('get_service_graph', { service: 'billing' });
    expect(JSON.stringify(graph.services)).toContain('"called_by":["portal"]');
    expect(String((await data('get_service_graph', { service: 'x' })).hint)).toContain('ledgerdb');
  });
});

describe('a source that is not there', () => {
  it('is answered as not looked at, by every tool that needs it', async () => {
    const world = toolWorld(smallWorld({ ...plan, without: ['metrics', 'logs', 'changes', 'topology'] }));
    for (const [name, input] of [
      ['list_metrics', {}],
      ['get_metrics', { metric: 'pool_in_use' }],
      ['search_logs', {}],
      ['get_recent_changes', {}],
      ['get_diff', { id: 'c-new' }],
      ['get_service_graph', {}],
    ] as const) {
      const result = await run(name, input, world);
      expect(result).toMatchObject({ ok: false, kind: 'unavailable' });
      expect(result.ok ? '' : result.error).toContain('could not look');
    }
  });
});

describe('open_pull_request', () => {
  const files = [{ path: 'src/pool.ts', content: 'x', mode: '100644' as const }];
  const asked = {
    title: 'Revert the pool change',
    why: 'it leaks connections',
    change: { revert: 'c-new' },
    runbook: null,
    evidence: ['E1', 'E2'],
  };
  function propose(input: unknown, prepare: ToolWorld['forge']['prepare']) {
    const tool = tools.get('open_pull_request');
    if (tool?.effect !== 'write') throw new Error('it must be a write tool');
    const world = toolWorld(smallWorld(plan));
    return tool.run(tool.input.parse(input), { ...world, forge: { ...world.forge, prepare } });
  }

  it('builds the plan a person will see, and writes nothing', async () => {
    const proposal = await propose(asked, async () => ({
      ok: true,
      repository: 'shop/app',
      base: 'main',
      baseSha: 'abc',
      diff: 'd',
      files,
    }));
    expect(proposal).toMatchObject({ ok: true, runbook: null, evidence: ['E1', 'E2'] });
    if (!proposal.ok) return;
    expect(proposal.plan.branch).toMatch(/^vigil\/inc_test\/[0-9a-f]{8}$/);
    expect(proposal.plan).toMatchObject({ type: 'open_pull_request', baseSha: 'abc', diff: 'd' });
    for (const part of ['What broke', 'Cause', 'Evidence', 'E1, E2', 'Risk and rollback', 'no runbook', 'Not verified'])
      expect(proposal.plan.body).toContain(part);
  });

  it('says in words why nothing can be proposed', async () => {
    const refused = await propose(asked, async () => ({ ok: false, why: 'conflict', detail: 'pool.ts, line 3' }));
    expect(refused).toEqual({
      ok: false,
      error: 'The change does not apply to the current base branch. pool.ts, line 3',
    });
    const uncited = await propose({ ...asked, evidence: ['the log'] }, async () => ({
      ok: false,
      why: 'empty',
      detail: '',
    }));
    expect(uncited).toMatchObject({ ok: false });
  });
});

it.each([
  ['get_metrics', { metric: 'pool_in_use', labels: { pod: 'ZZ 97' } }],
  ['get_metrics', { metric: 'pool_in_use', labels: { 'ZZ 97': 'b-1' } }],
  ['get_metrics', { metric: 'pool_in_use', labels: { pod: ['b-1', 'ZZ 97'] }, group_by: ['ZZ 97'] }],
  ['get_metrics', { metric: 'pool_in_use', labels: { quantile: 'ZZ 97' } }],
  ['list_metrics', { match: 'ZZ 97', service: 'ZZ 97' }],
  ['search_logs', { text: 'ZZ 97', service: 'ZZ 97', level: 'ZZ 97' }],
  ['search_logs', { text: 'ZZ 97|invoice', regex: true }],
  ['search_logs', { text: 'ZZ 97', mode: 'lines' }],
  ['search_logs', { text: 'ZZ 97', mode: 'count' }],
  ['search_traces', { service: 'ZZ 97', operation: 'ZZ 97' }],
  ['search_traces', { service: 'ZZ 97', compare_at: '-30m' }],
  ['get_service_graph', { service: 'ZZ 97' }],
  ['get_recent_changes', { service: 'ZZ 97' }],
])('what is asked comes back from %s only when it was found: %j', async (name, input) => {
  const result = await run(name, input, toolWorld(smallWorld({ ...plan, traces: [] })));
  expect(result.ok).toBe(true);
  expect(JSON.stringify(result)).not.toContain('ZZ 97');
});
