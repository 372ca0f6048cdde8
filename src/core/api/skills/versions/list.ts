import type { z } from 'zod';
import type { SkillVersionBody } from '../../../documents.ts';
import { bundledSkill } from '../../../ports/bundled-skills.ts';
import { type Core, find, shown } from '../../core.ts';
import { listDocuments } from '../../list-documents.ts';
import { shownVersion } from '../bundled.ts';
import type { skillVersionListQuery } from '../schema.ts';

export async function listSkillVersions(
  core: Core,
  { skill_id, query }: { skill_id: string; query: z.output<typeof skillVersionListQuery> },
): Promise<object> {
  const own = bundledSkill(core.bundledSkills, skill_id);
  if (own !== null) return { data: [shownVersion(own)], next_page: null };
  await find(core, 'skill', skill_id);
  return await listDocuments<SkillVersionBody>(
    core,
    query,
    { kind: 'skill_version', parent: skill_id, includeArchived: true },
    shown,
  );
}
