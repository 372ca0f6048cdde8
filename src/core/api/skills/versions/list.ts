import type { z } from 'zod';
import type { SkillVersionBody } from '../../../documents.ts';
import { bundledSkill } from '../../../ports/bundled-skills.ts';
import { type Core, find, shown } from '../../core.ts';
import { listPage } from '../../page.ts';
import { shownVersion } from '../bundled.ts';
import type { skillVersionListQuery } from '../schema.ts';

export async function listSkillVersions(
  core: Core,
  { skill_id, query }: { skill_id: string; query: z.output<typeof skillVersionListQuery> },
): Promise<object> {
  const own = bundledSkill(core.bundledSkills, skill_id);
  if (own !== null) return { data: [shownVersion(own)], next_page: null };
  await find(core, 'skill', skill_id);
  const { data, next_page } = await listPage<SkillVersionBody>(
    core.store,
    {
      kind: 'skill_version',
      workspace: core.workspace,
      parent: skill_id,
      order: 'desc',
      limit: query.limit,
      includeArchived: true,
    },
    query.page,
  );
  return { data: data.map((row) => shown(row.body)), next_page };
}
