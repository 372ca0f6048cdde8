/**
 * Each source of telemetry and changes in each trouble: the tool says that it could not look, and why, and so does the
 * finding, which accuses nobody and does not take the silence for health. Nothing is there at all: that is an answer.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { World } from '../src/adapters/folder/index.ts';
import type { Finding } from '../src/sre/finding.ts';
import { resultOf } from '../src/sre/take-evidence.ts';
import type { ToolResult } from '../src/sre/tool.ts';
import { loadTools } from '../src/tools.ts';
import { FAULTS, type Reply, SOURCES, type SourceRow, STALE } from './contract/sources.ts';
import { investigate, toolWorld } from './kit/investigate.ts';
import { noise, smallWorld } from './kit/small-world.ts';
import { type StubApi, stubApi } from './kit/stub-api.ts';

let server: StubApi;
let reply: (path: string, body: string) => Reply;
beforeAll(async () => {
  server = await stubApi(({ path, body }) => reply(path, body));
});
beforeEach(() => {
  server.asked.length = 0;
});
afterAll(() => server[Symbol.asyncDispose]());

const tools = await loadTools();
/** Without these nobody can be accused. */
const DECIDING = ['list_metrics', 'get_recent_changes'];

/** As it becomes evidence, and as an investigation begins with it. */
async function ask({ tool: name, input, ports }: SourceRow, patience = 10_000, url = server.url): Promise<ToolResult> {
  const tool = tools.get(name);
  if (tool?.effect !== 'read') throw new Error(`${name} is no read tool`);
  return resultOf(
    (world) => tool.run(tool.input.parse(input), world),
    toolWorld({ ...shop(), ...ports(url, patience) }),
  );
}

async function conclude({ ports }: SourceRow, patience = 10_000): Promise<{ finding: Finding; lost: string }> {
  const { finding, sentBack } = await investigate({ ...shop(), ...ports(server.url, patience) });
  expect(sentBack).toEqual([]);
  if (finding === null) throw new Error('there is no finding');
  return { finding, lost: finding.could_not_access.join('\n') };
}

const rows = SOURCES.map((source, index) => [source.name, source.tool, source, index] as const);

describe.each(rows)('%s, asked by %s', (name, tool, source, index) => {
  test.each(FAULTS)('$name: the tool could not look, and says why', async ({ reply: fault, why, patience }) => {
    reply = fault;
    const said = await ask(source, patience);
    expect(said).toMatchObject({ ok: false, kind: 'unavailable', source: expect.stringContaining(name) });
    expect(said.ok || said.error).toMatch(new RegExp(`^could not look \\(${why}\\): .{10}`));
  });

  test('away: the tool could not look', async () => {
    expect(await ask(source, 1000, 'http://127.0.0.1:9')).toMatchObject({
      error: expect.stringContaining('(unreachable)'),
    });
  });

  test('empty: an answer that says what its emptiness means, or that nobody may see anything', async () => {
    reply = (path) => ({ json: source.empty(path) });
    const said = await ask(source);
    if (said.ok) expect(JSON.stringify([said.warnings, said.data])).toMatch(/"hint":"\w|no |Nothing|nothing/);
    else if (tool === 'get_trace')
      expect(said).toMatchObject({ kind: 'bad_input', error: expect.stringContaining('no trace') });
    else expect([name, said.error]).toEqual(['argocd', expect.stringContaining('(forbidden)')]);
  });

  const asPages = source.first === null ? [] : ['what came does not pass for all'];
  test.each(asPages)('broken after a part of its answer: %s', async () => {
    let answered = 0;
    reply = (path) => {
      const first = source.first?.(path);
      if (!path.includes('/label')) answered += 1;
      return answered < 2 ? { json: first } : { status: 500, text: 'gone' };
    };
    expect(await ask(source)).toMatchObject({ error: expect.stringContaining('could not look (unreachable)') });
    expect(answered).toBeGreaterThan(1);
  });

  // Each trouble meets a finding, and each source does: not every one of them every other.
  const trouble = FAULTS[index % FAULTS.length];
  const troubles = tool === 'get_trace' ? [] : [trouble?.name];
  test.each(troubles)('%s: the finding says so, and accuses nobody', async () => {
    reply = () => trouble?.reply();
    const { finding, lost } = await conclude(source, trouble?.patience);
    expect(lost).toMatch(new RegExp(`${tool}: (.* )?could not (look|be asked) \\(${trouble?.why}\\)`));
    if (DECIDING.includes(tool)) expect(finding.cause?.change_id ?? null).toBeNull();
  });
});

test.each(rows.filter(([, , { stale }]) => stale !== undefined))(
  '%s, asked by %s, stale: what has not come to it yet is not nothing, for the tool and for the finding',
  async (_name, tool, source) => {
    reply = (path, body) => ({ json: source.stale?.({ path, body }) });
    const what = tool === 'search_logs' ? 'line' : 'trace';
    const words = `could not look (behind): no ${what} of any service is newer than ${STALE.replace('.000Z', 'Z')}`;
    expect(await ask(source)).toMatchObject({ ok: false, kind: 'unavailable', error: expect.stringContaining(words) });
    expect((await conclude(source)).lost).toContain(`${tool}: ${words}`);
  },
);

test.each([0, 1, 6, 9, 11])('nothing there at all is an answer, and no cause', async (at) => {
  const source = SOURCES[at];
  if (source === undefined) throw new Error('there is no such source');
  reply = (path) => ({ json: source.empty(path) });
  const { finding, lost } = await conclude(source);
  expect(lost).not.toContain('could not look');
  if (DECIDING.includes(source.tool)) expect(finding.cause?.change_id ?? null).toBeNull();
});

/** Checkout is slow since a deploy; all that is not asked of the source in question is there. */
function shop(): World {
  return smallWorld({
    alert: { name: 'WebSlow', service: 'web', summary: 'web latency p99 above 1s' },
    graph: { web: ['db'], db: [] },
    series: [
      {
        ...{ metric: 'rpc_duration_seconds', type: 'summary', unit: 'seconds' },
        ...{ labels: { service: 'web', quantile: '0.99' }, at: (m: number) => (m < 30 ? 2 : 0.2) + 0.01 * noise(2, m) },
      },
    ],
    changes: [
      {
        ...{ id: 'rel-1', service: 'web', minutesAgo: 31, title: 'web: release' },
        diff: '--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n',
      },
    ],
    traces: [],
  });
}
