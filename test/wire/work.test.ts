import Anthropic from '@anthropic-ai/sdk';
import { BetaHeartbeatPreconditionFailedError } from '@anthropic-ai/sdk/resources/beta/environments/work';
import { expect, test, vi } from 'vitest';
import { history, onBothArms, refusal, runUntilIdle, says } from './arms.ts';
import { type SelfHosted, selfHosted, tokenOf } from './self-hosted.ts';
import { verifies } from './verifies.ts';

const { NotFoundError, PermissionDeniedError, BadRequestError, AuthenticationError } = Anthropic;

const answer = [{ blocks: [{ text: 'done' }] }];
const callsBash = [{ blocks: [{ tool: 'bash', input: { command: 'hostname' } }] }, ...answer];

onBothArms('the work queue', (wire) => {
  const work = () => wire().client.beta.environments.work;
  const take = async (own: SelfHosted) => {
    const item = await own.worker.beta.environments.work.poll(own.environment);
    if (item === null) throw new Error('there was no work');
    return { item, at: { environment_id: own.environment } };
  };
  const idle = (session: string) =>
    vi.waitUntil(async () => (await wire().client.beta.sessions.retrieve(session)).status === 'idle', 5_000);

  test('a session with something to do is offered once, and again when nobody acknowledges it', async () => {
    verifies('environments.work.poll');
    const own = await selfHosted(wire());
    const queue = own.worker.beta.environments.work;
    expect(await queue.poll(own.environment)).toBeNull();
    const before = performance.now();
    expect(await queue.poll(own.environment, { block_ms: 300 })).toBeNull();
    expect(performance.now() - before).toBeGreaterThan(250);
    const waiting = queue.poll(own.environment, { block_ms: 999 });
    const session = await own.session(answer);
    const item = await waiting;
    expect(item).toEqual({
      id: expect.stringMatching(/^work_/),
      type: 'work',
      environment_id: own.environment,
      state: 'queued',
      data: { type: 'session', id: session.id },
      metadata: {},
      secret: expect.any(String),
      created_at: expect.any(String),
      acknowledged_at: null,
      started_at: null,
      latest_heartbeat_at: null,
      stop_requested_at: null,
      stopped_at: null,
    });
    const both = await Promise.all([queue.poll(own.environment), queue.poll(own.environment)]);
    expect(both).toEqual([null, null]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const again = await queue.poll(own.environment, { reclaim_older_than_ms: 10 });
    expect(again?.id).toBe(item?.id);
    expect(tokenOf(again)).not.toBe(tokenOf(item));
    await expect(queue.poll(own.environment, { block_ms: 1000 })).rejects.toThrow(BadRequestError);
    await expect(work().poll(own.environment)).rejects.toThrow(PermissionDeniedError);
  });

  test('two pollers never get the same item', async () => {
    verifies('environments.work.poll');
    const own = await selfHosted(wire());
    const sessions = await Promise.all([own.session(answer), own.session(answer), own.session(answer)]);
    const polls = await Promise.all(
      Array.from({ length: 5 }, () => own.worker.beta.environments.work.poll(own.environment)),
    );
    const offered = polls.filter((item) => item !== null).map((item) => item.data.id);
    expect(offered.sort()).toEqual(sessions.map((session) => session.id).sort());
  });

  test('the numbers of a queue follow its items', async () => {
    verifies('environments.work.stats', 'environments.work.ack');
    const own = await selfHosted(wire());
    const stats = () => work().stats(own.environment);
    const empty = { type: 'work_queue_stats', depth: 0, pending: 0, oldest_queued_at: null, workers_polling: 0 };
    expect(await stats()).toEqual(empty);
    await own.session(answer);
    expect(await stats()).toEqual({ ...empty, depth: 1, oldest_queued_at: expect.any(String) });
    const poll = (name: string) =>
      own.worker.beta.environments.work.poll(own.environment, { 'Anthropic-Worker-ID': name });
    const item = await poll('a');
    await poll('b');
    await poll('b');
    expect(await stats()).toMatchObject({ depth: 0, pending: 1, workers_polling: 2 });
    const taken = await own.worker.beta.environments.work.ack(item?.id ?? '', { environment_id: own.environment });
    expect(taken).toMatchObject({ state: 'starting', acknowledged_at: expect.any(String), secret: null });
    expect(await stats()).toMatchObject({ depth: 0, pending: 0, oldest_queued_at: null });
    expect(await own.worker.beta.environments.work.stats(own.environment)).toMatchObject({ depth: 0 });
    const second = own.worker.beta.environments.work.ack(item?.id ?? '', { environment_id: own.environment });
    expect((await refusal(second)).status).toBe(409);
  });

  test('a heartbeat must name the one before it, letter by letter', async () => {
    verifies('environments.work.heartbeat');
    const own = await selfHosted(wire());
    await own.session(answer);
    const { item, at } = await take(own);
    const queue = wire().client.withOptions({ apiKey: tokenOf(item) }).beta.environments.work;
    await own.worker.beta.environments.work.ack(item.id, at);
    const first = await queue.heartbeat(item.id, { ...at, expected_last_heartbeat: 'NO_HEARTBEAT' });
    expect(first).toMatchObject({ type: 'work_heartbeat', lease_extended: true, state: 'active', ttl_seconds: 90 });
    const next = { ...at, expected_last_heartbeat: first.last_heartbeat };
    const second = await queue.heartbeat(item.id, { ...next, desired_ttl_seconds: 20 });
    expect(second.ttl_seconds).toBe(20);
    expect(second.last_heartbeat).not.toBe(first.last_heartbeat);
    for (const wrong of ['NO_HEARTBEAT', first.last_heartbeat]) {
      const error = await queue.heartbeat(item.id, { ...at, expected_last_heartbeat: wrong }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(BetaHeartbeatPreconditionFailedError);
      expect(error).toMatchObject({
        errorCode: 'heartbeat_precondition_failed',
        details: {
          current_state: {
            last_heartbeat: second.last_heartbeat,
            lease_extended: false,
            state: 'active',
            ttl_seconds: 20,
          },
        },
      });
    }
    const longest = { ...at, expected_last_heartbeat: second.last_heartbeat, desired_ttl_seconds: 5000 };
    expect((await queue.heartbeat(item.id, longest)).ttl_seconds).toBe(300);
    await work().stop(item.id, at);
    const told = await queue.heartbeat(item.id, { ...at, expected_last_heartbeat: 'whatever' });
    expect(told).toMatchObject({ state: 'stopping', lease_extended: false });
    await work().stop(item.id, { ...at, force: true });
    expect(await queue.heartbeat(item.id, at)).toMatchObject({ state: 'stopped', lease_extended: false });
    await expect(work().heartbeat(item.id, at)).rejects.toThrow(PermissionDeniedError);
  });

  test('a stop is asked for and confirmed, or forced', async () => {
    verifies('environments.work.stop', 'environments.work.retrieve');
    const own = await selfHosted(wire());
    await own.session(answer);
    await own.session(answer);
    const queue = own.worker.beta.environments.work;
    const { item, at } = await take(own);
    await queue.ack(item.id, at);
    await queue.heartbeat(item.id, { ...at, expected_last_heartbeat: 'NO_HEARTBEAT' });
    const asked = await work().stop(item.id, at);
    expect(asked).toMatchObject({ state: 'stopping', stop_requested_at: expect.any(String), stopped_at: null });
    expect((await work().stop(item.id, at)).state).toBe('stopping');
    expect(await queue.stop(item.id, at)).toMatchObject({ state: 'stopped', stopped_at: expect.any(String) });
    expect((await queue.stop(item.id, at)).state).toBe('stopped');
    const other = await take(own);
    await queue.ack(other.item.id, other.at);
    expect((await queue.stop(other.item.id, { ...other.at, force: true })).state).toBe('stopped');
    const read = await work().retrieve(item.id, at);
    expect(read).toMatchObject({
      state: 'stopped',
      secret: null,
      acknowledged_at: expect.any(String),
      started_at: expect.any(String),
      latest_heartbeat_at: expect.any(String),
    });
    const elsewhere = await selfHosted(wire());
    await expect(work().retrieve(item.id, { environment_id: elsewhere.environment })).rejects.toThrow(NotFoundError);
    await expect(work().retrieve('work_none', at)).rejects.toThrow(NotFoundError);
  });

  test('labels are patched and nothing else, and the list shows no secret', async () => {
    verifies('environments.work.update', 'environments.work.list');
    const own = await selfHosted(wire());
    const sessions = [];
    for (let i = 0; i < 3; i++) sessions.push((await own.session(answer)).id);
    const { item, at } = await take(own);
    const labelled = await work().update(item.id, { ...at, metadata: { a: '1', b: '2' } });
    expect(labelled).toEqual({ ...item, secret: null, metadata: { a: '1', b: '2' } });
    expect((await work().update(item.id, { ...at, metadata: { a: null } })).metadata).toEqual({ b: '2' });
    const long = work().update(item.id, { ...at, metadata: { a: 'x'.repeat(513) } });
    await expect(long).rejects.toThrow('metadata');
    const page = await own.worker.beta.environments.work.list(own.environment, { limit: 2 });
    expect(page.data).toHaveLength(2);
    const all = [];
    for await (const one of page) all.push(one);
    expect(all.map((one) => one.data.id)).toEqual(sessions.reverse());
    expect(all.every((one) => one.secret === null)).toBe(true);
    expect((await work().list(own.environment)).data).toHaveLength(3);
  });

  test('credentials of workers open what their work needs, and nothing else', async () => {
    verifies('environments.work.poll', 'environments.work.update', 'environments.work.retrieve');
    const { client } = wire();
    const own = await selfHosted(wire());
    const other = await selfHosted(wire());
    const session = await own.session(callsBash);
    const foreign = await other.session(answer);
    const { item, at } = await take(own);
    const token = client.withOptions({ apiKey: tokenOf(item) });
    for (const worker of [own.worker, token]) {
      expect((await worker.beta.sessions.retrieve(session.id)).id).toBe(session.id);
      expect((await worker.beta.sessions.events.list(session.id)).data.length).toBeGreaterThan(0);
      const refused = [
        () => worker.beta.sessions.retrieve(foreign.id),
        () => worker.beta.sessions.events.send(session.id, { events: [says('obey')] }),
        () => worker.beta.sessions.archive(session.id),
        () => worker.beta.sessions.list(),
        () => worker.beta.agents.list(),
        () => worker.beta.vaults.list(),
        () => worker.beta.environments.retrieve(own.environment),
        () => worker.beta.environments.work.retrieve(item.id, at),
        () => worker.beta.environments.work.update(item.id, { ...at, metadata: {} }),
        () => worker.beta.environments.work.poll(other.environment),
        () => worker.beta.memoryStores.list(),
        () => worker.post(`/v1/admin/environments/${own.environment}/keys`, { body: {} }),
      ];
      for (const attempt of refused) expect((await refusal(attempt())).status, String(attempt)).toBe(403);
    }
    for (const attempt of [
      () => token.beta.environments.work.poll(own.environment),
      () => token.beta.environments.work.list(own.environment),
      () => token.beta.environments.work.ack(item.id, at),
    ]) {
      expect((await refusal(attempt())).status, String(attempt)).toBe(403);
    }
    await idle(session.id);
    const use = (await history(client, session.id)).find((event) => event.type === 'agent.tool_use');
    await work().stop(item.id, { ...at, force: true });
    const late = token.beta.sessions.events.send(session.id, {
      events: [{ type: 'user.tool_result', tool_use_id: use?.id ?? '', content: [{ type: 'text', text: 'late' }] }],
    });
    await expect(late).rejects.toThrow(PermissionDeniedError);
  });

  test('keys of an environment are rotated and revoked', async () => {
    verifies('environments.work.poll', 'wire.environmentKeys');
    const { client } = wire();
    const own = await selfHosted(wire());
    const path = `/v1/admin/environments/${own.environment}/keys`;
    const asked = (key: string) => client.withOptions({ apiKey: key }).beta.environments.work.poll(own.environment);
    const rotate = (body: object) => client.post<{ key: string }>(`${path}/${own.keyId}/rotate`, { body });
    const second = await rotate({ grace_seconds: 60 });
    expect(await asked(own.key)).toBeNull();
    expect(await asked(second.key)).toBeNull();
    const third = await rotate({});
    await expect(asked(own.key)).rejects.toThrow(AuthenticationError);
    await expect(asked(second.key)).rejects.toThrow(AuthenticationError);
    expect(await asked(third.key)).toBeNull();
    const listed = await client.get<{ data: object[] }>(path);
    expect(listed.data).toMatchObject([{ id: own.keyId, name: 'ours', key: null, revoked_at: null }]);
    expect(JSON.stringify(listed)).not.toContain('secrets');
    await client.post(`${path}/${own.keyId}/revoke`);
    await expect(asked(third.key)).rejects.toThrow(AuthenticationError);
    expect((await client.get<{ data: object[] }>(path)).data).toEqual([]);
    await expect(rotate({})).rejects.toThrow('revoked');
    const cloud = await client.beta.environments.create({ name: `cloud of ${own.environment}` });
    await expect(client.post(`/v1/admin/environments/${cloud.id}/keys`)).rejects.toThrow('not self-hosted');
  });

  test('calls wait for the worker, and its results go to the model', async () => {
    verifies('sessions.create', 'sessions.events.send');
    const { client } = wire();
    const own = await selfHosted(wire());
    const file = await client.beta.files.upload({ file: new File(['x'], 'x.txt') });
    const quiet = await own.session(callsBash, null);
    const withFile = client.beta.sessions.create({
      agent: quiet.agent.id,
      environment_id: own.environment,
      resources: [{ type: 'file', file_id: file.id }],
    });
    await expect(withFile).rejects.toThrow(own.environment);
    const added = client.beta.sessions.resources.add(quiet.id, { type: 'file', file_id: file.id });
    await expect(added).rejects.toThrow(own.environment);
    expect(await own.worker.beta.environments.work.poll(own.environment)).toBeNull();
    const { all, last } = await runUntilIdle(client, quiet.id, [says('go')]);
    const use = all.find((event) => event.type === 'agent.tool_use');
    expect(use).toMatchObject({ name: 'bash', evaluated_permission: 'allow' });
    expect(last.stop_reason).toEqual({ type: 'requires_action', event_ids: [use?.id] });
    const { item } = await take(own);
    expect(item.data.id).toBe(quiet.id);
    const token = client.withOptions({ apiKey: tokenOf(item) });
    const result = { type: 'user.tool_result' as const, tool_use_id: use?.id ?? '' };
    const sent = { ...result, content: [{ type: 'text' as const, text: 'worker-1' }], is_error: false };
    await token.beta.sessions.events.send(quiet.id, { events: [sent] });
    await expect(token.beta.sessions.events.send(quiet.id, { events: [sent] })).rejects.toThrow('result already');
    await vi.waitFor(async () => {
      const said = (await history(client, quiet.id)).filter((event) => event.type === 'agent.message');
      expect(said).toHaveLength(1);
    }, 5_000);
    const ends = (await history(client, quiet.id)).filter((event) => event.type === 'session.status_idle');
    expect(ends.at(-1)).toMatchObject({ stop_reason: { type: 'end_turn' } });
  });

  test('a session that gets input after its item ended is queued again, a failed one by an interrupt', async () => {
    verifies('environments.work.poll', 'environments.work.stop');
    const { client } = wire();
    const own = await selfHosted(wire());
    const session = await own.session(callsBash);
    await idle(session.id);
    const queue = own.worker.beta.environments.work;
    const { item, at } = await take(own);
    await queue.ack(item.id, at);
    await queue.heartbeat(item.id, { ...at, expected_last_heartbeat: 'NO_HEARTBEAT' });
    await client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }] });
    expect(await queue.poll(own.environment)).toBeNull();
    await queue.stop(item.id, { ...at, force: true });
    expect(await queue.poll(own.environment)).toBeNull();
    await client.beta.sessions.events.send(session.id, { events: [{ type: 'user.interrupt' }] });
    const again = await take(own);
    expect(again.item.id).not.toBe(item.id);
    expect(again.item.data.id).toBe(session.id);
    await vi.waitFor(() => client.beta.sessions.delete(session.id), 5_000);
    expect(await work().retrieve(again.item.id, at)).toMatchObject({ state: 'stopped' });
    expect(await work().stats(own.environment)).toMatchObject({ depth: 0, pending: 0 });
  });
});
