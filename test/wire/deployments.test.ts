import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { expect, test, vi } from 'vitest';
import { scriptedModel } from '../../src/core/adapters/scripted/index.ts';
import { jitterOf } from '../../src/core/api/deployments/schedule.ts';
import { embedCore } from '../../src/embed.ts';
import { textInFolder } from '../kit/text-in-folder.ts';
import { API_KEY, history, onBothArms, says } from './arms.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, NotFoundError } = Anthropic;

type Params = Anthropic.Beta.Deployments.DeploymentCreateParams;
const nightly = { type: 'cron' as const, expression: '0 3 * * *', timezone: 'Europe/Berlin' };

onBothArms('deployments', (wire) => {
  const beta = () => wire().client.beta;
  /** What a deployment needs, and a model that answers. */
  async function ground(): Promise<Params> {
    const { agent, environment_id } = await wire().session([]);
    const made = await beta().agents.update(agent.id, { model: wire().model([{ blocks: [{ text: 'done' }] }]) });
    return { name: 'nightly', agent: made.id, environment_id, initial_events: [says('look around')] };
  }

  test('an agent is pinned, a schedule tells its next times, and defaults are filled in', async () => {
    verifies('deployments.create', 'deployments.retrieve');
    const params = await ground();
    const bare = await beta().deployments.create(params);
    expect(bare).toEqual({
      id: expect.stringMatching(/^depl_/),
      type: 'deployment',
      name: 'nightly',
      description: null,
      agent: { id: params.agent, type: 'agent', version: 2 },
      environment_id: params.environment_id,
      initial_events: [says('look around')],
      metadata: {},
      resources: [],
      vault_ids: [],
      schedule: null,
      budget: null,
      status: 'active',
      paused_reason: null,
      created_at: expect.any(String),
      updated_at: bare.created_at,
      archived_at: null,
    });
    const old = { type: 'agent' as const, id: String(params.agent), version: 1 };
    const file = await beta().files.upload({ file: await toFile(Buffer.from('x'), 'x') });
    const full = await beta().deployments.create({
      ...params,
      agent: old,
      schedule: nightly,
      resources: [{ type: 'file', file_id: file.id, mount_path: '/x' }],
      initial_events: [
        ...params.initial_events,
        { type: 'system.message', content: [{ type: 'text', text: 'be brief' }] },
      ],
    });
    expect(full).toMatchObject({ agent: old, schedule: { ...nightly, last_run_at: null } });
    expect(full.resources).toEqual([{ type: 'file', file_id: file.id, mount_path: '/x' }]);
    const times = full.schedule?.upcoming_runs_at ?? [];
    expect(times).toHaveLength(5);
    for (const time of times) expect(new Date(time).getUTCMinutes()).toBe(0);
    expect(await beta().deployments.retrieve(full.id)).toEqual(full);
    await expect(beta().deployments.retrieve('depl_none')).rejects.toThrow(NotFoundError);
  });

  const token = 'ghp_aDeploymentsVerySecretToken';

  test('resources of every kind are shown as they were sent, without tokens, and each session gets them', async () => {
    verifies('deployments.create', 'deployments.retrieve', 'deployments.update', 'deployments.run');
    const params = await ground();
    const file = await beta().files.upload({ file: await toFile(Buffer.from('x'), 'x') });
    const store = await beta().memoryStores.create({ name: 'Notes' });
    const repository = { type: 'github_repository' as const, url: 'https://github.invalid/acme/shop' };
    const memory = { type: 'memory_store' as const, memory_store_id: store.id };
    const made = await beta().deployments.create({
      ...params,
      resources: [
        { type: 'file', file_id: file.id },
        { ...repository, authorization_token: token },
        { ...memory, access: 'read_only', instructions: 'Dates first.' },
      ],
    });
    expect(made.resources).toEqual([
      { type: 'file', file_id: file.id },
      repository,
      { ...memory, access: 'read_only', instructions: 'Dates first.' },
    ]);
    const mounted = async () => {
      const run = await beta().deployments.run(made.id);
      return (await beta().sessions.resources.list(run.session_id ?? '')).data;
    };
    const [, shop] = await mounted();
    expect(await mounted()).toMatchObject([
      { type: 'file', mount_path: expect.stringMatching(/^\/mnt\/session\/uploads\/file_/) },
      { type: 'github_repository', url: repository.url, checkout: null, mount_path: '/workspace/shop' },
      { ...memory, access: 'read_only', name: 'Notes', instructions: 'Dates first.', mount_path: '/mnt/memory/notes' },
    ]);
    const resources = [
      memory,
      { ...repository, checkout: { type: 'branch' as const, name: 'next' }, mount_path: '/srv' },
    ];
    const changed = await beta().deployments.update(made.id, { resources });
    expect(changed.resources).toEqual(resources);
    expect(await beta().deployments.update(made.id, { resources })).toEqual(changed);
    expect(await mounted()).toMatchObject([
      { access: 'read_write' },
      { checkout: { name: 'next' }, mount_path: '/srv' },
    ]);
    expect((await beta().deployments.update(made.id, { resources: null })).resources).toEqual([]);
    const everything = JSON.stringify([made, shop, changed, await beta().deployments.retrieve(made.id)]);
    expect(everything).not.toContain(token);
    expect(await textInFolder(wire().dataDir)).not.toContain(token);
  });

  test('resources that no session could have are refused when they are saved, and found missing when they run', async () => {
    verifies('deployments.create', 'deployments.update', 'deployments.run');
    const params = await ground();
    const stores = await Promise.all(
      Array.from({ length: 9 }, (_, i) => beta().memoryStores.create({ name: `store ${i}` })),
    );
    const [one, two] = stores.map(({ id }) => ({ type: 'memory_store' as const, memory_store_id: id }));
    if (one === undefined || two === undefined) throw new Error('no stores');
    const repository = { type: 'github_repository' as const, url: 'https://github.invalid/acme/shop' };
    const made = await beta().deployments.create({ ...params, resources: [one, two] });
    const bad: NonNullable<Params['resources']>[] = [
      [one, one],
      [repository, repository],
      stores.map(({ id }) => ({ ...one, memory_store_id: id })),
      [{ ...repository, url: `https://x:${token}@github.invalid/acme/shop` }],
      [{ ...repository, mount_path: '/mnt/memory/x' }],
      [{ ...one, instructions: 'x'.repeat(4097) }],
    ];
    for (const resources of bad) {
      await expect(beta().deployments.create({ ...params, resources })).rejects.toThrow(BadRequestError);
      await expect(beta().deployments.update(made.id, { resources })).rejects.toThrow(BadRequestError);
    }
    expect((await beta().deployments.retrieve(made.id)).resources).toEqual([one, two]);
    await beta().memoryStores.archive(two.memory_store_id);
    const error = async (id: string) => (await beta().deployments.run(id)).error?.type;
    expect(await error(made.id)).toBe('memory_store_archived_error');
    expect((await beta().deployments.retrieve(made.id)).status).toBe('paused');
    await beta().memoryStores.delete(one.memory_store_id);
    expect(await error(made.id)).toBe('session_resource_not_found_error');
    const own = await beta().environments.create({ name: `own ${made.id}`, config: { type: 'self_hosted' } });
    const away = await beta().deployments.create({ ...params, environment_id: own.id, resources: [repository] });
    expect(await error(away.id)).toBe('self_hosted_resources_unsupported_error');
  });

  test('what names nothing, or says nothing to do, is refused', async () => {
    verifies('deployments.create');
    const params = await ground();
    const bad: Partial<Params>[] = [
      { initial_events: [] },
      { initial_events: [{ type: 'system.message', content: [{ type: 'text', text: 'x' }] }] },
      { initial_events: Array.from({ length: 51 }, () => says('x')) },
      { initial_events: [{ type: 'user.define_outcome', description: 'x', rubric: { type: 'text', content: '' } }] },
      { name: '' },
      { schedule: { ...nightly, expression: '@daily' } },
      { schedule: { ...nightly, timezone: 'Mars/Base' } },
      { vault_ids: ['vlt_none'] },
      { resources: [{ type: 'file', file_id: 'file_none' }] },
      { resources: [{ type: 'memory_store', memory_store_id: 'memstore_none' }] },
      { budget: { type: 'limit', max_list_cost: { amount: '5', currency: 'USD' } } },
    ];
    for (const more of bad) {
      await expect(beta().deployments.create({ ...params, ...more }), JSON.stringify(more)).rejects.toThrow(
        BadRequestError,
      );
    }
    for (const more of [{ agent: 'agent_none' }, { environment_id: 'env_none' }]) {
      await expect(beta().deployments.create({ ...params, ...more })).rejects.toThrow(NotFoundError);
    }
    expect((await beta().deployments.list({ agent_id: String(params.agent) })).data).toEqual([]);
  });

  test('an update replaces, clears and pins anew, and one that changes nothing changes nothing', async () => {
    verifies('deployments.update');
    const params = await ground();
    const vault = await beta().vaults.create({ display_name: 'v' });
    const made = await beta().deployments.create({
      ...params,
      description: 'what for',
      schedule: nightly,
      vault_ids: [vault.id],
      metadata: { a: '1' },
    });
    expect(await beta().deployments.update(made.id, { name: 'nightly' })).toEqual(made);
    await beta().agents.update(String(params.agent), { system: 'new' });
    const pinned = await beta().deployments.update(made.id, { agent: String(params.agent) });
    expect(pinned.agent.version).toBe(made.agent.version + 1);
    const cleared = await beta().deployments.update(made.id, {
      schedule: null,
      vault_ids: null,
      description: null,
      metadata: { a: null, b: '2' },
      initial_events: [says('else')],
    });
    expect(cleared).toMatchObject({ schedule: null, vault_ids: [], description: null, metadata: { b: '2' } });
    expect(cleared.initial_events).toEqual([says('else')]);
    await expect(beta().deployments.update(made.id, { initial_events: [] })).rejects.toThrow(BadRequestError);
    expect(await beta().deployments.retrieve(made.id)).toEqual(cleared);
  });

  test('pausing, going on and archiving; an archived agent takes its deployments along', async () => {
    verifies('deployments.pause', 'deployments.unpause', 'deployments.archive', 'deployments.update', 'agents.archive');
    const params = await ground();
    const made = await beta().deployments.create({ ...params, schedule: nightly });
    const paused = await beta().deployments.pause(made.id);
    expect(paused).toMatchObject({ status: 'paused', paused_reason: { type: 'manual' } });
    expect(paused.schedule?.upcoming_runs_at).toHaveLength(5);
    expect(await beta().deployments.pause(made.id)).toEqual(paused);
    const active = await beta().deployments.unpause(made.id);
    expect(active).toMatchObject({ status: 'active', paused_reason: null });
    expect(await beta().deployments.unpause(made.id)).toEqual(active);
    await beta().deployments.pause(made.id);
    const archived = await beta().deployments.archive(made.id);
    expect(archived).toMatchObject({ status: 'active', paused_reason: null, archived_at: expect.any(String) });
    expect(archived.schedule?.upcoming_runs_at).toEqual([]);
    expect(await beta().deployments.archive(made.id)).toEqual(archived);
    const refused = [
      beta().deployments.update(made.id, { name: 'x' }),
      beta().deployments.pause(made.id),
      beta().deployments.unpause(made.id),
      beta().deployments.run(made.id),
    ];
    await Promise.all(refused.map((attempt) => expect(attempt).rejects.toThrow('archived')));
    const other = await beta().deployments.create(params);
    await beta().agents.archive(String(params.agent));
    expect((await beta().deployments.retrieve(other.id)).archived_at).toEqual(expect.any(String));
    await expect(beta().deployments.create(params)).rejects.toThrow('archived');
  });

  test('deployments are listed newest first, by agent and by status', async () => {
    verifies('deployments.list');
    const params = await ground();
    const made = [];
    for (let i = 0; i < 3; i++) made.push((await beta().deployments.create(params)).id);
    await beta().deployments.pause(made[0] ?? '');
    await beta().deployments.archive(made[2] ?? '');
    const agent_id = String(params.agent);
    const ids = async (query: Anthropic.Beta.Deployments.DeploymentListParams) => {
      const seen: string[] = [];
      for await (const one of beta().deployments.list({ agent_id, limit: 1, ...query })) seen.push(one.id);
      return seen;
    };
    expect(await ids({})).toEqual([made[1], made[0]]);
    expect(await ids({ include_archived: true })).toEqual([...made].reverse());
    expect(await ids({ status: 'paused' })).toEqual([made[0]]);
    expect(await ids({ status: 'active' })).toEqual([made[1]]);
    expect(await ids({ 'created_at[lte]': '2020-01-01T00:00:00Z' })).toEqual([]);
    await expect(ids({ status: 'active', include_archived: true })).rejects.toThrow(BadRequestError);
  });

  test('a run makes a session of the deployment, also while it is paused', async () => {
    verifies('deployments.run', 'deploymentRuns.retrieve', 'deploymentRuns.list');
    const params = await ground();
    const made = await beta().deployments.create(params);
    await beta().deployments.pause(made.id);
    const run = await beta().deployments.run(made.id);
    expect(run).toEqual({
      id: expect.stringMatching(/^drun_/),
      type: 'deployment_run',
      deployment_id: made.id,
      agent: made.agent,
      trigger_context: { type: 'manual' },
      session_id: expect.stringMatching(/^sesn_/),
      error: null,
      created_at: expect.any(String),
    });
    const id = run.session_id ?? '';
    expect((await beta().sessions.retrieve(id)).deployment_id).toBe(made.id);
    expect((await beta().sessions.list({ deployment_id: made.id })).data.map((session) => session.id)).toEqual([id]);
    await vi.waitUntil(async () => (await beta().sessions.retrieve(id)).status === 'idle', { timeout: 5_000 });
    expect((await history(wire().client, id)).map((event) => event.type)).toContain('agent.message');
    expect(await beta().deploymentRuns.retrieve(run.id)).toEqual(run);
    await expect(beta().deploymentRuns.retrieve('drun_none')).rejects.toThrow(NotFoundError);
    expect((await beta().deployments.retrieve(made.id)).status).toBe('paused');
  });

  test('a run that cannot be says why, pauses the deployment, and can be found', async () => {
    verifies('deployments.run', 'deploymentRuns.list');
    const params = await ground();
    const vault = await beta().vaults.create({ display_name: 'v' });
    const made = await beta().deployments.create({ ...params, vault_ids: [vault.id] });
    const good = await beta().deployments.run(made.id);
    await beta().vaults.archive(vault.id);
    const bad = await beta().deployments.run(made.id);
    expect(bad).toMatchObject({ session_id: null, error: { type: 'vault_archived_error' } });
    expect(await beta().deployments.retrieve(made.id)).toMatchObject({
      status: 'paused',
      paused_reason: { type: 'error', error: { type: 'vault_archived_error' } },
    });
    const ids = async (query: Anthropic.Beta.DeploymentRuns.DeploymentRunListParams) => {
      const seen: string[] = [];
      for await (const run of beta().deploymentRuns.list({ limit: 1, ...query })) seen.push(run.id);
      return seen;
    };
    const deployment_id = made.id;
    expect(await ids({ deployment_id })).toEqual([bad.id, good.id]);
    expect(await ids({ deployment_id, has_error: true })).toEqual([bad.id]);
    expect(await ids({ deployment_id, has_error: false })).toEqual([good.id]);
    expect(await ids({ deployment_id, trigger_type: 'schedule' })).toEqual([]);
    expect(await ids({ deployment_id, trigger_type: 'manual' })).toHaveLength(2);
    expect(await ids({ deployment_id: 'depl_none' })).toEqual([]);
    expect(await ids({ deployment_id, 'created_at[lt]': '2020-01-01T00:00:00Z' })).toEqual([]);
    const gone = await beta().environments.create({ name: 'gone' });
    const other = await beta().deployments.create({ ...params, environment_id: gone.id });
    await beta().environments.archive(gone.id);
    expect((await beta().deployments.run(other.id)).error?.type).toBe('environment_archived_error');
    await beta().environments.delete(gone.id);
    expect((await beta().deployments.run(other.id)).error?.type).toBe('environment_not_found_error');
  });
});

test('a schedule fires once for each of its times, and not for those that passed while nobody was there', async () => {
  verifies('deployments.create', 'deployments.pause', 'deployments.unpause', 'deploymentRuns.list');
  const dataDir = await mkdtemp(join(tmpdir(), 'wire-'));
  let ahead = 0;
  const clock = { now: () => Date.now() + ahead };
  const scripted = scriptedModel(() => ({ blocks: [{ text: 'done' }] }));
  const start = () => embedCore({ dataDir, apiKey: API_KEY, clock, models: { scripted } });
  let core = await start();
  const { beta } = core.client;
  const agent = await beta.agents.create({ name: 'a', model: 'scripted' });
  const environment = await beta.environments.create({ name: 'e' });
  const base = { name: 'd', agent: agent.id, environment_id: environment.id, initial_events: [says('go')] };
  const schedule = { type: 'cron' as const, expression: '0 * * * *', timezone: 'UTC' };
  const made = await beta.deployments.create({ ...base, schedule });
  const idle = await beta.deployments.create({ ...base, schedule });
  await beta.deployments.pause(idle.id);
  const runs = async (id: string) => (await core.client.beta.deploymentRuns.list({ deployment_id: id })).data;
  const due = Date.parse(made.schedule?.upcoming_runs_at?.[0] ?? '');
  const HOUR = 3_600_000;

  // Just before the time there is nothing; then it comes, and its jitter is over.
  ahead += due - 5_000 - clock.now();
  expect(await runs(made.id)).toEqual([]);
  ahead += due + jitterOf(made.id, schedule, due) - clock.now();
  await vi.waitUntil(async () => (await runs(made.id)).length > 0, { timeout: 15_000 });
  const [first] = await runs(made.id);
  expect(first).toMatchObject({
    trigger_context: { type: 'schedule', scheduled_at: new Date(due).toISOString() },
    session_id: expect.any(String),
    error: null,
  });
  expect((await beta.deployments.retrieve(made.id)).schedule?.last_run_at).toEqual(expect.any(String));
  expect((await beta.deployments.retrieve(made.id)).schedule?.upcoming_runs_at?.[0]).toBe(
    new Date(due + HOUR).toISOString(),
  );
  await core.close();

  // Away for three hours and a half.
  ahead += due + 3.5 * HOUR - clock.now();
  core = await start();
  const next = async () => (await core.client.beta.deployments.retrieve(made.id)).schedule?.upcoming_runs_at?.[0];
  await vi.waitUntil(async () => (await next()) === new Date(due + 4 * HOUR).toISOString(), { timeout: 5_000 });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(await runs(made.id)).toHaveLength(1);
  expect(await runs(idle.id)).toEqual([]);
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});
