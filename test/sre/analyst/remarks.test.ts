/** What people raise while the analyst works, or after: answered before it reports, with the report, or on its own. */
import { beforeAll, describe, expect, test } from 'vitest';
import { analyst } from '../../../src/sre/analyst/index.ts';
import type { ModelBlock, ModelMessage } from '../../../src/sre/analyst/model.ts';
import { investigate } from '../../kit/investigate.ts';
import { noise, smallWorld } from '../../kit/small-world.ts';

const world = smallWorld({
  alert: { name: 'BillingSlow', service: 'billing', summary: 'billing latency p99 above 1s' },
  graph: { billing: ['ledgerdb'], ledgerdb: [] },
  series: [
    {
      metric: 'rpc_duration_seconds',
      type: 'summary',
      unit: 'seconds',
      labels: { service: 'billing', quantile: '0.99' },
      at: (m) => (m < 20 ? 2.2 : 0.2) + 0.01 * noise(2, m),
    },
    {
      metric: 'rpc_requests_rate',
      unit: 'per second',
      labels: { service: 'billing' },
      at: (m) => 20 + 0.4 * noise(3, m),
    },
  ],
  changes: [
    { id: 'rel-31', service: 'billing', minutesAgo: 21, title: 'billing: wait longer' },
    { id: 'rel-30', service: 'mailer', minutesAgo: 90, title: 'mailer: new colours' },
  ],
});
const ASKED = { recorded: Promise.resolve(), signal: new AbortController().signal };
let messages: ModelMessage[] = [];
/** Where the report is asked for. */
let at = 0;
beforeAll(async () => {
  ({ messages } = await investigate(world));
  at = messages.findIndex(({ content }) => content.some((block) => isCall(block, 'report_finding')));
});

type Use = Extract<ModelBlock, { type: 'tool_use' }>;
const isCall = (block: ModelBlock, name: string): block is Use => block.type === 'tool_use' && block.name === name;
const user = (...content: ModelBlock[]): ModelMessage => ({ role: 'user', content });
const remark = (hypothesis: string | undefined, text: string): ModelBlock => ({
  type: 'text',
  text: `A person says something.\n\n<remark>\n${JSON.stringify({ update: 'r', text: `ann: ${text}`, hypothesis })}\n</remark>`,
});
const resultOf = (use: ModelBlock, body: object, is_error = false): ModelBlock => ({
  ...{ type: 'tool_result', tool_use_id: use.type === 'tool_use' ? use.id : '' },
  ...{ is_error, content: [{ type: 'text', text: JSON.stringify(body) }] },
});

async function next(heard: readonly ModelMessage[]): Promise<{ blocks: ModelBlock[]; stop: string }> {
  const names = ['list_metrics', 'get_service_graph', 'get_recent_changes', 'get_metrics', 'search_logs', 'get_diff'];
  const offered = [
    ...names,
    'search_traces',
    'list_alerts',
    'search_incidents',
    'note_hypotheses',
    'report_finding',
    'open_pull_request',
    'read',
  ];
  const blocks: ModelBlock[] = [];
  let stop = '';
  const tools = offered.map((name) => ({ name, description: '', input_schema: {} }));
  const asked = { model: 'm', effort: 'low', speed: 'standard', system: '', maxTokens: 1000, tools } as const;
  for await (const chunk of analyst().respond({ ...asked, messages: heard }, ASKED)) {
    if (chunk.type === 'block') blocks.push(chunk.block);
    if (chunk.type === 'end') stop = chunk.stop;
  }
  return { blocks, stop };
}
const notesIn = (blocks: readonly ModelBlock[]) =>
  blocks.filter((block) => isCall(block, 'note_hypotheses')).flatMap(({ input }) => input.hypotheses);

describe('what a person raises', () => {
  test('while it works is settled in the answer that reports', async () => {
    const heard = [...messages.slice(0, at), user(remark('H7', 'I think it is the mailer'))];
    const { blocks } = await next(heard);
    expect(notesIn(blocks)).toContainEqual(expect.objectContaining({ id: 'H7', state: 'refuted' }));
    const names = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.name] : []));
    expect(names.at(-1)).toBe('report_finding');
    expect(names.indexOf('note_hypotheses')).toBeLessThan(names.indexOf('report_finding'));
  });

  test('in the moment of the report sends that back: it is settled, and the same is reported again', async () => {
    const asked = messages[at]?.content ?? [];
    const unsettled = [{ id: 'H7', statement: 'look at the moon', why: 'ann raised H7 and it is open' }];
    const results = asked
      .filter((block) => block.type === 'tool_use')
      .map((use) =>
        isCall(use, 'report_finding')
          ? resultOf(use, { error: 'open', unsupported: [], unsettled }, true)
          : resultOf(use, { noted: [] }),
      );
    const { blocks } = await next([...messages.slice(0, at + 1), user(...results)]);
    expect(notesIn(blocks)).toMatchObject([{ id: 'H7', state: 'inconclusive', evidence: expect.anything() }]);
    const report = asked.find((block) => isCall(block, 'report_finding'));
    expect(blocks.at(-1)).toMatchObject({ name: 'report_finding', input: report?.type === 'tool_use' && report.input });
  });

  test('afterwards is answered from the record and settled, once', async () => {
    const heard = [...messages, user(remark('H7', "it's the mailer"))];
    const { blocks, stop } = await next(heard);
    expect(stop).toBe('tool_use');
    expect(blocks[0]).toMatchObject({ text: expect.stringContaining('by what is on record H7 is refuted') });
    expect(notesIn(blocks)).toMatchObject([{ id: 'H7', state: 'refuted' }]);
    const noted = blocks.filter((block) => block.type === 'tool_use').map((use) => resultOf(use, { noted: [] }));
    const after = await next([...heard, { role: 'assistant', content: blocks }, user(...noted)]);
    expect(after).toMatchObject({ stop: 'end_turn', blocks: [{ text: 'Noted. The finding stands.' }] });
  });

  test('that is no hypothesis is answered as ever', async () => {
    const { blocks, stop } = await next([...messages, user(remark(undefined, 'how many users?'))]);
    expect(stop).toBe('end_turn');
    expect(blocks).toMatchObject([{ text: expect.stringContaining('cannot weigh a remark') }]);
  });
});
