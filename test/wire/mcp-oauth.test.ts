/** Access tokens end while sessions run: one of all who need a new one fetches it, and nobody sees it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ModelRequest } from '../../src/core/ports/model.ts';
import { startMcpServer, type TestMcpServer } from '../kit/mcp-server.ts';
import { history, onAllArms, onBothArms, runUntilIdle, type Session, says } from './arms.ts';
import { type FakeOAuth, fakeOAuth } from './fake-oauth.ts';
import { verifies } from './verifies.ts';
import { webhookReceiver } from './webhook-receiver.ts';

const SECRETS = /access-token|refresh-token|client-secret/;
const count = { blocks: [{ tool: 'mcp__shop__stock_count', input: { item: 'socks' } }] };
const end = { blocks: [{ text: 'done' }] };

let oauth: FakeOAuth;
let shop: TestMcpServer;
beforeAll(async () => {
  oauth = await fakeOAuth();
  shop = await startMcpServer('first-access-token');
});
afterAll(async () => {
  await oauth.close();
  await shop.close();
});
beforeEach(() => {
  Object.assign(oauth, { grant: null, forms: [] });
  shop.accept('first-access-token');
  shop.authorizations.length = 0;
});

/** Grants one token after the other, each of which opens the shop instead of the one before. */
function granting(afterMs = 0): void {
  oauth.grant = async () => {
    const n = oauth.forms.length;
    await sleep(afterMs);
    shop.accept(`access-token-${n}`);
    return {
      status: 200,
      body: JSON.stringify({
        access_token: `access-token-${n}`,
        refresh_token: `refresh-token-${n}`,
        expires_in: 3600,
      }),
    };
  };
}

onBothArms('tokens of MCP servers', (wire) => {
  async function vaultWith(more: { expires_at?: string; refreshable?: boolean } = {}) {
    const { vaults } = wire().client.beta;
    const vault = await vaults.create({ display_name: 'keys' });
    const credential = await vaults.credentials.create(vault.id, {
      auth: {
        type: 'mcp_oauth',
        mcp_server_url: shop.url,
        access_token: 'first-access-token',
        ...(more.expires_at === undefined ? {} : { expires_at: more.expires_at }),
        ...(more.refreshable === false
          ? {}
          : {
              refresh: {
                client_id: 'client',
                refresh_token: 'first-refresh-token',
                token_endpoint: oauth.tokens,
                token_endpoint_auth: { type: 'client_secret_post' as const, client_secret: 'client-secret' },
              },
            }),
      },
    });
    return { vault: vault.id, credential: () => vaults.credentials.retrieve(credential.id, { vault_id: vault.id }) };
  }
  const shopper = (vault: string, script: Parameters<ReturnType<typeof wire>['session']>[0] = [count, end]) =>
    wire().session(
      script,
      {
        mcp_servers: [{ type: 'url', name: 'shop', url: shop.url }],
        tools: [
          {
            type: 'mcp_toolset',
            mcp_server_name: 'shop',
            default_config: { permission_policy: { type: 'always_allow' } },
          },
        ],
      },
      { vault_ids: [vault] },
    );
  const errorsOf = async (session: Session) =>
    (await history(wire().client, session.id)).flatMap((event) =>
      event.type === 'session.error' ? [event.error] : [],
    );
  async function counted(session: Session): Promise<void> {
    const { all } = await runUntilIdle(wire().client, session.id, [says('count')]);
    expect(all.find((event) => event.type === 'agent.mcp_tool_result')).toMatchObject({ is_error: false });
    expect(await errorsOf(session)).toEqual([]);
    expect(JSON.stringify(await history(wire().client, session.id))).not.toMatch(SECRETS);
  }

  test('a token that the server no longer takes is renewed once, kept, and used by the next session at once', async () => {
    verifies('vaults.credentials.create', 'sessions.events.send');
    const { vault, credential } = await vaultWith();
    shop.accept('something else');
    granting();
    await counted(await shopper(vault));
    expect(oauth.forms.map(({ form }) => form.get('refresh_token'))).toEqual(['first-refresh-token']);
    expect((await credential()).auth).toMatchObject({ expires_at: expect.any(String) });
    shop.authorizations.length = 0;
    await counted(await shopper(vault));
    expect(new Set(shop.authorizations)).toEqual(new Set(['Bearer access-token-1']));
    expect(oauth.forms).toHaveLength(1);
  });

  test('a token that is over is renewed before the server is asked', async () => {
    verifies('vaults.credentials.create', 'sessions.events.send');
    const { vault } = await vaultWith({ expires_at: new Date(Date.now() + 5_000).toISOString() });
    granting();
    await counted(await shopper(vault));
    expect(oauth.forms).toHaveLength(1);
    expect(new Set(shop.authorizations)).toEqual(new Set(['Bearer access-token-1']));
  });

  test('a token that ends in the middle of a turn costs neither the call nor the turn', async () => {
    verifies('sessions.events.send');
    const { vault } = await vaultWith();
    granting();
    const ending = (request: ModelRequest) => {
      if (request.messages.length > 1) return end;
      shop.accept('something else');
      return count;
    };
    const before = shop.ran.length;
    await counted(await shopper(vault, ending));
    expect(shop.ran.length - before).toBe(1);
    expect(oauth.forms).toHaveLength(1);
  });

  test('a refusal is told as such, once to the webhook and not again for a while, and the session goes on', async () => {
    verifies('sessions.events.list', 'vaults.credentials.create');
    const receiver = await webhookReceiver();
    const { client } = wire();
    const endpoint = await client.post<{ id: string }>('/v1/admin/webhook_endpoints', {
      body: { url: receiver.url, event_types: ['vault_credential.refresh_failed'] },
    });
    await wire().endpointsKnown();
    shop.accept('something else');
    oauth.grant = (form) => ({ status: 400, body: `{"error":"invalid_grant","sent":"${form}"}` });
    const { vault, credential } = await vaultWith();
    for (const _ of ['first', 'second']) {
      const session = await shopper(vault, [end]);
      const { last } = await runUntilIdle(client, session.id, [says('count')]);
      expect(last.stop_reason).toEqual({ type: 'end_turn' });
      const errors = await errorsOf(session);
      expect(errors).toMatchObject([
        {
          type: 'mcp_authentication_failed_error',
          mcp_server_name: 'shop',
          message: expect.stringContaining('refused'),
          retry_status: { type: 'retrying' },
        },
      ]);
      expect(JSON.stringify(await history(client, session.id))).not.toMatch(SECRETS);
    }
    expect(oauth.forms).toHaveLength(1);
    const [told] = await receiver.until(1);
    expect(JSON.parse(told?.body ?? '').data).toMatchObject({
      type: 'vault_credential.refresh_failed',
      id: (await credential()).id,
      vault_id: vault,
    });
    expect(receiver.received).toHaveLength(1);
    await client.delete(`/v1/admin/webhook_endpoints/${endpoint.id}`);
    await receiver.close();
  });

  test('without a refresh token the server has the last word', async () => {
    verifies('vaults.credentials.create');
    shop.accept('something else');
    const { vault } = await vaultWith({ refreshable: false });
    const session = await shopper(vault, [end]);
    await runUntilIdle(wire().client, session.id, [says('count')]);
    expect(await errorsOf(session)).toMatchObject([
      { type: 'mcp_authentication_failed_error', message: expect.stringContaining('(401)') },
    ]);
    expect(oauth.forms).toHaveLength(0);
  });
});

onAllArms('one token, many sessions', (wire) => {
  test('of sessions that all need a new token at once, one fetches it and the others use it', async () => {
    verifies('sessions.events.send');
    const { client } = wire();
    const vault = await client.beta.vaults.create({ display_name: 'keys' });
    await client.beta.vaults.credentials.create(vault.id, {
      auth: {
        type: 'mcp_oauth',
        mcp_server_url: shop.url,
        access_token: 'first-access-token',
        refresh: {
          client_id: 'client',
          refresh_token: 'first-refresh-token',
          token_endpoint: oauth.tokens,
          token_endpoint_auth: { type: 'none' },
        },
      },
    });
    shop.accept('something else');
    granting(400);
    const agent = {
      mcp_servers: [{ type: 'url' as const, name: 'shop', url: shop.url }],
      tools: [
        {
          type: 'mcp_toolset' as const,
          mcp_server_name: 'shop',
          default_config: { permission_policy: { type: 'always_allow' as const } },
        },
      ],
    };
    const sessions: Session[] = [];
    for (const _ of [1, 2, 3, 4]) {
      sessions.push(await wire().session([count, end], agent, { vault_ids: [vault.id] }));
    }
    const turns = await Promise.all(sessions.map(({ id }) => runUntilIdle(client, id, [says('count')])));
    for (const { all } of turns) {
      expect(all.find((event) => event.type === 'agent.mcp_tool_result')).toMatchObject({ is_error: false });
    }
    expect(oauth.forms).toHaveLength(1);
  });
});
