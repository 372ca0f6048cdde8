import { randomBytes } from 'node:crypto';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc, shown } from '../core.ts';
import type { TunnelBody } from './body.ts';
import type { TunnelCreate } from './schema.ts';
import { newToken } from './token.ts';

export async function createTunnel(core: Core, { body }: { body: TunnelCreate }): Promise<object> {
  const now = core.clock.now();
  const id = mint('tnl', now);
  const { token } = await newToken(core, { id }, 1);
  const tunnel: TunnelBody = {
    id,
    type: 'tunnel',
    display_name: body.display_name ?? null,
    domain: `${randomBytes(10).toString('hex')}.tunnel.invalid`,
    created_at: isoTime(now),
    archived_at: null,
    hidden: { token, rotations: [] },
  };
  await core.store.commit({ puts: [{ doc: newDoc(core, 'tunnel', id, tunnel, { createdAt: now }), expect: 0 }] });
  return shown(tunnel);
}
