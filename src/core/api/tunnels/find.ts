import type { DocRow } from '../../ports/store.ts';
import { type Core, find } from '../core.ts';
import { invalid } from '../errors.ts';
import type { TunnelBody } from './body.ts';

export interface TunnelPlace {
  tunnel_id: string;
}

export async function findTunnel(core: Core, { tunnel_id }: TunnelPlace): Promise<DocRow<TunnelBody>> {
  return await find<TunnelBody>(core, 'tunnel', tunnel_id);
}

/** The tunnel, unless it is archived. */
export async function findOpenTunnel(core: Core, place: TunnelPlace): Promise<DocRow<TunnelBody>> {
  const row = await findTunnel(core, place);
  if (row.archived) throw invalid(`tunnel ${row.id} is archived; make another one`);
  return row;
}
