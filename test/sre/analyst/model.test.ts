import { describe, expect, it } from 'vitest';
import type { Model, ModelChunk, ModelRequest } from '../../../src/core/ports/model.ts';
import { analyst } from '../../../src/sre/analyst/index.ts';
import type * as own from '../../../src/sre/analyst/model.ts';
import type { ModelMessage } from '../../../src/sre/analyst/model.ts';
import { investigate } from '../../kit/investigate.ts';
import { noise, smallWorld } from '../../kit/small-world.ts';

const world = smallWorld({
  alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
  graph: { billing: ['ledgerdb'], ledgerdb: [] },
  series: [
    {
      metric: 'worker_pool_in_use',
      labels: { service: 'billing' },
      at: (m) => 20 + (m < 120 ? (120 - m) * 0.6 : 0) + noise(1, m),
    },
    {
      metric: 'rpc_duration_seconds',
      type: 'summary',
      unit: 'seconds',
      labels: { service: 'billing', quantile: '0.99' },
      at: (m) => (m < 8 ? 2.2 : 0.2) + 0.01 * noise(2, m),
    },
    {
      metric: 'rpc_requests_rate',
      unit: 'per second',
      labels: { service: 'billing' },
      at: (m) => 20 + 0.4 * noise(3, m),
    },
  ],
  changes: [
    {
      id: 'rel-31',
      service: 'billing',
      minutesAgo: 122,
      title: 'billing: reuse workers',
      diff: '--- a/w.go\n+++ b/w.go\n@@ -1 +1 @@\n-\tpool.Release(conn)\n+\tpool.Acquire(conn)\n',
    },
  ],
});

function request(messages: ModelMessage[], system = ''): own.ModelRequest {
  const tools = [
    'list_metrics',
    'get_metrics',
    'get_service_graph',
    'get_recent_changes',
    'search_logs',
    'search_traces',
    'get_diff',
    'read',
  ];
  return {
    model: 'vigil-analyst',
    effort: 'low',
    speed: 'standard',
    system,
    messages,
    tools: tools.map((name) => ({ name, description: '', input_schema: {} })),
    maxTokens: 1000,
  };
}

async function chunksOf(asked: own.ModelRequest): Promise<own.ModelChunk[]> {
  const chunks: own.ModelChunk[] = [];
  for await (const chunk of analyst().respond(asked, {
    recorded: Promise.resolve(),
    signal: new AbortController().signal,
  }))
    chunks.push(chunk);
  return chunks;
}

describe('the analyst as a model', () => {
  it('has the shapes of the port it is plugged into, in both directions', () => {
    // Assignable both ways: a field added on one side only does not compile.
    const request: (theirs: ModelRequest) => own.ModelRequest = (theirs) => theirs;
    const backwards: (ours: own.ModelRequest) => ModelRequest = (ours) => ours;
    const chunk: (theirs: ModelChunk) => own.ModelChunk = (theirs) => theirs;
    const chunkBack: (ours: own.ModelChunk) => ModelChunk = (ours) => ours;
    const plugged: Model = analyst();
    expect([request, backwards, chunk, chunkBack].every((each) => typeof each === 'function')).toBe(true);
    expect(plugged.respond).toBeTypeOf('function');
  });

  it('gives the same response to the same transcript, at every step, also in another process', async () => {
    const { messages } = await investigate(world);
    for (let end = 1; end < messages.length; end += 2) {
      const chunks = await chunksOf({ ...request(messages.slice(0, end)), tools: allTools() });
      const blocks = chunks.flatMap((chunk) => (chunk.type === 'block' ? [chunk.block] : []));
      expect(blocks).toEqual(messages[end]?.content);
    }
  });

  it('ends every response, with text before tools and unique tool ids', async () => {
    const { messages } = await investigate(world);
    const ids = messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : [])),
    );
    expect(new Set(ids).size).toBe(ids.length);
    const chunks = await chunksOf(request([{ role: 'user', content: [{ type: 'text', text: 'hello' }] }]));
    expect(chunks.at(-1)).toMatchObject({ type: 'end', stop: 'end_turn' });
    expect(JSON.stringify(chunks)).toContain('no brief');
  });

  it('reads the runbook whose words fit what is seen, and only that one, once', async () => {
    const system = [
      '# Skills',
      '- billing-latency: Billing latency above its target, what to check (/mnt/skills/billing-latency/SKILL.md)',
      '- disk-full: A volume fills up (/mnt/skills/disk-full/SKILL.md)',
    ].join('\n');
    const { proposals, finding, messages } = await investigate(world, {
      system,
      files: { '/mnt/skills/billing-latency/SKILL.md': '# Billing latency\nLook at the pool.' },
    });
    const read = messages.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool_use' && block.name === 'read' ? [block.input.file_path] : [])),
    );
    expect(read).toEqual(['/mnt/skills/billing-latency/SKILL.md']);
    expect(proposals[0]?.runbook).toBe('billing-latency');
    expect(finding?.proposed_actions.map(({ title }) => title)).toContain('Follow the runbook billing-latency');
  });

  it('finds the runbook of what moved first, though the alert says nothing of it', async () => {
    const path = '/mnt/skills/worker-starvation/SKILL.md';
    const system = `- worker-starvation: No worker of the pool is left (${path})`;
    const { proposals } = await investigate(world, { system, files: { [path]: '# Workers' } });
    expect(proposals[0]?.runbook).toBe('worker-starvation');
  });

  it('says where the telemetry contradicts a runbook, and does not lean on it then', async () => {
    const path = '/mnt/skills/billing-latency/SKILL.md';
    const system = `- billing-latency: Billing latency above its target, what to check (${path})`;
    const { finding, proposals, sentBack } = await investigate(world, {
      system,
      files: { [path]: 'metadata:\n  signs: "latency steady, traffic rises, memory rises"\n# Billing latency' },
    });
    expect(sentBack).toEqual([]);
    expect(finding?.runbooks).toMatchObject([{ name: 'billing-latency' }]);
    const [latency, traffic, ...rest] = finding?.runbooks?.[0]?.contradicted ?? [];
    expect(latency).toMatchObject({ says: 'latency stays steady', seen: expect.stringMatching(/rose|climbed/) });
    expect(traffic).toMatchObject({ says: 'traffic rises', seen: expect.stringContaining('flat') });
    // Of memory nothing was measured: that refutes nothing.
    expect(rest).toEqual([]);
    expect(proposals[0]?.runbook).toBeNull();
    expect(finding?.proposed_actions.map(({ title }) => title)).not.toContain('Follow the runbook billing-latency');
  });

  it('proposes once, and after a rejection says what was learned and stops', async () => {
    const { proposals, said } = await investigate(world, {
      decide: () => ({ isError: true, body: { decision: 'rejected', by: 'Ada', reason: 'freeze until Monday' } }),
    });
    expect(proposals).toHaveLength(1);
    expect(proposals[0]).toMatchObject({ change: { revert: 'rel-31' }, runbook: null });
    expect(said.at(-1)).toMatch(/rejected by Ada.*freeze until Monday/);
  });

  it('calls a restart temporary, and says that it is no language model', async () => {
    const { finding } = await investigate(world);
    expect(finding?.proposed_actions.find(({ title }) => title.startsWith('Restart'))).toMatchObject({
      temporary: true,
    });
    expect(finding?.summary).toContain('deterministic analyst');
  });
});

function allTools(): own.ModelRequest['tools'] {
  const names =
    'get_diff get_metrics get_recent_changes get_recent_deploys get_service_graph list_alerts list_metrics note_hypotheses open_pull_request report_finding search_incidents search_logs search_traces read';
  return names.split(' ').map((name) => ({ name, description: '', input_schema: {} }));
}
