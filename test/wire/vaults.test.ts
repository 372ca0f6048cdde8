import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onBothArms } from './arms.ts';
import { type FakeOAuth, fakeOAuth } from './fake-oauth.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, ConflictError, NotFoundError } = Anthropic;

type Auth = Anthropic.Beta.Vaults.CredentialCreateParams['auth'];
type Credential = Anthropic.Beta.Vaults.BetaManagedAgentsCredential;

const bearer: Auth = { type: 'static_bearer', mcp_server_url: 'https://mcp.example.com/sse', token: 'tok-AAA' };
const variable: Auth = {
  type: 'environment_variable',
  secret_name: 'API_TOKEN',
  secret_value: 'val-BBB',
  networking: { type: 'limited', allowed_hosts: ['api.example.com', '*.example.org', '192.0.2.1'] },
};
const oauth: Auth = {
  type: 'mcp_oauth',
  mcp_server_url: 'https://oauth.example.com/mcp',
  access_token: 'acc-CCC',
  expires_at: '2099-01-01T00:00:00Z',
  refresh: {
    client_id: 'client',
    refresh_token: 'ref-DDD',
    token_endpoint: 'https://oauth.example.com/token',
    token_endpoint_auth: { type: 'client_secret_basic', client_secret: 'cli-EEE' },
    scope: 'read',
  },
};
const SECRET = /tok-AAA|val-BBB|acc-CCC|ref-DDD|cli-EEE|new-FFF/;

onBothArms('vaults', (wire) => {
  test('a vault has a name and metadata, and is changed in part', async () => {
    verifies('vaults.create', 'vaults.retrieve', 'vaults.update');
    const { vaults } = wire().client.beta;
    const vault = await vaults.create({ display_name: 'Production', metadata: { team: 'a', old: '1' } });
    expect(vault).toEqual({
      id: expect.stringMatching(/^vlt_/),
      type: 'vault',
      display_name: 'Production',
      metadata: { team: 'a', old: '1' },
      created_at: expect.any(String),
      updated_at: vault.created_at,
      archived_at: null,
    });
    expect(await vaults.update(vault.id, { metadata: { team: 'a' } })).toEqual(vault);
    const changed = await vaults.update(vault.id, { display_name: 'Prod', metadata: { old: null } });
    expect(changed).toMatchObject({ display_name: 'Prod', metadata: { team: 'a' } });
    expect(await vaults.retrieve(vault.id)).toEqual(changed);
    await expect(vaults.create({ display_name: '' })).rejects.toThrow(BadRequestError);
    await expect(vaults.create({ display_name: 'x'.repeat(256) })).rejects.toThrow(BadRequestError);
    await expect(vaults.retrieve('vlt_none')).rejects.toThrow(NotFoundError);
  });

  test('vaults are listed newest first, without what is archived', async () => {
    verifies('vaults.list', 'vaults.archive');
    const { vaults } = wire().client.beta;
    const made = [];
    for (let i = 0; i < 3; i++) made.push((await vaults.create({ display_name: `v${i}` })).id);
    await vaults.archive(made[1] ?? '');
    const seen: string[] = [];
    for await (const vault of vaults.list({ limit: 1 })) seen.push(vault.id);
    expect(seen.slice(0, 2)).toEqual([made[2], made[0]]);
    const all = await vaults.list({ include_archived: true });
    expect(all.data.slice(0, 3).map((vault) => vault.id)).toEqual([...made].reverse());
  });

  test('an archived vault archives its credentials, cannot be changed, and starts no session', async () => {
    verifies('vaults.archive', 'vaults.update', 'vaults.credentials.archive', 'sessions.create');
    const { client } = wire();
    const { vaults } = client.beta;
    const vault = await vaults.create({ display_name: 'closing' });
    const credential = await vaults.credentials.create(vault.id, { auth: bearer });
    const session = await wire().session([], {}, { vault_ids: [vault.id] });
    expect(session.vault_ids).toEqual([vault.id]);
    const archived = await vaults.archive(vault.id);
    expect(await vaults.archive(vault.id)).toEqual(archived);
    const place = { vault_id: vault.id };
    expect((await vaults.credentials.retrieve(credential.id, place)).archived_at).toEqual(archived.archived_at);
    await expect(vaults.update(vault.id, { display_name: 'x' })).rejects.toThrow('archived');
    await expect(vaults.credentials.create(vault.id, { auth: variable })).rejects.toThrow('archived');
    await expect(vaults.credentials.update(credential.id, { ...place, display_name: 'x' })).rejects.toThrow('archived');
    const base = { agent: session.agent.id, environment_id: session.environment_id };
    for (const vault_ids of [[vault.id], ['vlt_none'], Array.from({ length: 51 }, () => vault.id)]) {
      await expect(client.beta.sessions.create({ ...base, vault_ids })).rejects.toThrow(BadRequestError);
    }
    expect((await client.beta.sessions.retrieve(session.id)).vault_ids).toEqual([vault.id]);
  });

  test('a deleted vault takes its credentials with it', async () => {
    verifies('vaults.delete', 'vaults.credentials.delete');
    const { vaults } = wire().client.beta;
    const vault = await vaults.create({ display_name: 'gone' });
    const place = { vault_id: vault.id };
    const one = await vaults.credentials.create(vault.id, { auth: bearer });
    const two = await vaults.credentials.create(vault.id, { auth: variable });
    const deleted = await vaults.credentials.delete(one.id, place);
    expect(deleted).toEqual({ id: one.id, type: 'vault_credential_deleted' });
    await expect(vaults.credentials.retrieve(one.id, place)).rejects.toThrow(NotFoundError);
    expect(await vaults.delete(vault.id)).toEqual({ id: vault.id, type: 'vault_deleted' });
    await expect(vaults.retrieve(vault.id)).rejects.toThrow(NotFoundError);
    await expect(vaults.credentials.retrieve(two.id, place)).rejects.toThrow(NotFoundError);
  });
});

onBothArms('credentials', (wire) => {
  const vaults = () => wire().client.beta.vaults;
  const newVault = async () => (await vaults().create({ display_name: 'v' })).id;
  const refused = (vault: string, auth: object) =>
    expect(vaults().credentials.create(vault, { auth: auth as Auth })).rejects;

  test('each kind is given back without its secrets', async () => {
    verifies('vaults.credentials.create', 'vaults.credentials.retrieve', 'vaults.credentials.list');
    const vault = await newVault();
    const made: Credential[] = [];
    for (const auth of [bearer, oauth, variable]) made.push(await vaults().credentials.create(vault, { auth }));
    expect(made.map((credential) => credential.auth)).toEqual([
      { type: 'static_bearer', mcp_server_url: bearer.mcp_server_url },
      {
        type: 'mcp_oauth',
        mcp_server_url: oauth.mcp_server_url,
        expires_at: oauth.expires_at,
        refresh: {
          client_id: 'client',
          token_endpoint: 'https://oauth.example.com/token',
          token_endpoint_auth: { type: 'client_secret_basic' },
          resource: null,
          scope: 'read',
        },
      },
      {
        type: 'environment_variable',
        secret_name: 'API_TOKEN',
        networking: variable.networking,
        injection_location: { header: true, body: true },
      },
    ]);
    const [first] = made;
    const id = first?.id ?? '';
    expect(first).toMatchObject({ type: 'vault_credential', vault_id: vault, display_name: null, metadata: {} });
    expect(await vaults().credentials.retrieve(id, { vault_id: vault })).toEqual(first);
    const listed: Credential[] = [];
    for await (const one of vaults().credentials.list(vault, { limit: 2 })) listed.push(one);
    expect(listed).toEqual([...made].reverse());
    expect(JSON.stringify([made, listed])).not.toMatch(SECRET);
    await expect(vaults().credentials.retrieve(id, { vault_id: await newVault() })).rejects.toThrow(NotFoundError);
  });

  test('what cannot be is refused, and the refusal does not tell the secret', async () => {
    verifies('vaults.credentials.create');
    const vault = await newVault();
    const bad: object[] = [
      { ...bearer, token: '' },
      { ...bearer, token: 'tok-AAA\r\nx: y' },
      { ...bearer, token: 'x'.repeat(8193) },
      { ...bearer, mcp_server_url: 'ftp://mcp.example.com' },
      { ...oauth, expires_at: '2020-01-01T00:00:00Z' },
      { ...oauth, refresh: { ...oauth.refresh, token_endpoint_auth: { type: 'client_secret_post' } } },
      { ...variable, secret_name: 'not a name' },
      { ...variable, networking: { type: 'limited', allowed_hosts: ['https://api.example.com'] } },
      {
        ...variable,
        networking: { type: 'limited', allowed_hosts: Array.from({ length: 17 }, (_, i) => `h${i}.com`) },
      },
      { ...variable, injection_location: {} },
      { ...variable, injection_location: null },
      { ...variable, injection_location: { header: null } },
      { type: 'password', password: 'tok-AAA' },
    ];
    for (const auth of bad) {
      const { message } = await vaults()
        .credentials.create(vault, { auth: auth as Auth })
        .then(
          () => new Error('accepted'),
          (error: Error) => error,
        );
      expect(message).toContain('400');
      expect(message).not.toMatch(SECRET);
    }
    expect((await vaults().credentials.list(vault)).data).toEqual([]);
    const only = await vaults().credentials.create(vault, {
      auth: { ...variable, injection_location: { header: true } },
    });
    expect(only.auth).toMatchObject({ injection_location: { header: true, body: false } });
  });

  test('a server or variable has one active credential, and a vault has at most twenty', async () => {
    verifies('vaults.credentials.create', 'vaults.credentials.archive');
    const vault = await newVault();
    const first = await vaults().credentials.create(vault, { auth: bearer });
    await refused(vault, { ...bearer, mcp_server_url: 'HTTPS://MCP.example.com:443/sse/' }).toThrow(ConflictError);
    await refused(vault, { ...oauth, mcp_server_url: bearer.mcp_server_url }).toThrow(ConflictError);
    const place = { vault_id: vault };
    const archived = await vaults().credentials.archive(first.id, place);
    expect(archived).toMatchObject({ archived_at: expect.any(String), auth: first.auth });
    expect(await vaults().credentials.archive(first.id, place)).toEqual(archived);
    await vaults().credentials.create(vault, { auth: bearer });
    expect((await vaults().credentials.list(vault)).data).toHaveLength(1);
    expect((await vaults().credentials.list(vault, { include_archived: true })).data).toHaveLength(2);
    for (let i = 1; i < 20; i++) {
      await vaults().credentials.create(vault, { auth: { ...variable, secret_name: `V${i}` } });
    }
    await refused(vault, { ...variable, secret_name: 'ONE_MORE' }).toThrow(BadRequestError);
  });

  test('secrets rotate, flags merge, and what is fixed stays fixed', async () => {
    verifies('vaults.credentials.update');
    const vault = await newVault();
    const place = { vault_id: vault };
    const { credentials } = vaults();
    const token = await credentials.create(vault, { auth: bearer, display_name: 'one', metadata: { a: '1' } });
    const named = await credentials.update(token.id, { ...place, display_name: 'two', metadata: { a: null, b: '2' } });
    expect(named).toMatchObject({ display_name: 'two', metadata: { b: '2' }, auth: token.auth });
    expect(await credentials.update(token.id, place)).toEqual(named);
    const rotated = await credentials.update(token.id, { ...place, auth: { type: 'static_bearer', token: 'new-FFF' } });
    expect(rotated.auth).toEqual(token.auth);
    expect(JSON.stringify(rotated)).not.toMatch(SECRET);
    const env = await credentials.create(vault, { auth: { ...variable, injection_location: { header: true } } });
    const change = (auth: object) => credentials.update(env.id, { ...place, auth: auth as typeof variable });
    const type = 'environment_variable';
    expect((await change({ type, injection_location: { body: true } })).auth).toMatchObject({
      injection_location: { header: true, body: true },
    });
    expect((await change({ type, networking: { type: 'unrestricted' } })).auth).toMatchObject({
      networking: { type: 'unrestricted' },
    });
    const bad: object[] = [
      { type, injection_location: null },
      { type, injection_location: { header: false, body: false } },
      { type, secret_name: 'OTHER' },
      { type: 'static_bearer', token: 'x' },
    ];
    for (const auth of bad) await expect(change(auth)).rejects.toThrow(BadRequestError);
    const server = await credentials.create(vault, { auth: oauth });
    const open = await credentials.update(server.id, {
      ...place,
      auth: { type: 'mcp_oauth', access_token: 'new-FFF', refresh: { scope: '' } },
    });
    expect(open.auth).toMatchObject({ expires_at: oauth.expires_at, refresh: { scope: null, client_id: 'client' } });
    const fixed: object[] = [
      { mcp_server_url: 'https://else.example.com' },
      { refresh: { client_id: 'x' } },
      { refresh: { token_endpoint: 'https://else.example.com' } },
      { expires_at: '2020-01-01T00:00:00Z' },
    ];
    for (const one of fixed) {
      const auth = { type: 'mcp_oauth' as const, ...one };
      await expect(credentials.update(server.id, { ...place, auth })).rejects.toThrow(BadRequestError);
    }
    const post = { token_endpoint_auth: { type: 'client_secret_post' as const, client_secret: 'new-FFF' } };
    const kept = await credentials.update(server.id, { ...place, auth: { type: 'mcp_oauth', refresh: post } });
    expect(kept.auth).toMatchObject({ refresh: { token_endpoint_auth: { type: 'client_secret_basic' } } });
    const none = { ...oauth.refresh, refresh_token: 'r', token_endpoint_auth: { type: 'none' as const } };
    const bare = await credentials.create(vault, {
      auth: {
        ...oauth,
        mcp_server_url: 'https://bare.example.com',
        refresh: none as NonNullable<typeof oauth.refresh>,
      },
    });
    await expect(credentials.update(bare.id, { ...place, auth: { type: 'mcp_oauth', refresh: post } })).rejects.toThrow(
      'client secret',
    );
  });
});

onBothArms('validation of a credential', (wire) => {
  let fake: FakeOAuth;
  beforeAll(async () => {
    fake = await fakeOAuth();
  });
  afterAll(() => fake.close());

  async function credential(more: Partial<Extract<Auth, { type: 'mcp_oauth' }>> = {}) {
    Object.assign(fake, { accepts: 'first-access-token', broken: null, grant: null, asked: [], forms: [] });
    const { vaults } = wire().client.beta;
    const vault = await vaults.create({ display_name: 'v' });
    const auth: Auth = {
      type: 'mcp_oauth',
      mcp_server_url: fake.mcp,
      access_token: 'first-access-token',
      refresh: {
        client_id: 'client id',
        refresh_token: 'first-refresh-token',
        token_endpoint: fake.tokens,
        token_endpoint_auth: { type: 'client_secret_post', client_secret: 'client-secret' },
      },
      ...more,
    };
    const { id } = await vaults.credentials.create(vault.id, { auth });
    const place = { vault_id: vault.id };
    return {
      validate: () => vaults.credentials.mcpOAuthValidate(id, place),
      retrieve: () => vaults.credentials.retrieve(id, place),
      update: (auth: Anthropic.Beta.Vaults.CredentialUpdateParams['auth']) =>
        vaults.credentials.update(id, { ...place, ...(auth === undefined ? {} : { auth }) }),
      id,
      ...place,
    };
  }

  test('a token that the server takes is valid', async () => {
    verifies('vaults.credentials.mcpOAuthValidate');
    const { validate, id, vault_id } = await credential();
    expect(await validate()).toEqual({
      type: 'vault_credential_validation',
      credential_id: id,
      vault_id,
      validated_at: expect.any(String),
      status: 'valid',
      has_refresh_token: true,
      mcp_probe: null,
      refresh: null,
    });
    expect(fake.asked).toEqual(['initialize', 'tools/list']);
  });

  test('a token that is refused is refreshed once, and what was granted is kept and used from then on', async () => {
    verifies('vaults.credentials.mcpOAuthValidate', 'vaults.credentials.update');
    const { validate, retrieve } = await credential();
    fake.accepts = 'nothing that was given';
    expect(await validate()).toMatchObject({ status: 'valid', refresh: { status: 'succeeded', http_response: null } });
    expect(Object.fromEntries(fake.forms[0]?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'first-refresh-token',
      client_id: 'client id',
      client_secret: 'client-secret',
    });
    expect((await retrieve()).auth).toMatchObject({ expires_at: expect.any(String) });
    expect(await validate()).toMatchObject({ status: 'valid', refresh: null });
    fake.accepts = 'again something else';
    await validate();
    expect(fake.forms[1]?.form.get('refresh_token')).toBe('refresh-token-1');
  });

  test('what is refused for good is invalid, and no secret shows in what the other side said', async () => {
    verifies('vaults.credentials.mcpOAuthValidate');
    const refused = await credential();
    fake.accepts = 'other';
    fake.grant = (form) => ({ status: 400, body: `{"error":"invalid_grant","sent":"${form}"}` });
    const verdict = await refused.validate();
    expect(verdict).toMatchObject({
      status: 'invalid',
      mcp_probe: { method: 'initialize', http_response: { status_code: 401, body: 'no: Bearer [secret]' } },
      refresh: { status: 'failed', http_response: { status_code: 400, content_type: 'application/json' } },
    });
    expect(JSON.stringify(verdict)).not.toMatch(/first-access-token|first-refresh-token|client-secret/);
    const without = await credential({ refresh: null });
    fake.accepts = 'other';
    expect(await without.validate()).toMatchObject({
      status: 'invalid',
      has_refresh_token: false,
      refresh: { status: 'no_refresh_token' },
    });
  });

  test('faults and silence of the other side leave it unknown', async () => {
    verifies('vaults.credentials.mcpOAuthValidate');
    const busy = await credential();
    fake.broken = 503;
    expect(await busy.validate()).toMatchObject({
      status: 'unknown',
      mcp_probe: { method: 'initialize', http_response: { status_code: 503, body: 'out of order' } },
      refresh: null,
    });
    const away = await credential({ mcp_server_url: 'http://127.0.0.1:1/mcp' });
    expect(await away.validate()).toMatchObject({ status: 'unknown', mcp_probe: { http_response: null } });
    const stuck = await credential({
      refresh: {
        client_id: 'c',
        refresh_token: 'r-token',
        token_endpoint: 'http://127.0.0.1:1/token',
        token_endpoint_auth: { type: 'none' },
      },
    });
    fake.accepts = 'other';
    expect(await stuck.validate()).toMatchObject({ status: 'unknown', refresh: { status: 'connect_error' } });
  });

  test('another kind of credential has nothing to validate', async () => {
    verifies('vaults.credentials.mcpOAuthValidate');
    const { vaults } = wire().client.beta;
    const vault = await vaults.create({ display_name: 'v' });
    const { id } = await vaults.credentials.create(vault.id, { auth: variable });
    const place = { vault_id: vault.id };
    await expect(vaults.credentials.mcpOAuthValidate(id, place)).rejects.toThrow(BadRequestError);
    await expect(vaults.credentials.mcpOAuthValidate('vcrd_none', place)).rejects.toThrow(NotFoundError);
  });
});
