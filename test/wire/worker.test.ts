/** The official client's own poller and worker, as they are, against this server. */
import fs from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { history, onBothArms, refusal, says } from './arms.ts';
import { hasMount, hasUnzip, recorded, selfHosted, tokenOf } from './self-hosted.ts';
import { verifies } from './verifies.ts';

let workdir: string;
let end: AbortController;
beforeEach(async () => {
  workdir = await mkdtemp(join(tmpdir(), 'worker-'));
  end = new AbortController();
});
afterEach(async () => {
  end.abort();
  await rm(workdir, { recursive: true, force: true });
});

const answer = [{ blocks: [{ text: 'done' }] }];
/** The lease is two seconds, so that workers send heartbeats every second. */
const limits = { workLeaseSeconds: 2 };

onBothArms(
  "the official client's worker",
  (wire) => {
    const wait = (what: () => Promise<boolean>) => vi.waitUntil(what, { timeout: 8_000, interval: 20 });
    const stateOf = async (environment: string) =>
      (await wire().client.beta.environments.work.list(environment)).data.map((item) => item.state);

    test('the poller yields items it has acknowledged and stops them when the loop has done with them', async () => {
      verifies('environments.work.poller');
      const own = await selfHosted(wire());
      const sessions = [await own.session(answer), await own.session(answer)];
      const { work } = wire().client.withOptions({ logLevel: 'off' }).beta.environments;
      const at = { environmentId: own.environment, environmentKey: own.key };
      const served = [];
      for await (const item of work.poller({ ...at, drain: true, blockMs: null })) {
        served.push(item.data.id);
        expect((await work.retrieve(item.id, { environment_id: own.environment })).state).toBe('starting');
      }
      expect(served).toEqual(sessions.map((session) => session.id));
      expect(await stateOf(own.environment)).toEqual(['stopping', 'stopping']);
      const [first] = sessions;
      await wire().client.beta.sessions.events.send(first?.id ?? '', { events: [says('more')] });
      for await (const item of work.poller({ ...at, drain: true, blockMs: null, autoStop: false })) {
        expect(item.data.id).toBe(first?.id);
      }
      expect(await stateOf(own.environment)).toEqual(['starting', 'stopping', 'stopping']);
      const wrong = work.poller({ ...at, environmentKey: `${own.key}x`, drain: true });
      await expect(wrong[Symbol.asyncIterator]().next()).rejects.toThrow(Anthropic.AuthenticationError);
    });

    test('the worker carries out a whole turn with its six tools', async () => {
      verifies('environments.work.worker');
      const own = await selfHosted(wire());
      const calls = [
        { tool: 'write', input: { file_path: 'notes/a.txt', content: 'one\ntwo\n' } },
        { tool: 'edit', input: { file_path: 'notes/a.txt', old_string: 'two', new_string: 'three' } },
        { tool: 'read', input: { file_path: 'notes/a.txt' } },
        { tool: 'bash', input: { command: 'wc -l < notes/a.txt; pwd' } },
        { tool: 'glob', input: { pattern: '**/*.txt' } },
        { tool: 'grep', input: { pattern: 'three', path: '.' } },
      ];
      const session = await own.session([{ blocks: calls }, ...answer]);
      const { client, seen } = recorded(wire().client);
      const worker = client.beta.environments.work.worker({
        environmentId: own.environment,
        environmentKey: own.key,
        workdir,
        maxIdleMs: 50,
      });
      const running = worker.run(end.signal).catch(() => undefined);
      await wait(async () => (await stateOf(own.environment)).includes('stopped'));
      end.abort();
      await running;
      const log = await history(wire().client, session.id);
      const results = log.filter((event) => event.type === 'user.tool_result');
      expect(results).toHaveLength(6);
      // The client's own `glob` wants a newer Node.
      expect(results.map((event) => event.is_error)).toEqual([false, false, false, false, !('glob' in fs), false]);
      const texts = results.map((event) => JSON.stringify(event.content));
      expect(texts[2]).toContain('three');
      expect(texts[3]).toContain(workdir);
      expect(texts[4]).toContain('glob' in fs ? 'a.txt' : 'glob');
      expect(texts[5]).toContain('three');
      expect(await readFile(join(workdir, 'notes/a.txt'), 'utf8')).toBe('one\nthree\n');
      expect(log.filter((event) => event.type === 'agent.message')).toHaveLength(1);
      const steps = seen.filter((request) => !request.includes('/events'));
      expect(steps.slice(0, 4).map((request) => request.replace(/_01\w+/g, ''))).toEqual([
        'GET /v1/environments/env/work/poll',
        'POST /v1/environments/env/work/work/ack',
        'POST /v1/environments/env/work/work/heartbeat',
        'GET /v1/sessions/sesn',
      ]);
      expect(steps.some((request) => request.endsWith('/stop'))).toBe(true);
    });

    test('a call that must be asked for is held until it is allowed, and not run when it is denied', async () => {
      verifies('environments.work.worker', 'sessions.events.toolRunner');
      const { client } = wire();
      const own = await selfHosted(wire());
      const calls = ['touch allowed', 'touch denied'].map((command) => ({ tool: 'bash', input: { command } }));
      const asks = { type: 'agent_toolset_20260401' as const };
      const bash = { name: 'bash' as const, permission_policy: { type: 'always_ask' as const } };
      const session = await own.session([{ blocks: calls }, ...answer], 'go', {
        tools: [{ ...asks, configs: [bash] }],
      });
      const worker = client.beta.environments.work.worker({
        environmentId: own.environment,
        environmentKey: own.key,
        workdir,
        maxIdleMs: 50,
      });
      const running = worker.run(end.signal).catch(() => undefined);
      const uses = async () => (await history(client, session.id)).filter((event) => event.type === 'agent.tool_use');
      await wait(async () => (await client.beta.sessions.retrieve(session.id)).status === 'idle');
      const [first, second] = await uses();
      await client.beta.sessions.events.send(session.id, {
        events: [
          { type: 'user.tool_confirmation', tool_use_id: first?.id ?? '', result: 'allow' },
          { type: 'user.tool_confirmation', tool_use_id: second?.id ?? '', result: 'deny' },
        ],
      });
      await wait(async () => (await stateOf(own.environment)).includes('stopped'));
      end.abort();
      await running;
      expect(await readdir(workdir)).toEqual(['allowed']);
      const log = await history(client, session.id);
      expect(log.filter((event) => event.type === 'agent.tool_result')).toMatchObject([{ tool_use_id: second?.id }]);
      expect(log.filter((event) => event.type === 'user.tool_result')).toMatchObject([{ tool_use_id: first?.id }]);
    });

    test('a worker that loses its lease lets go without stopping the item', async () => {
      verifies('environments.work.worker', 'environments.work.heartbeat');
      const own = await selfHosted(wire());
      const session = await own.session([{ blocks: [{ tool: 'bash', input: { command: 'sleep 30' } }] }, ...answer]);
      const { client, seen } = recorded(wire().client);
      const queue = own.worker.beta.environments.work;
      const item = await queue.poll(own.environment);
      const at = { environment_id: own.environment };
      await queue.ack(item?.id ?? '', at);
      const worker = client.beta.environments.work.worker({ workdir, signal: end.signal });
      const done = worker.handleItem({
        workId: item?.id ?? '',
        environmentId: own.environment,
        sessionId: session.id,
        workSecret: item?.secret ?? '',
      });
      const read = () => wire().client.beta.environments.work.retrieve(item?.id ?? '', at);
      await wait(async () => (await read()).state === 'active');
      const expected_last_heartbeat = (await read()).latest_heartbeat_at ?? '';
      await queue.heartbeat(item?.id ?? '', { ...at, expected_last_heartbeat, desired_ttl_seconds: 60 });
      await done.catch(() => undefined);
      expect(seen.filter((request) => request.endsWith('/heartbeat')).length).toBeGreaterThan(1);
      expect(seen.filter((request) => request.endsWith('/stop'))).toEqual([]);
      expect((await read()).state).toBe('active');
    });

    describe.skipIf(!hasMount)('where memories may lie', () => {
      test('the worker reads and writes the memories of the session, and those of no other', async () => {
        verifies('environments.work.worker', 'memoryStores.memories.update');
        const { client } = wire();
        const own = await selfHosted(wire());
        const { memoryStores } = client.beta;
        const named = (name: string) => memoryStores.create({ name: `${name} of ${own.environment.slice(-8)}` });
        const [notes, rules, foreign] = [await named('notes'), await named('rules'), await named('foreign')];
        const note = await memoryStores.memories.create(notes.id, { path: '/pool.md', content: 'size 10' });
        const agent = await client.beta.agents.create({
          name: 'remembers',
          model: wire().model((request) => {
            const path = /\/mnt\/memory\/notes[\w-]*/.exec(request.system)?.[0] ?? '';
            const command = `cat ${path}/pool.md; echo size 50 > ${path}/pool.md; echo new > ${path}/more.md`;
            const first = request.messages.length === 1;
            return { blocks: first ? [{ tool: 'bash', input: { command } }] : [{ text: 'done' }] };
          }),
          tools: [{ type: 'agent_toolset_20260401' }],
        });
        const store = { type: 'memory_store' as const };
        const session = await client.beta.sessions.create({
          agent: agent.id,
          environment_id: own.environment,
          resources: [
            { ...store, memory_store_id: notes.id },
            { ...store, memory_store_id: rules.id, access: 'read_only' },
          ],
          initial_events: [says('go')],
        });
        const { client: seenClient, seen } = recorded(client);
        const worker = seenClient.beta.environments.work.worker({
          environmentId: own.environment,
          environmentKey: own.key,
          workdir,
          maxIdleMs: 50,
        });
        const running = worker.run(end.signal).catch(() => undefined);
        await wait(async () => (await stateOf(own.environment)).includes('active'));
        const { data } = await client.beta.environments.work.list(own.environment);
        expect(data[0]?.secret).toBeNull();
        await wait(async () => (await stateOf(own.environment)).includes('stopped'));
        end.abort();
        await running;
        expect(JSON.stringify(await history(client, session.id))).toContain('size 10');
        const kept = await memoryStores.memories.list(notes.id, { view: 'full' });
        const texts = kept.data.map((memory) => (memory.type === 'memory' ? [memory.path, memory.content] : []));
        expect(texts.sort()).toEqual([
          ['/more.md', 'new\n'],
          ['/pool.md', 'size 50\n'],
        ]);
        const [version] = (await memoryStores.memoryVersions.list(notes.id, { memory_id: note.id })).data;
        expect(version?.created_by).toEqual({ type: 'session_actor', session_id: session.id });
        expect(seen.some((request) => request.includes(`/memory_stores/${rules.id}/memories`))).toBe(true);

        await client.beta.sessions.events.send(session.id, { events: [says('again')] });
        const item = await own.worker.beta.environments.work.poll(own.environment);
        const token = client.withOptions({ apiKey: tokenOf(item) }).beta.memoryStores;
        expect((await token.memories.list(rules.id)).data).toEqual([]);
        for (const attempt of [
          () => token.memories.create(rules.id, { path: '/a', content: '' }),
          () => token.memories.list(foreign.id),
          () => token.delete(notes.id),
          () => own.worker.beta.memoryStores.memories.list(notes.id),
        ]) {
          expect((await refusal(attempt())).status, String(attempt)).toBe(403);
        }
        await Promise.all(
          session.resources.map(({ mount_path = '' }) => rm(mount_path ?? '', { recursive: true, force: true })),
        );
      });
    });

    describe.skipIf(!hasUnzip)('with unzip', () => {
      test('the skills of the agent lie in the working directory while the worker serves the session', async () => {
        verifies('environments.work.worker', 'skills.versions.download');
        const { client } = wire();
        const own = await selfHosted(wire());
        const page = '---\nname: restart\ndescription: How to restart.\n---\nBreathe first.\n';
        const skill = await client.skills.create({ files: [new File([page], 'restart/SKILL.md')] });
        let system = '';
        const read = { tool: 'read', input: { file_path: 'skills/restart/SKILL.md' } };
        const session = await own.session(
          (request) => {
            system = request.system;
            return { blocks: request.messages.length === 1 ? [read] : [{ text: 'done' }] };
          },
          'go',
          { tools: [{ type: 'agent_toolset_20260401' }], skills: [{ type: 'custom', skill_id: skill.id }] },
        );
        await mkdir(join(workdir, 'kept'));
        const worker = client.beta.environments.work.worker({
          environmentId: own.environment,
          environmentKey: own.key,
          workdir,
          maxIdleMs: 50,
        });
        const running = worker.run(end.signal).catch(() => undefined);
        await wait(async () => (await stateOf(own.environment)).includes('stopped'));
        end.abort();
        await running;
        const results = (await history(client, session.id)).filter((event) => event.type === 'user.tool_result');
        expect(JSON.stringify(results)).toContain('Breathe first.');
        expect(system).toContain('(skills/restart/SKILL.md)');
        expect(await readdir(join(workdir, 'skills'))).toEqual([]);
      });
    });
  },
  limits,
);
