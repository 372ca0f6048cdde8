import type { z } from 'zod';
import type { SessionResourceBody } from '../../../resources.ts';
import { type Core, shown } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';
import { findSession } from '../find.ts';
import type { resourceListQuery } from '../schema.ts';

/** In the order they were attached; all of them unless `limit` says otherwise. */
export async function listSessionResources(
  core: Core,
  { session_id, query }: { session_id: string; query: z.output<typeof resourceListQuery> },
): Promise<object> {
  await findSession(core, session_id);
  return await listDocuments<SessionResourceBody>(
    core,
    query,
    { kind: 'session_resource', parent: session_id, order: 'asc', includeArchived: true },
    shown,
  );
}
