import { request } from 'node:http';
import Anthropic, { toFile } from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import { unzip } from '../../src/lib/zip.ts';
import { API_KEY, onBothArms } from './arms.ts';
import { verifies } from './verifies.ts';

const { ConflictError, NotFoundError } = Anthropic;

onBothArms('agents', (wire) => {
  test('defaults are filled in, and the rest is given back as sent', async () => {
    verifies('agents.create', 'agents.retrieve');
    const { client } = wire();
    const agent = await client.beta.agents.create({ name: 'plain', model: 'scripted' });
    expect(agent).toMatchObject({
      type: 'agent',
      version: 1,
      description: null,
      system: null,
      model: { id: 'scripted', effort: { type: 'high' }, speed: 'standard' },
      tools: [],
      mcp_servers: [],
      skills: [],
      multiagent: null,
      metadata: {},
      execution_identity: { type: 'service_account' },
      archived_at: null,
    });
    expect(await client.beta.agents.retrieve(agent.id)).toEqual(agent);
  });

  test('a change makes a version, no change makes none, and every version stays', async () => {
    verifies('agents.update', 'agents.retrieve', 'agents.versions.list');
    const { client } = wire();
    const one = await client.beta.agents.create({ name: 'v', model: 'scripted', system: 'first' });
    const two = await client.beta.agents.update(one.id, { system: 'second', version: 1 });
    expect(two.version).toBe(2);
    const same = await client.beta.agents.update(one.id, { system: 'second' });
    expect(same).toEqual(two);
    expect((await client.beta.agents.retrieve(one.id, { version: 1 })).system).toBe('first');
    const versions = await client.beta.agents.versions.list(one.id);
    expect(versions.data.map((agent) => agent.version)).toEqual([2, 1]);
    await expect(client.beta.agents.retrieve(one.id, { version: 9 })).rejects.toThrow(NotFoundError);
    await expect(client.beta.agents.retrieve(one.id, { version: 0 })).rejects.toThrow('version');
  });

  test('a version that is not the current one is a conflict, answered once and not retried', async () => {
    verifies('agents.update', 'wire.errors');
    const { client, url } = wire();
    const agent = await client.beta.agents.create({ name: 'lock', model: 'scripted' });
    await client.beta.agents.update(agent.id, { name: 'lock 2' });
    const began = Date.now();
    await expect(client.beta.agents.update(agent.id, { name: 'lock 2', version: 1 })).rejects.toThrow(ConflictError);
    expect(Date.now() - began).toBeLessThan(400);
    const plain = await fetch(`${url}/v1/agents/${agent.id}`, {
      method: 'POST',
      headers: { 'x-api-key': 'test-key' },
      body: JSON.stringify({ version: 1 }),
    });
    expect(plain.headers.get('x-should-retry')).toBe('false');
  });

  test('an archived agent is kept, cannot be changed, and starts no session', async () => {
    verifies('agents.archive', 'agents.list');
    const { client } = wire();
    const agent = await client.beta.agents.create({ name: 'old', model: 'scripted' });
    const environment = await client.beta.environments.create({ name: 'for the old one' });
    const archived = await client.beta.agents.archive(agent.id);
    expect(archived.archived_at).toEqual(expect.any(String));
    expect(await client.beta.agents.archive(agent.id)).toEqual(archived);
    await expect(client.beta.agents.update(agent.id, { name: 'new' })).rejects.toThrow('archived');
    await expect(client.beta.sessions.create({ agent: agent.id, environment_id: environment.id })).rejects.toThrow(
      'archived',
    );
    const ids = async (include_archived: boolean) =>
      (await client.beta.agents.list({ limit: 100, include_archived })).data.map((one) => one.id);
    expect(await ids(false)).not.toContain(agent.id);
    expect(await ids(true)).toContain(agent.id);
  });

  test('paging by itself yields every agent once, newest first, while more are made', async () => {
    verifies('agents.list');
    const { client } = wire();
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.push((await client.beta.agents.create({ name: `p${i}`, model: 'm' })).id);
    const seen: string[] = [];
    for await (const agent of client.beta.agents.list({ limit: 2 })) {
      seen.push(agent.id);
      if (seen.length === 3) await client.beta.agents.create({ name: 'meanwhile', model: 'm' });
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 7)).toEqual(made.reverse());
    const { created_at } = await client.beta.agents.retrieve(made[0] ?? '');
    const since = await client.beta.agents.list({ limit: 100, 'created_at[gte]': created_at });
    expect(since.data.map((agent) => agent.id)).toContain(made[0]);
    expect((await client.beta.agents.list({ 'created_at[lte]': '2020-01-01T00:00:00Z' })).data).toEqual([]);
  });
});

onBothArms('environments', (wire) => {
  test('the standard is a cloud with an open network and no packages', async () => {
    verifies('environments.create', 'environments.retrieve');
    const { client } = wire();
    const environment = await client.beta.environments.create({ name: 'standard' });
    expect(environment.config).toEqual({
      type: 'cloud',
      networking: { type: 'unrestricted' },
      packages: { type: 'packages', apt: [], cargo: [], gem: [], go: [], npm: [], pip: [] },
    });
    expect(await client.beta.environments.retrieve(environment.id)).toEqual(environment);
  });

  test('an update merges the configuration and refuses another type', async () => {
    verifies('environments.update');
    const { client } = wire();
    const networking = { type: 'limited' as const, allowed_hosts: ['example.com'], allow_package_managers: true };
    const environment = await client.beta.environments.create({
      name: 'limited',
      metadata: { a: '1', b: '2' },
      config: { type: 'cloud', networking, packages: { pip: ['pandas'] } },
    });
    const updated = await client.beta.environments.update(environment.id, {
      metadata: { a: '' },
      config: { type: 'cloud', networking: { type: 'limited', allow_mcp_servers: true } },
    });
    expect(updated.metadata).toEqual({ b: '2' });
    expect(updated.config).toMatchObject({
      networking: { ...networking, allow_mcp_servers: true },
      packages: { pip: ['pandas'] },
    });
    await expect(
      client.beta.environments.update(environment.id, { config: { type: 'self_hosted' } }),
    ).rejects.toMatchObject({ errorCode: 'invalid_config_type_change' });
    await expect(
      client.beta.environments.update(environment.id, {
        config: { type: 'cloud', networking: { type: 'limited', allow_package_managers: false } },
      }),
    ).rejects.toThrow('allow_package_managers');
  });

  test('a name is taken until its environment is archived, and bad metadata says what is wrong', async () => {
    verifies('environments.create', 'environments.archive');
    const { client } = wire();
    const first = await client.beta.environments.create({ name: 'same' });
    await expect(client.beta.environments.create({ name: 'same' })).rejects.toThrow(ConflictError);
    await client.beta.environments.archive(first.id);
    await client.beta.environments.create({ name: 'same' });
    await expect(client.beta.environments.update(first.id, { name: 'x' })).rejects.toMatchObject({
      errorCode: 'environment_archived',
    });
    await expect(
      client.beta.environments.create({ name: 'm', metadata: { ['k'.repeat(65)]: 'v' } }),
    ).rejects.toMatchObject({ errorCode: 'invalid_metadata' });
    await expect(client.beta.environments.create({ name: 'scope', scope: 'account' })).rejects.toThrow('scope');
  });

  test('the list is paged, takes up to a thousand, and hides what is archived until asked', async () => {
    verifies('environments.list', 'environments.archive');
    const { client } = wire();
    const made = [];
    for (let i = 0; i < 3; i++) made.push((await client.beta.environments.create({ name: `listed ${i}` })).id);
    await client.beta.environments.archive(made[1] ?? '');
    const seen: string[] = [];
    for await (const one of client.beta.environments.list({ limit: 1 })) seen.push(one.id);
    expect(seen.slice(0, 2)).toEqual([made[2], made[0]]);
    const all = await client.beta.environments.list({ limit: 1000, include_archived: true });
    expect(all.data.slice(0, 3).map((one) => one.id)).toEqual([...made].reverse());
  });

  test('one in use cannot be deleted; after its sessions are archived it can', async () => {
    verifies('environments.delete');
    const { client } = wire();
    const session = await wire().session([]);
    await expect(client.beta.environments.delete(session.environment_id)).rejects.toThrow(ConflictError);
    await client.beta.sessions.archive(session.id);
    expect(await client.beta.environments.delete(session.environment_id)).toEqual({
      id: session.environment_id,
      type: 'environment_deleted',
    });
    await expect(client.beta.environments.retrieve(session.environment_id)).rejects.toThrow(NotFoundError);
  });
});

onBothArms('files and skills', (wire) => {
  test('a file comes back byte for byte, with its base name and type', async () => {
    verifies('files.upload', 'files.retrieveMetadata', 'files.download', 'files.list', 'files.delete');
    const { client } = wire();
    const bytes = Buffer.alloc(40_000_000, 'abcdefg');
    const file = await client.beta.files.upload({
      file: await toFile(bytes, '../../etc/data.csv'),
      expires_in_seconds: 3600,
    });
    expect(file).toMatchObject({ type: 'file', filename: 'data.csv', mime_type: 'text/csv', size_bytes: bytes.length });
    expect(Date.parse(file.expires_at ?? '') - Date.parse(file.created_at)).toBe(3_600_000);
    expect(await client.beta.files.retrieveMetadata(file.id)).toEqual(file);
    const reply = await client.beta.files.download(file.id);
    expect(Buffer.from(await reply.arrayBuffer()).equals(bytes)).toBe(true);
    const empty = await client.beta.files.upload({ file: await toFile(Buffer.alloc(0), 'empty.txt') });
    expect(empty.size_bytes).toBe(0);
    const listed = await client.beta.files.list({ ids: [empty.id, 'file_none', file.id] });
    expect(listed.data.map((one) => one.id)).toEqual([empty.id, file.id]);
    expect(await client.beta.files.delete(file.id)).toEqual({ id: file.id, type: 'file_deleted' });
    await expect(client.beta.files.download(file.id)).rejects.toThrow(NotFoundError);
    await expect(client.beta.files.upload({ file: await toFile(bytes, 'x'), expires_in_seconds: 1 })).rejects.toThrow(
      'expires_in_seconds',
    );
  });

  test('an upload that announces more than a file may hold is refused before it is sent', async () => {
    verifies('files.upload');
    const answer = await new Promise<{ status: number | undefined }>((resolve, reject) => {
      const upload = request(`${wire().url}/v1/files`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${API_KEY}`,
          'content-type': 'multipart/form-data; boundary=b',
          'content-length': 600_000_000,
        },
      });
      upload.on('response', (reply) => {
        resolve({ status: reply.statusCode });
        upload.destroy();
      });
      upload.on('error', reject);
      upload.write('--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx');
    });
    expect(answer).toEqual({ status: 413 });
  });

  test('some files can be asked for by id, on one page and without those that are not there', async () => {
    verifies('files.list');
    const { client } = wire();
    const made = [];
    for (const name of ['a', 'b', 'c'])
      made.push(await client.beta.files.upload({ file: await toFile(Buffer.from(name), name) }));
    const ids = made.map((file) => file.id);
    const some = await client.beta.files.list({ ids: [ids[2] ?? '', 'file_none', ids[0] ?? ''] });
    expect(some.data).toEqual([made[2], made[0]]);
    expect(some.next_page).toBeNull();
    const page = (await client.beta.files.list({ limit: 1 })).next_page ?? '';
    expect(page).not.toBe('');
    await expect(client.beta.files.list({ ids, page })).rejects.toThrow('ids');
    await expect(client.beta.files.list({ ids, limit: 3 })).rejects.toThrow('ids');
    await expect(client.beta.files.list({ ids: Array.from({ length: 101 }, () => 'file_x') })).rejects.toThrow('ids');
    expect((await client.beta.files.list({ scope_id: 'sesn_none' })).data).toEqual([]);
  });

  test('the same bytes uploaded twice outlive the deletion of one of them', async () => {
    verifies('files.delete');
    const { client } = wire();
    const one = await client.beta.files.upload({ file: await toFile(Buffer.from('shared'), 'a.txt') });
    const two = await client.beta.files.upload({ file: await toFile(Buffer.from('shared'), 'b.txt') });
    await client.beta.files.delete(one.id);
    expect(await (await client.beta.files.download(two.id)).text()).toBe('shared');
  });

  test('skills of the server itself are listed behind those that were uploaded, and nobody changes them', async () => {
    verifies('wire.ownSkills', 'skills.list', 'skills.versions.list', 'skills.versions.download');
    const { client } = wire();
    const own = (await client.skills.list({ source: 'anthropic' })).data;
    expect(own.map(({ id, source }) => [id, source.type])).toEqual(
      ['docx', 'pdf', 'pptx', 'xlsx'].map((name) => [name, 'anthropic']),
    );
    const uploaded: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const main = new File([`---\nname: listed-${name}\ndescription: d\n---\n`], 'SKILL.md');
      uploaded.unshift((await client.skills.create({ files: [main] })).id);
    }
    for (const limit of [1, 2, 3, 100]) {
      const listed: string[] = [];
      for await (const { id } of client.skills.list({ limit })) listed.push(id);
      expect(listed.slice(0, 3)).toEqual(uploaded);
      expect(listed.slice(-4)).toEqual(own.map(({ id }) => id));
      expect(new Set(listed).size).toBe(listed.length);
    }
    expect(await client.skills.retrieve('pdf')).toEqual(own[1]);
    const [version] = (await client.skills.versions.list('pdf')).data;
    expect(version).toMatchObject({
      id: own[1]?.latest_version_id,
      type: 'skill_version',
      skill_id: 'pdf',
      name: 'pdf',
    });
    for (const named of ['latest', '20251013', version?.id ?? '']) {
      expect(await client.skills.versions.retrieve(named, { skill_id: 'pdf' })).toEqual(version);
    }
    await expect(client.skills.versions.retrieve('skver_1', { skill_id: 'pdf' })).rejects.toThrow(NotFoundError);
    const archive = await client.beta.skills.versions.download('latest', { skill_id: 'pdf' });
    const files = unzip(Buffer.from(await archive.arrayBuffer()), 1_000_000);
    expect(files.map(({ path }) => path)).toContain('pdf/SKILL.md');
    const changed = [new File(['---\nname: pdf\ndescription: d\n---\n'], 'SKILL.md')];
    await expect(client.skills.delete('pdf')).rejects.toThrow('comes with the server');
    await expect(client.skills.versions.create('pdf', { files: changed })).rejects.toThrow('comes with the server');
    await expect(client.skills.versions.delete('latest', { skill_id: 'pdf' })).rejects.toThrow('comes with the server');
    for (const id of uploaded) await client.skills.delete(id);
  });

  test('skills have versions; the latest moves, the last one stays', async () => {
    verifies(
      'skills.create',
      'skills.retrieve',
      'skills.list',
      'skills.delete',
      'skills.versions.create',
      'skills.versions.retrieve',
      'skills.versions.list',
      'skills.versions.delete',
      'skills.versions.download',
    );
    const { client } = wire();
    const text = (body: string) => `---\nname: how-to\ndescription: How to do it.\n---\n${body}\n`;
    const skill = await client.skills.create({
      files: [new File([text('one')], 'how-to/SKILL.md'), new File(['echo hi'], 'how-to/scripts/run.sh')],
      display_name: 'How to',
    });
    expect(skill).toMatchObject({ type: 'skill', display_name: 'How to', source: { type: 'custom' } });
    expect((await client.skills.list({ source: 'custom' })).data).toEqual([skill]);
    const second = await client.skills.versions.create(skill.id, { files: [new File([text('two')], 'x/SKILL.md')] });
    expect((await client.skills.retrieve(skill.id)).latest_version_id).toBe(second.id);
    expect(await client.skills.versions.retrieve('latest', { skill_id: skill.id })).toEqual(second);
    const versions = await client.skills.versions.list(skill.id);
    expect(versions.data.map((version) => version.id)).toEqual([second.id, skill.latest_version_id]);
    const archive = await client.beta.skills.versions.download(skill.latest_version_id, { skill_id: skill.id });
    const bytes = Buffer.from(await archive.arrayBuffer());
    expect(bytes.includes('how-to/scripts/run.sh')).toBe(true);
    const again = await client.skills.versions.create(skill.id, { files: [new File([bytes], 'how-to.zip')] });
    expect(again.description).toBe('How to do it.');
    await client.skills.versions.delete(again.id, { skill_id: skill.id });
    await client.skills.versions.delete(second.id, { skill_id: skill.id });
    expect((await client.skills.retrieve(skill.id)).latest_version_id).toBe(skill.latest_version_id);
    await expect(client.skills.versions.delete(skill.latest_version_id, { skill_id: skill.id })).rejects.toThrow(
      'last',
    );
    const other = new File(['---\nname: other\ndescription: x\n---\n'], 'SKILL.md');
    await expect(client.skills.versions.create(skill.id, { files: [other] })).rejects.toThrow('how-to');
    expect(await client.skills.delete(skill.id)).toEqual({ id: skill.id, type: 'skill_deleted' });
    await expect(client.skills.retrieve(skill.id)).rejects.toThrow(NotFoundError);
  });
});
