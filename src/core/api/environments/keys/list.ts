import type { z } from 'zod';
import { type Core, find } from '../../core.ts';
import { listPage } from '../../page.ts';
import type { EnvironmentKeyBody } from './body.ts';
import { keyWire } from './find.ts';
import type { environmentKeyListQuery } from './schema.ts';

export async function listEnvironmentKeys(
  core: Core,
  { environment_id, query }: { environment_id: string; query: z.output<typeof environmentKeyListQuery> },
): Promise<object> {
  await find(core, 'environment', environment_id);
  const { data, next_page } = await listPage<EnvironmentKeyBody>(
    core.store,
    {
      kind: 'environment_key',
      workspace: core.workspace,
      parent: environment_id,
      order: 'desc',
      limit: query.limit,
      includeArchived: query.include_revoked ?? false,
    },
    query.page,
  );
  return { data: data.map((row) => keyWire(row.body)), next_page };
}
