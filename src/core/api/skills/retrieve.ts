import type { SkillBody } from '../../documents.ts';
import { bundledSkill } from '../../ports/bundled-skills.ts';
import { type Core, find, shown } from '../core.ts';
import { shownSkill } from './bundled.ts';

export async function retrieveSkill(core: Core, { skill_id }: { skill_id: string }): Promise<object> {
  const own = bundledSkill(core.bundledSkills, skill_id);
  return own === null ? shown((await find<SkillBody>(core, 'skill', skill_id)).body) : shownSkill(own);
}
