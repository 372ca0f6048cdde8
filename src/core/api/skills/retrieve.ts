import type { SkillBody } from '../../documents.ts';
import { inLibrary } from '../../ports/skill-library.ts';
import { type Core, find, shown } from '../core.ts';
import { shownSkill } from './library.ts';

export async function retrieveSkill(core: Core, { skill_id }: { skill_id: string }): Promise<object> {
  const own = inLibrary(core.library, skill_id);
  return own === null ? shown((await find<SkillBody>(core, 'skill', skill_id)).body) : shownSkill(own);
}
