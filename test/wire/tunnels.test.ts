import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { expect, onTestFinished, test } from 'vitest';
import type { TunnelBody } from '../../src/core/api/tunnels/body.ts';
import type { Ports } from '../../src/core/ports/ports.ts';
import type { Store } from '../../src/core/ports/store.ts';
import { embedCore } from '../../src/embed.ts';
import { API_KEY, onBothArms } from './arms.ts';
import { CA_PEM as PEM } from './ca-certificate.ts';
import { verifies } from './verifies.ts';

const { BadRequestError, NotFoundError } = Anthropic;

const FINGERPRINT = '6d8bd2910b4fdf7fa45d73313835e4c674ed8c42ddb54a1b5d5754cc8ad90426';
const ENDS = '2126-10-28T08:50:28.000Z';

onBothArms('tunnels', (wire) => {
  test('a tunnel has a domain of its own, with or without a name', async () => {
    verifies('tunnels.create', 'tunnels.retrieve', 'tunnels.list', 'tunnels.archive');
    const { tunnels } = wire().client.beta;
    const bare = await tunnels.create({});
    expect(bare).toEqual({
      id: expect.stringMatching(/^tnl_/),
      type: 'tunnel',
      display_name: null,
      domain: expect.stringMatching(/^[0-9a-f]{20}\.tunnel\.invalid$/),
      created_at: expect.any(String),
      archived_at: null,
    });
    const named = await tunnels.create({ display_name: 'lab' });
    expect(named.domain).not.toBe(bare.domain);
    expect(await tunnels.retrieve(named.id)).toEqual(named);
    await expect(tunnels.create({ display_name: '' })).rejects.toThrow(BadRequestError);
    await expect(tunnels.retrieve('tnl_none')).rejects.toThrow(NotFoundError);
    const archived = await tunnels.archive(bare.id);
    expect(archived.archived_at).toEqual(expect.any(String));
    expect(await tunnels.archive(bare.id)).toEqual(archived);
    const ids = async (include_archived: boolean) => {
      const found: string[] = [];
      for await (const { id } of tunnels.list({ include_archived, limit: 1 })) found.push(id);
      return found;
    };
    expect(await ids(false)).toEqual([named.id]);
    expect(await ids(true)).toEqual([named.id, bare.id]);
  });

  test('the token is the same until it is rotated, and gone with the tunnel', async () => {
    verifies('tunnels.revealToken', 'tunnels.rotateToken');
    const { tunnels } = wire().client.beta;
    const { id } = await tunnels.create({});
    const first = await tunnels.revealToken(id);
    expect(first).toMatchObject({ type: 'tunnel_token', tunnel_token: expect.stringMatching(/^.{40,}$/) });
    expect(await tunnels.revealToken(id)).toEqual(first);
    const second = await tunnels.rotateToken(id, { reason: 'it was seen' });
    expect(second.id).not.toBe(first.id);
    expect(second.tunnel_token).not.toBe(first.tunnel_token);
    expect(await tunnels.revealToken(id)).toEqual(second);
    expect(JSON.stringify(await tunnels.retrieve(id))).not.toContain(second.tunnel_token);
    await tunnels.archive(id);
    await expect(tunnels.revealToken(id)).rejects.toThrow(BadRequestError);
    await expect(tunnels.rotateToken(id, {})).rejects.toThrow(BadRequestError);
  });

  test('a tunnel trusts up to two certificates, each read for what it says', async () => {
    verifies('tunnels.certificates.create', 'tunnels.certificates.retrieve', 'tunnels.certificates.list');
    const { tunnels } = wire().client.beta;
    const { certificates } = tunnels;
    const { id: tunnel_id } = await tunnels.create({});
    const made = await certificates.create(tunnel_id, { ca_certificate_pem: `subject=CA\n${PEM}` });
    expect(made).toEqual({
      id: expect.stringMatching(/^tcrt_/),
      type: 'tunnel_certificate',
      tunnel_id,
      fingerprint: FINGERPRINT,
      expires_at: ENDS,
      created_at: expect.any(String),
      archived_at: null,
    });
    expect(await certificates.retrieve(made.id, { tunnel_id })).toEqual(made);
    const other = await tunnels.create({});
    await expect(certificates.retrieve(made.id, { tunnel_id: other.id })).rejects.toThrow(NotFoundError);
    const key = '-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n';
    const broken = PEM.replace(/[A-Za-z]{9}/, 'AAAAAAAAA');
    for (const ca_certificate_pem of [PEM + PEM, PEM + key, key, broken, 'text', PEM.padEnd(8193)]) {
      await expect(certificates.create(tunnel_id, { ca_certificate_pem })).rejects.toThrow(BadRequestError);
    }
    const second = await certificates.create(tunnel_id, { ca_certificate_pem: PEM });
    await expect(certificates.create(tunnel_id, { ca_certificate_pem: PEM })).rejects.toThrow(BadRequestError);
    const page = await certificates.list(tunnel_id, { limit: 1 });
    expect(page.data).toEqual([second]);
    expect((await page.getNextPage()).data).toEqual([made]);
  });

  test('an archived certificate makes room; archiving the tunnel archives the others', async () => {
    verifies('tunnels.certificates.archive', 'tunnels.archive');
    const { tunnels } = wire().client.beta;
    const { certificates } = tunnels;
    const { id: tunnel_id } = await tunnels.create({});
    const first = await certificates.create(tunnel_id, { ca_certificate_pem: PEM });
    await certificates.create(tunnel_id, { ca_certificate_pem: PEM });
    const archived = await certificates.archive(first.id, { tunnel_id });
    expect(archived).toEqual({ ...first, archived_at: expect.any(String) });
    expect(await certificates.archive(first.id, { tunnel_id })).toEqual(archived);
    const third = await certificates.create(tunnel_id, { ca_certificate_pem: PEM });
    await tunnels.archive(tunnel_id);
    expect((await certificates.list(tunnel_id)).data).toEqual([]);
    expect((await certificates.list(tunnel_id, { include_archived: true })).data).toHaveLength(3);
    expect((await certificates.retrieve(third.id, { tunnel_id })).archived_at).toEqual(expect.any(String));
    await expect(certificates.create(tunnel_id, { ca_certificate_pem: PEM })).rejects.toThrow(BadRequestError);
  });
});

test('an archived tunnel has no token any more, not even a sealed one', async () => {
  verifies('tunnels.archive');
  const dataDir = await mkdtemp(join(tmpdir(), 'tunnels-'));
  const stores: Store[] = [];
  const wrap = (ports: Ports): Ports => {
    stores.push(ports.store);
    return ports;
  };
  const core = await embedCore({ dataDir, apiKey: API_KEY, wrap });
  onTestFinished(async () => {
    await core.close();
    await rm(dataDir, { recursive: true, force: true });
  });
  const kept = async (id: string) => (await stores[0]?.get<TunnelBody>('tunnel', id))?.body.hidden.token;
  const { id } = await core.client.beta.tunnels.create({});
  expect(await kept(id)).toMatchObject({ sealed: expect.any(String) });
  await core.client.beta.tunnels.archive(id);
  expect(await kept(id)).toBeNull();
});
