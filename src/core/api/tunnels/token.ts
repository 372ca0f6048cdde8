/** The token a connector runs the tunnel with, sealed for its tunnel. */
import { randomBytes } from 'node:crypto';
import { mint } from '../../ids.ts';
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';
import type { TunnelBody } from './body.ts';

type Keyed = Pick<TunnelBody, 'id'>;
type Token = NonNullable<TunnelBody['hidden']['token']>;

export async function newToken(core: Core, tunnel: Keyed, version: number): Promise<{ token: Token; value: string }> {
  const value = `tnlt_${randomBytes(32).toString('base64url')}`;
  const sealed = await core.secrets.seal(place(core, tunnel, version), value);
  return { token: { id: mint('ttok', core.clock.now()), version, sealed }, value };
}

export async function tokenWire(core: Core, { id, hidden }: TunnelBody): Promise<object> {
  const { token } = hidden;
  if (token === null) throw invalid(`tunnel ${id} has no token any more`);
  const tunnel_token = await core.secrets.open(place(core, { id }, token.version), token.sealed);
  return { id: token.id, type: 'tunnel_token', tunnel_token };
}

function place(core: Core, { id }: Keyed, version: number) {
  return { workspace: core.workspace, vault: id, name: 'tunnel_token', version };
}
