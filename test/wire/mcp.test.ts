import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test } from 'vitest';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { startMcpServer, type TestMcpServer } from '../kit/mcp-server.ts';
import { type AgentParams, history, onBothArms, runUntilIdle, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const TOKEN = 'a-token-that-nobody-may-see';
let servers: TestMcpServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  servers = [];
});

async function serving(token: string | null = null): Promise<TestMcpServer> {
  const server = await startMcpServer(token);
  servers.push(server);
  return server;
}

function withServer(url: string, policy: 'always_allow' | 'always_ask' = 'always_allow'): AgentParams {
  return {
    mcp_servers: [{ type: 'url', name: 'shop', url }],
    tools: [
      {
        type: 'mcp_toolset',
        mcp_server_name: 'shop',
        default_config: { permission_policy: { type: policy } },
        configs: [{ name: 'hidden', enabled: false }],
      },
    ],
  };
}

const count = { tool: 'mcp__shop__stock_count', input: { item: 'socks' } };
const resultOf = (all: { type: string }[]) =>
  all.find((event): event is Anthropic.Beta.Sessions.BetaManagedAgentsAgentMCPToolResultEvent => {
    return event.type === 'agent.mcp_tool_result';
  });

onBothArms('tools of MCP servers', (wire) => {
  test('are offered under names of their own, called, and answered as events of their own kind', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const server = await serving();
    const requests: ModelRequest[] = [];
    const session = await wire().session((request) => {
      requests.push(structuredClone(request));
      return request.messages.length === 1 ? { blocks: [count] } : { blocks: [{ text: 'There are 42.' }] };
    }, withServer(server.url));
    const { all } = await runUntilIdle(client, session.id, [says('How many socks?')]);
    expect(requests[0]?.tools.map(({ name }) => name)).toEqual([
      'mcp__shop__stock_count',
      'mcp__shop__fails',
      'mcp__shop__talks',
    ]);
    const use = all.find((event) => event.type === 'agent.mcp_tool_use');
    expect(use).toMatchObject({
      mcp_server_name: 'shop',
      name: 'stock.count',
      input: { item: 'socks' },
      evaluated_permission: 'allow',
    });
    expect(resultOf(all)).toMatchObject({
      mcp_tool_use_id: use !== undefined && 'id' in use ? use.id : '',
      content: [{ type: 'text', text: '42 of socks' }],
      is_error: false,
    });
    expect(requests[1]?.messages.at(-2)?.content).toMatchObject([{ type: 'tool_use', name: count.tool }]);
    expect(requests[1]?.messages.at(-1)?.content).toMatchObject([
      { type: 'tool_result', content: [{ type: 'text', text: '42 of socks' }] },
    ]);
    expect(server.ran).toEqual(['stock.count socks']);
  });

  test('are asked for before they run, and do not run when they are denied', async () => {
    const { client } = wire();
    const server = await serving();
    const script = [{ blocks: [count] }, { blocks: [count] }, { blocks: [{ text: 'done' }] }];
    const session = await wire().session(script, withServer(server.url, 'always_ask'));
    const first = await runUntilIdle(client, session.id, [says('count')]);
    const asked = first.last.stop_reason;
    if (asked.type !== 'requires_action') throw new Error(`it rests for ${asked.type}`);
    expect(server.ran).toEqual([]);
    const [id = ''] = asked.event_ids;
    const second = await runUntilIdle(client, session.id, [
      { type: 'user.tool_confirmation', tool_use_id: id, result: 'deny', deny_message: 'not now' },
    ]);
    expect(resultOf(second.all)).toMatchObject({
      is_error: true,
      content: [{ text: expect.stringContaining('not now') }],
    });
    const again = second.last.stop_reason;
    if (again.type !== 'requires_action') throw new Error(`it rests for ${again.type}`);
    const third = await runUntilIdle(client, session.id, [
      { type: 'user.tool_confirmation', tool_use_id: again.event_ids[0] ?? '', result: 'allow' },
    ]);
    expect(third.last.stop_reason).toMatchObject({ type: 'end_turn' });
    expect(server.ran).toEqual(['stock.count socks']);
  });

  test('what fails is an error result, what is long is kept as a file and shown in part', async () => {
    const { client } = wire();
    const server = await serving();
    const blocks = [
      { tool: 'mcp__shop__fails', input: {} },
      { tool: 'mcp__shop__talks', input: {} },
      { tool: 'mcp__shop__hidden', input: {} },
    ];
    const session = await wire().session([{ blocks }, { blocks: [{ text: 'done' }] }], withServer(server.url));
    const { all } = await runUntilIdle(client, session.id, [says('go')]);
    const results = all.filter((event) => event.type === 'agent.mcp_tool_result');
    expect(results).toMatchObject([
      { is_error: true, content: [{ text: 'out of order' }] },
      {
        is_error: false,
        content: [
          { text: expect.stringMatching(/x\n\[… 90000 of 150000 characters left out here: the whole is file_.*\]\nx/) },
        ],
      },
    ]);
    // What is not enabled is no tool of this session.
    expect(all.find((event) => event.type === 'agent.tool_result')).toMatchObject({
      is_error: true,
      content: [{ text: expect.stringContaining('no such tool is enabled') }],
    });
  });

  test('a vault opens the door, and its secret is in no event', async () => {
    const { client } = wire();
    const server = await serving(TOKEN);
    const vault = await client.beta.vaults.create({ display_name: 'keys' });
    // Written otherwise than the agent writes it: the same server all the same.
    const address = server.url.replace('http://', 'HTTP://');
    await client.beta.vaults.credentials.create(vault.id, {
      auth: { type: 'static_bearer', mcp_server_url: `${address}/`, token: TOKEN },
    });
    const script = [{ blocks: [count] }, { blocks: [{ text: 'done' }] }];
    const session = await wire().session(script, withServer(server.url), { vault_ids: [vault.id] });
    const { all } = await runUntilIdle(client, session.id, [says('count')]);
    expect(resultOf(all)).toMatchObject({ is_error: false });
    expect(new Set(server.authorizations)).toEqual(new Set([`Bearer ${TOKEN}`]));
    expect(JSON.stringify(await history(client, session.id))).not.toContain(TOKEN);
  });

  test('a server that refuses, or is not there, is said once a turn, and the session goes on without it', async () => {
    const { client } = wire();
    const locked = await serving('another');
    const gone = await serving();
    await gone.close();
    servers = servers.filter((server) => server !== gone);
    const agent: AgentParams = {
      mcp_servers: [
        { type: 'url', name: 'locked', url: locked.url },
        { type: 'url', name: 'gone', url: gone.url },
        { type: 'url', name: 'inside', url: 'http://169.254.169.254/mcp' },
      ],
      tools: ['locked', 'gone', 'inside'].map((name) => ({ type: 'mcp_toolset' as const, mcp_server_name: name })),
    };
    const session = await wire().session([{ blocks: [{ text: 'Without them.' }] }], agent);
    const { all, last } = await runUntilIdle(client, session.id, [says('go')]);
    expect(last.stop_reason).toEqual({ type: 'end_turn' });
    const errors = all.filter((event) => event.type === 'session.error').map(({ error }) => error);
    const told = Object.fromEntries(
      errors.map((error) => ['mcp_server_name' in error ? error.mcp_server_name : '', error]),
    );
    expect(errors).toHaveLength(3);
    expect(told).toMatchObject({
      locked: { type: 'mcp_authentication_failed_error', retry_status: { type: 'retrying' } },
      gone: { type: 'mcp_connection_failed_error', message: expect.stringContaining('could not be reached') },
      inside: { type: 'mcp_connection_failed_error', message: expect.stringContaining('not public') },
    });
  });

  test('an interrupt while a server is awaited is no fault of the server, which is asked anew', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const server = await serving();
    server.stalls = true;
    const answers = (request: ModelRequest) => {
      const used = JSON.stringify(request.messages).includes('42 of socks');
      return { blocks: [used ? { text: 'There are 42.' } : count] };
    };
    const session = await wire().session(answers, withServer(server.url));
    await client.beta.sessions.events.send(session.id, { events: [says('go')] });
    await expect.poll(() => server.authorizations.length, { timeout: 5_000 }).toBeGreaterThan(0);
    server.stalls = false;
    const stream = await client.beta.sessions.events.stream(session.id);
    await client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }, says('count')] });
    await until(stream, 'session.status_idle');
    await expect
      .poll(async () => JSON.stringify(await history(client, session.id)), { timeout: 5_000 })
      .toContain('There are 42.');
    const log = await history(client, session.id);
    expect(log.filter((event) => event.type === 'session.error')).toEqual([]);
    expect(log.find((event) => event.type === 'agent.mcp_tool_result')).toMatchObject({ is_error: false });
    expect(server.ran).toEqual(['stock.count socks']);
  });

  test('a limited environment reaches only the hosts it allows', async () => {
    const { client } = wire();
    const server = await serving();
    const environment = await client.beta.environments.create({
      name: `closed ${server.url}`,
      config: { type: 'cloud', networking: { type: 'limited', allowed_hosts: ['api.example.com'] } },
    });
    const agent = await client.beta.agents.create({
      name: 'closed',
      model: wire().model([{ blocks: [{ text: 'done' }] }]),
      ...withServer(server.url),
    });
    const session = await client.beta.sessions.create({ agent: agent.id, environment_id: environment.id });
    const { all } = await runUntilIdle(client, session.id, [says('go')]);
    expect(all.find((event) => event.type === 'session.error')).toMatchObject({
      error: { mcp_server_name: 'shop', message: expect.stringContaining('does not allow its host') },
    });
    expect(server.authorizations).toEqual([]);
  });
});
