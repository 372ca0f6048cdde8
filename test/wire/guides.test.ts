/** What public guides, quick starts and clients of other languages send, byte for byte where it differs from the SDK's. */
import { request } from 'node:http';
import { expect, test } from 'vitest';
import { API_KEY, onBothArms } from './arms.ts';
import { verifies } from './verifies.ts';

type Json = Record<string, unknown>;
const asJson = (value: unknown): Json => (typeof value === 'object' && value !== null ? { ...value } : {});
const byCurl = {
  'x-api-key': API_KEY,
  'anthropic-version': '2023-06-01',
  'anthropic-beta': 'managed-agents-2026-04-01',
};

onBothArms('as guides have it', (wire) => {
  async function curl(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
    const sent = { ...byCurl, ...headers };
    const response = await fetch(`${wire().url}/v1${path}`, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    return { status: response.status, json: asJson(text.startsWith('{') ? JSON.parse(text) : null) };
  }
  const json = { 'content-type': 'application/json' };
  const made = async (path: string, body: object) => {
    const { status, json: answer } = await curl('POST', path, JSON.stringify(body), json);
    expect(status, JSON.stringify(answer)).toBe(200);
    return answer;
  };

  test('a session is made, spoken to and followed with curl', async () => {
    verifies('wire.guides', 'sessions.events.stream', 'sessions.events.send', 'environments.archive', 'wire.bodies');
    const model = wire().model([{ blocks: [{ text: 'Hello.' }] }]);
    const agent = await made('/agents?beta=true', { name: 'guide', model, callable_agents: [] });
    const environment = await made('/environments?beta=true', { name: 'guide', config: { type: 'anthropic_cloud' } });
    expect(environment.config).toMatchObject({ type: 'cloud' });
    for (const path of ['stream', 'events/stream']) {
      const session = await made('/sessions', { agent: agent.id, environment_id: environment.id });
      const stream = await fetch(`${wire().url}/v1/sessions/${session.id}/${path}`, {
        headers: { ...byCurl, ...json, accept: 'text/event-stream' },
      });
      expect(stream.headers.get('content-type')).toMatch(/^text\/event-stream/);
      await made(`/sessions/${session.id}/events`, { events: [{ type: 'user.message', content: 'ls -la' }] });
      expect(await typesUntilIdle(stream)).toContain('agent.message');
      const { json: listed } = await curl('GET', `/sessions/${session.id}/events?types=user.message`, undefined, json);
      expect(listed).toMatchObject({ data: [{ content: [{ type: 'text', text: 'ls -la' }] }] });
    }
    expect(
      (await curl('POST', '/sessions/sesn_none/events', '{"events":[{"type":"user.message","content":""}]}', json))
        .status,
    ).toBe(400);
    expect((await curl('POST', `/environments/${environment.id}/archive`, '', json)).status).toBe(200);
    expect((await curl('DELETE', '/environments/env_none', undefined, json)).status).toBe(404);
  });

  test('other clients send a header twice, brackets encoded, and a plus as it is', async () => {
    verifies('wire.guides', 'wire.betas', 'sessions.list');
    const path =
      '/v1/sessions?beta=true&statuses%5B%5D=idle&statuses%5B%5D=running&created_at%5Bgte%5D=2026-01-01T00:00:00+02:00';
    const headers = {
      'X-Api-Key': API_KEY,
      'X-Stainless-Lang': 'python',
      'anthropic-version': '2023-06-01',
      'anthropic-beta': ['managed-agents-2026-04-01', 'something-else-2027-01-01'],
    };
    const { hostname, port } = new URL(wire().url);
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request({ hostname, port, path, headers }, (response) => resolve(response.resume().statusCode));
      sent.on('error', reject).end();
    });
    expect(status).toBe(200);
  });

  test('a skill comes as a zip under the name its field had', async () => {
    verifies('wire.guides', 'skills.create');
    const { client } = wire();
    const main = '---\nname: from-a-guide\ndescription: d\n---\n';
    const form = new FormData();
    form.set('display_title', 'From a guide');
    form.append('files[]', new Blob([main]), 'from-a-guide/SKILL.md');
    const headers = { 'x-api-key': API_KEY, 'anthropic-beta': 'skills-2025-10-02' };
    const answer = await fetch(`${wire().url}/v1/skills`, { method: 'POST', headers, body: form });
    const { id } = asJson(await answer.json());
    expect(await client.skills.retrieve(String(id))).toMatchObject({ display_name: 'From a guide' });
    await client.skills.delete(String(id));
  });

  test('what other clients say otherwise is understood as it is meant', async () => {
    verifies('wire.guides', 'sessions.create', 'sessions.events.send', 'memoryStores.memories.update', 'dreams.create');
    const script = [
      { blocks: [1, 2].map((input) => ({ tool: 'ask', input: { input } })) },
      { blocks: [{ text: 'ok' }] },
    ];
    const ask = { type: 'custom', name: 'ask', description: 'd', input_schema: { type: 'object' } };
    const agent = await made('/agents', { name: 'asks', model: wire().model(script), tools: [ask] });
    const environment = await made('/environments', { name: `other ${agent.id}` });
    const store = await made('/memory_stores', { name: 'notes' });
    const session = await made('/sessions', {
      agent: { type: 'agent', id: agent.id, version: null },
      environment_id: environment.id,
      resources: [{ type: 'memory_store', memory_store_id: store.id, prompt: 'read me first' }],
    });
    expect(session.resources).toMatchObject([{ instructions: 'read me first' }]);
    const stream = await fetch(`${wire().url}/v1/sessions/${session.id}/stream`, { headers: byCurl });
    await made(`/sessions/${session.id}/events`, { events: [{ type: 'user.message', content: 'go' }] });
    await typesUntilIdle(stream);
    const { json: calls } = await curl('GET', `/sessions/${session.id}/events?types=agent.custom_tool_use`);
    const [first, second] = Array.isArray(calls.data) ? calls.data.map(({ id }) => id) : [];
    const answers = [
      { type: 'user.custom_tool_result', custom_tool_use_id: first, content: 'forty-two' },
      { type: 'user.custom_tool_result', custom_tool_use_id: second, content: null, is_error: null },
    ];
    const { data } = await made(`/sessions/${session.id}/events`, { events: answers });
    expect(data).toMatchObject([{ content: [{ type: 'text', text: 'forty-two' }] }, { custom_tool_use_id: second }]);
    const memory = await made(`/memory_stores/${store.id}/memories`, { path: '/a', content: 'one' });
    const patch = JSON.stringify({ content: 'two' });
    expect(await curl('PATCH', `/memory_stores/${store.id}/memories/${memory.id}`, patch, json)).toMatchObject({
      status: 200,
      json: { content_size_bytes: 3, path: '/a' },
    });
    const inputs = [
      { type: 'memory_store', memory_store_id: store.id },
      { type: 'sessions', session_ids: [session.id] },
    ];
    const dream = await made('/dreams', { inputs, model: 'm', instructions: null, output_behavior: null });
    expect(dream.output_behavior).toEqual({ type: 'create_new' });
  });

  test('who names a beta of 2025 reads of files and skills what stood there then', async () => {
    verifies('wire.guides', 'files.list', 'skills.create', 'skills.versions.list');
    const then = (beta: string) => ({ 'anthropic-beta': beta });
    const uploads = ['1', '2', '3'].map((name) => new File([name], name));
    for (const file of uploads) await wire().client.files.upload({ file });
    const seen: unknown[] = [];
    for (let after = '', more = true; more && seen.length < 9; ) {
      const { json: page } = await curl('GET', `/files?limit=2${after}`, undefined, then('files-api-2025-04-14'));
      const ids = Array.isArray(page.data) ? page.data.map(({ id }) => id) : [];
      expect(page).toMatchObject({ first_id: ids[0], last_id: ids.at(-1) });
      seen.push(...ids);
      after = `&after_id=${page.last_id}`;
      more = page.has_more === true;
    }
    const { data: now } = await wire().client.files.list({ limit: 1000 });
    expect(seen).toEqual(now.map(({ id }) => id));
    expect((await curl('GET', '/files')).json).not.toHaveProperty('has_more');
    expect((await curl('GET', '/files?after_id=file_none')).status).toBe(400);
    const files = [new File(['---\nname: aged\ndescription: d\n---\n'], 'aged/SKILL.md')];
    const skill = await wire().client.skills.create({ files, display_name: 'Aged' });
    const { json: read } = await curl('GET', `/skills/${skill.id}`, undefined, then('skills-2025-10-02'));
    expect(read).toMatchObject({ display_title: 'Aged', latest_version: skill.latest_version_id, source: 'custom' });
    const versions = await curl('GET', `/skills/${skill.id}/versions`, undefined, then('skills-2025-10-02'));
    expect(versions.json).toMatchObject({ data: [{ version: skill.latest_version_id, directory: 'aged' }] });
    expect(await wire().client.skills.retrieve(skill.id)).toEqual(skill);
    await wire().client.skills.delete(skill.id);
  });

  test('agents that an agent may call are its coordinated ones, named as before', async () => {
    verifies('wire.guides', 'agents.create', 'agents.update');
    const reader = await made('/agents', { name: 'reader', model: 'm' });
    const pin = { type: 'agent', id: reader.id, version: 1 };
    const coordinated = { type: 'coordinator', agents: [pin] };
    const boss = await made('/agents', { name: 'boss', model: 'm', callable_agents: [pin] });
    expect(boss.multiagent).toEqual(coordinated);
    expect(await made(`/agents/${boss.id}`, { name: 'boss' })).toEqual(boss);
    expect((await made(`/agents/${boss.id}`, { callable_agents: [] })).multiagent).toBeNull();
    expect((await made(`/agents/${boss.id}`, { callable_agents: [reader.id] })).multiagent).toEqual(coordinated);
    const both = { name: 'x', model: 'm', callable_agents: [pin], multiagent: coordinated };
    for (const body of [both, { ...both, multiagent: null, callable_agents: [{ ...pin, id: 'agent_none' }] }]) {
      expect((await curl('POST', '/agents', JSON.stringify(body), json)).status).toBe(400);
    }
  });

  test('what was read can be sent back, and changes nothing', async () => {
    verifies('wire.guides', 'agents.update', 'environments.update', 'deployments.update', 'sessions.update');
    const tools = [
      {
        type: 'agent_toolset_20260401',
        configs: [
          { name: 'bash', enabled: null },
          { name: 'web_fetch', max_content_tokens: 9 },
        ],
      },
      { type: 'mcp_toolset', mcp_server_name: 'hub', default_config: null, configs: null },
      { type: 'custom', name: 'ask', description: 'd', input_schema: { type: 'object', $schema: 'x', properties: {} } },
    ];
    const agent = await made('/agents', {
      name: 'whole',
      model: { id: 'scripted', effort: 'low' },
      tools,
      mcp_servers: [{ type: 'url', name: 'hub', url: 'https://hub.example.com/mcp/' }],
      skills: [{ type: 'anthropic', skill_id: 'xlsx' }],
      multiagent: { type: 'coordinator', agents: [{ type: 'self' }] },
    });
    expect(await made(`/agents/${agent.id}`, agent)).toEqual(agent);
    const networking = { type: 'limited', allowed_hosts: ['a.example.com'], allow_package_managers: true };
    const config = { type: 'cloud', networking, packages: { type: 'packages', pip: ['pandas'] } };
    const environment = await made('/environments', { name: 'whole', config });
    const { config: kept } = await made(`/environments/${environment.id}`, { config: environment.config });
    expect(kept).toEqual(environment.config);
    const own = { agent: { type: 'agent_with_overrides', id: agent.id, tools: agent.tools, skills: agent.skills } };
    const session = await made('/sessions', {
      ...own,
      environment_id: environment.id,
      resources: null,
      vault_ids: null,
    });
    const { tools: mine, mcp_servers } = asJson(session.agent);
    await made(`/sessions/${session.id}`, { agent: { tools: mine, mcp_servers } });
    expect((await curl('GET', `/sessions/${session.id}/events`)).json.data).toEqual([]);
    const work = [{ type: 'user.define_outcome', description: 'd', rubric: { type: 'text', content: 'r' } }];
    const plan = { name: 'd', agent: agent.id, environment_id: environment.id, initial_events: work };
    const deployment = await made('/deployments', plan);
    expect(await made(`/deployments/${deployment.id}`, deployment)).toEqual(deployment);
  });
});

async function typesUntilIdle(stream: Response): Promise<string[]> {
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.includes('event: session.status_idle')) break;
  }
  return [...text.matchAll(/^event: (.+)$/gm)].map((match) => match[1] ?? '');
}
