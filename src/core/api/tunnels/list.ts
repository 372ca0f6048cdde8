import { type Core, shown } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { TunnelBody } from './body.ts';
import type { TunnelListQuery } from './schema.ts';

export async function listTunnels(core: Core, { query }: { query: TunnelListQuery }): Promise<object> {
  return await listDocuments<TunnelBody>(core, query, { kind: 'tunnel' }, shown);
}
