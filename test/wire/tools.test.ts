import type Anthropic from '@anthropic-ai/sdk';
import { toFile } from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { history, onBothArms, runUntilIdle, says, until } from './arms.ts';
import { verifies } from './verifies.ts';

const lookup = {
  type: 'custom' as const,
  name: 'lookup',
  description: 'Looks something up.',
  input_schema: { type: 'object' as const, properties: { key: { type: 'string' } } },
};
const callsLookup = { blocks: [{ tool: 'lookup', input: { key: 'a' } }] };
const asksBash = {
  type: 'agent_toolset_20260401' as const,
  configs: [{ name: 'bash' as const, permission_policy: { type: 'always_ask' as const } }],
};
const callsBash = { blocks: [{ tool: 'bash', input: { command: 'echo ran' } }] };

onBothArms('tools', (wire) => {
  test('a custom tool waits for its result and goes on with it', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const session = await wire().session([callsLookup, { blocks: [{ text: 'It is 42.' }] }], { tools: [lookup] });
    const { all, last } = await runUntilIdle(client, session.id, [says('look it up')]);
    const use = all.find((event) => event.type === 'agent.custom_tool_use');
    expect(use).toMatchObject({ name: 'lookup', input: { key: 'a' } });
    expect(last.stop_reason).toEqual({ type: 'requires_action', event_ids: [use?.id] });
    const id = use?.id ?? '';
    const result = { type: 'user.custom_tool_result' as const, custom_tool_use_id: id };
    const stream = await client.beta.sessions.events.stream(session.id);
    const sent = await client.beta.sessions.events.send(session.id, {
      events: [{ ...result, content: [{ type: 'text', text: '42' }] }],
    });
    expect(sent.data?.[0]?.processed_at).toEqual(expect.any(String));
    const end = await until(stream, 'session.status_idle');
    expect(end.last.stop_reason.type).toBe('end_turn');
    expect(end.all.filter((event) => event.type === 'user.custom_tool_result')).toHaveLength(1);
    await expect(client.beta.sessions.events.send(session.id, { events: [result] })).rejects.toThrow('result already');
  });

  test('who sends and then asks sees work begun, and a pause as a pause whatever else waits', async () => {
    verifies('sessions.retrieve', 'sessions.events.send');
    const { client } = wire();
    const texts = [{ blocks: [{ text: 'It is 42.' }] }, { blocks: [{ text: 'ok' }] }];
    const session = await wire().session([{ ...callsLookup, delayMs: 100 }, ...texts], { tools: [lookup] });
    const status = async () => (await client.beta.sessions.retrieve(session.id)).status;
    const send = async (event: Anthropic.Beta.Sessions.EventSendParams['events'][number]) =>
      await client.beta.sessions.events.send(session.id, { events: [event] });
    const stream = await client.beta.sessions.events.stream(session.id);
    const isPast = (event: { type: string; stop_reason?: { type: string } }) =>
      event.type === 'session.status_idle' && event.stop_reason?.type === 'end_turn';
    await send(says('look it up'));
    expect(await status()).toBe('running');
    const { all } = await until(stream, 'session.status_idle');
    const aside = { type: 'system.message' as const, content: [{ type: 'text' as const, text: 'psst' }] };
    const between = client.beta.sessions.events.send(session.id, { events: [says('and then?'), aside] });
    await expect(between).rejects.toThrow('while calls wait');
    await send(says('and then?'));
    expect(await status()).toBe('idle');
    const use = all.find((event) => event.type === 'agent.custom_tool_use')?.id ?? '';
    await send({ type: 'user.custom_tool_result', custom_tool_use_id: use });
    while ((await status()) !== 'idle') await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await history(client, session.id)).filter(isPast)).toHaveLength(1);
  });

  test("the SDK's own tool runner answers a custom tool", async () => {
    verifies('sessions.events.toolRunner');
    const { client } = wire();
    const session = await wire().session([callsLookup, { blocks: [{ text: 'ok' }] }], { tools: [lookup] });
    const runner = client.beta.sessions.events.toolRunner(session.id, {
      tools: [
        {
          ...lookup,
          run: async () => 'from the runner',
          parse: (input: unknown) => input,
        },
      ],
      maxIdleMs: 50,
    });
    await client.beta.sessions.events.send(session.id, { events: [says('go')] });
    const calls = [];
    for await (const call of runner) calls.push(call.name);
    expect(calls).toEqual(['lookup']);
    expect(JSON.stringify(await history(client, session.id))).toContain('from the runner');
  });

  test('a tool that must be asked for runs once it is allowed', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const session = await wire().session([callsBash, { blocks: [{ text: 'ok' }] }], { tools: [asksBash] });
    const { all, last } = await runUntilIdle(client, session.id, [says('run it')]);
    const use = all.find((event) => event.type === 'agent.tool_use');
    expect(use).toMatchObject({ evaluated_permission: 'ask', evaluation: { type: 'always_ask' } });
    expect(last.stop_reason).toEqual({ type: 'requires_action', event_ids: [use?.id] });
    const allow = { type: 'user.tool_confirmation' as const, tool_use_id: use?.id ?? '', result: 'allow' as const };
    const end = await runUntilIdle(client, session.id, [allow]);
    expect(end.last.stop_reason.type).toBe('end_turn');
    const result = end.all.find((event) => event.type === 'agent.tool_result');
    expect(JSON.stringify(result)).toContain('ran');
  });

  test('a tool that is denied does not run, and the agent learns why', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const session = await wire().session([callsBash, { blocks: [{ text: 'understood' }] }], { tools: [asksBash] });
    const { all } = await runUntilIdle(client, session.id, [says('run it')]);
    const use = all.find((event) => event.type === 'agent.tool_use');
    const deny = { type: 'user.tool_confirmation' as const, tool_use_id: use?.id ?? '', result: 'deny' as const };
    const end = await runUntilIdle(client, session.id, [{ ...deny, deny_message: 'not on production' }]);
    const result = end.all.find((event) => event.type === 'agent.tool_result');
    expect(result).toMatchObject({ is_error: true });
    expect(JSON.stringify(result)).toContain('not on production');
    const late = await client.beta.sessions.events.send(session.id, { events: [deny] });
    expect(late.data).toHaveLength(1);
  });

  test('what was denied has not used the sandbox, and the call after it loses nothing', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const script = [callsBash, callsBash, { blocks: [{ text: 'ok' }] }];
    const session = await wire().session(script, { tools: [asksBash] });
    let run = await runUntilIdle(client, session.id, [says('run it')]);
    for (const result of ['deny', 'allow'] as const) {
      const tool_use_id = run.all.find((event) => event.type === 'agent.tool_use')?.id ?? '';
      run = await runUntilIdle(client, session.id, [{ type: 'user.tool_confirmation', tool_use_id, result }]);
    }
    const ran = run.all.find((event) => event.type === 'agent.tool_result');
    expect(ran?.content).toEqual([{ type: 'text', text: 'ran' }]);
  });

  test('an interrupt stops the turn, and the message behind it is worked next', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const session = await wire().session([
      { blocks: [{ text: 'never finished' }], delayMs: 60_000 },
      { blocks: [{ text: 'redirected' }] },
    ]);
    const stream = await client.beta.sessions.events.stream(session.id);
    await client.beta.sessions.events.send(session.id, { events: [says('begin')] });
    await until(stream, 'span.model_request_start');
    const again = await client.beta.sessions.events.stream(session.id);
    await client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }] });
    const { last, all } = await until(again, 'session.status_idle');
    expect(last.stop_reason.type).toBe('end_turn');
    expect(all.map((event) => event.type)).toContain('span.model_request_end');
    expect(all.map((event) => event.type)).not.toContain('agent.message');
  });

  test('an uploaded file is mounted and read by the agent', async () => {
    verifies('sessions.create', 'sessions.resources.add', 'files.list');
    const { client } = wire();
    const file = await client.beta.files.upload({ file: await toFile(Buffer.from('secret number 7\n'), 'note.txt') });
    const read = { blocks: [{ tool: 'read', input: { file_path: '/mnt/session/uploads/note.txt' } }] };
    const session = await wire().session(
      [read, { blocks: [{ text: 'read' }] }],
      { tools: [{ type: 'agent_toolset_20260401' }] },
      { resources: [{ type: 'file', file_id: file.id, mount_path: '/note.txt' }] },
    );
    const [resource] = session.resources;
    expect(resource).toMatchObject({ type: 'file', mount_path: '/mnt/session/uploads/note.txt' });
    const { all } = await runUntilIdle(client, session.id, [says('read the note')]);
    expect(JSON.stringify(all.find((event) => event.type === 'agent.tool_result'))).toContain('secret number 7');
    const scoped = await client.beta.files.list({ scope_id: session.id });
    const copy = { scope: { type: 'session', id: session.id }, downloadable: false };
    expect(scoped.data).toMatchObject([copy]);
    expect(scoped.data[0]?.id).not.toBe(file.id);
    await client.beta.files.delete(file.id);
    expect(await (await client.beta.files.download(scoped.data[0]?.id ?? '')).text()).toBe('secret number 7\n');
  });

  test('a file that comes later stands in the sandbox that is there already, and one that is removed does not', async () => {
    verifies('sessions.resources.add', 'sessions.resources.delete');
    const { client } = wire();
    const file = await client.beta.files.upload({ file: await toFile(Buffer.from('late'), 'late.txt') });
    const look = {
      blocks: [{ tool: 'bash', input: { command: 'cat /mnt/session/uploads/late.txt || ls /mnt/session/uploads' } }],
    };
    const done = { blocks: [{ text: 'done' }] };
    const session = await wire().session([look, done, look, done, look, done], {
      tools: [{ type: 'agent_toolset_20260401' }],
    });
    const seen = async () => {
      const { all } = await runUntilIdle(client, session.id, [says('look')]);
      return JSON.stringify(all.findLast((event) => event.type === 'agent.tool_result'));
    };
    expect(await seen()).toContain('No such file');
    const late = { type: 'file' as const, file_id: file.id, mount_path: 'late.txt' };
    const { id } = await client.beta.sessions.resources.add(session.id, late);
    expect(await seen()).toContain('"text":"late"');
    await client.beta.sessions.resources.delete(id, { session_id: session.id });
    expect(await seen()).toContain('No such file');
  });

  test('what the agent puts out becomes files of the session, also when it changes, and goes with the session', async () => {
    verifies('files.list', 'files.download', 'sessions.delete');
    const { client } = wire();
    const write = (text: string) => ({
      blocks: [
        {
          tool: 'bash',
          input: { command: `mkdir -p /mnt/session/outputs/x; echo ${text} > /mnt/session/outputs/x/report.md` },
        },
      ],
    });
    const done = { blocks: [{ text: 'done' }] };
    const session = await wire().session([write('first'), done, done, write('second'), done], {
      tools: [{ type: 'agent_toolset_20260401' }],
    });
    const outputs = async () => (await client.beta.files.list({ scope_id: session.id })).data;
    await runUntilIdle(client, session.id, [says('report')]);
    const [file] = await outputs();
    expect(file, 'there as soon as the session rests').toMatchObject({
      filename: 'report.md',
      mime_type: 'text/markdown',
      size_bytes: 6,
      downloadable: true,
      scope: { type: 'session', id: session.id },
    });
    expect(await (await client.beta.files.download(file?.id ?? '')).text()).toBe('first\n');
    await runUntilIdle(client, session.id, [says('nothing new')]);
    await runUntilIdle(client, session.id, [says('report again')]);
    const texts = (await outputs()).map(async (one) => (await client.beta.files.download(one.id)).text());
    expect(await Promise.all(texts)).toEqual(['second\n', 'first\n']);
    await client.beta.sessions.delete(session.id);
    expect(await outputs()).toEqual([]);
    await expect(client.beta.files.download(file?.id ?? '')).rejects.toThrow('404');
  });

  test('a skill is named to the model and its files are there to be read', async () => {
    verifies('sessions.create', 'skills.create');
    const { client } = wire();
    const head = '---\nname: restart-payments\ndescription: How to restart payments.\n---\nStep one: breathe.\n';
    const skill = await client.skills.create({ files: [new File([head], 'restart-payments/SKILL.md')] });
    let system = '';
    const session = await wire().session(
      (request) => {
        system = request.system;
        const first = request.messages.length === 1;
        const input = { file_path: '/mnt/skills/restart-payments/SKILL.md' };
        return { blocks: first ? [{ tool: 'read', input }] : [{ text: 'read' }] };
      },
      {
        tools: [{ type: 'agent_toolset_20260401' }],
        skills: [{ type: 'custom', skill_id: skill.id }],
      },
    );
    expect(session.agent.skills).toEqual([{ type: 'custom', skill_id: skill.id, version: skill.latest_version_id }]);
    const { all } = await runUntilIdle(client, session.id, [says('restart')]);
    expect(system).toContain('How to restart payments.');
    expect(system).toContain('/mnt/skills/restart-payments');
    expect(JSON.stringify(all.find((event) => event.type === 'agent.tool_result'))).toContain('Step one: breathe.');
  });

  test('a skill of the server itself is named by its short name, pinned to a day, and there to be read', async () => {
    verifies('wire.ownSkills', 'agents.create', 'sessions.create');
    const { client } = wire();
    const tools = [{ type: 'agent_toolset_20260401' as const }];
    const named = (skill_id: string, version?: string) => ({
      type: 'anthropic' as const,
      skill_id,
      ...(version === undefined ? {} : { version }),
    });
    const skills = [named('xlsx'), named('pdf', 'latest'), named('docx', '20251013')];
    let system = '';
    const session = await wire().session(
      (request) => {
        system = request.system;
        const input = { command: 'ls /mnt/skills; head -3 /mnt/skills/xlsx/SKILL.md' };
        return { blocks: request.messages.length === 1 ? [{ tool: 'bash', input }] : [{ text: 'read' }] };
      },
      { tools, skills },
    );
    const { version } = session.agent.skills[0] ?? {};
    expect(version).toMatch(/^\d{8}$/);
    expect(session.agent.skills).toEqual(['xlsx', 'pdf', 'docx'].map((skill_id) => named(skill_id, version)));
    const { all } = await runUntilIdle(client, session.id, [says('look')]);
    expect(system).toMatch(/- xlsx: Read and write Excel workbooks .*\(\/mnt\/skills\/xlsx\/SKILL.md\)/);
    const told = JSON.stringify(all.find((event) => event.type === 'agent.tool_result'));
    expect(told).toContain('docx\\npdf\\nxlsx\\n---\\nname: xlsx');
    const refuses = (skill: ReturnType<typeof named>) =>
      expect(client.beta.agents.create({ name: 'a', model: 'scripted', tools, skills: [skill] })).rejects;
    await refuses(named('odt')).toThrow('there is: docx, pdf, pptx, xlsx');
    await refuses(named('xlsx', 'newest')).toThrow('YYYYMMDD');
  });
});

export type { Anthropic };
