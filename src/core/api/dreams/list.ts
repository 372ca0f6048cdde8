import { type Core, shown } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import type { DreamBody } from './body.ts';
import type { DreamListQuery } from './schema.ts';

export async function listDreams(core: Core, { query }: { query: DreamListQuery }): Promise<object> {
  return await listDocuments<DreamBody>(
    core,
    query,
    { kind: 'dream', ...(query.statuses === undefined ? {} : { where: { status: query.statuses } }) },
    shown,
  );
}
