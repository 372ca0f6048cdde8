import type { z } from 'zod';
import { type Core, find } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';
import type { EnvironmentKeyBody } from './body.ts';
import { keyWire } from './find.ts';
import type { environmentKeyListQuery } from './schema.ts';

export async function listEnvironmentKeys(
  core: Core,
  { environment_id, query }: { environment_id: string; query: z.output<typeof environmentKeyListQuery> },
): Promise<object> {
  await find(core, 'environment', environment_id);
  return await listDocuments<EnvironmentKeyBody>(
    core,
    query,
    { kind: 'environment_key', parent: environment_id, includeArchived: query.include_revoked ?? false },
    keyWire,
  );
}
