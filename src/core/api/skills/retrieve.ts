import type { SkillBody } from '../../documents.ts';
import { type Core, find, shown } from '../core.ts';

export async function retrieveSkill(core: Core, { skill_id }: { skill_id: string }): Promise<object> {
  return shown((await find<SkillBody>(core, 'skill', skill_id)).body);
}
