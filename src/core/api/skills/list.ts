import type { z } from 'zod';
import type { SkillBody } from '../../documents.ts';
import { type Core, shown } from '../core.ts';
import { listPage } from '../page.ts';
import type { skillListQuery } from './schema.ts';

export async function listSkills(core: Core, { query }: { query: z.output<typeof skillListQuery> }): Promise<object> {
  const { data, next_page } = await listPage<SkillBody>(
    core.store,
    {
      kind: 'skill',
      workspace: core.workspace,
      order: 'desc',
      limit: query.limit,
      includeArchived: true,
      ...(query.source === undefined ? {} : { where: { 'source.type': query.source } }),
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
