import type { z } from 'zod';
import type { WorkBody } from '../../../work.ts';
import { type Core, find } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';
import { workWire } from './find.ts';
import type { workListQuery } from './schema.ts';

/** Newest first, those that have ended too. */
export async function listWork(
  core: Core,
  { environment_id, query }: { environment_id: string; query: z.output<typeof workListQuery> },
): Promise<object> {
  await find(core, 'environment', environment_id);
  return await listDocuments<WorkBody>(
    core,
    query,
    { kind: 'work', parent: environment_id, includeArchived: true },
    (body) => workWire(core, body),
  );
}
