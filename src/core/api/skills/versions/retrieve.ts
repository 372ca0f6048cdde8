import { type Core, shown } from '../../core.ts';
import { findVersion } from './find.ts';

export async function retrieveSkillVersion(
  core: Core,
  { skill_id, version }: { skill_id: string; version: string },
): Promise<object> {
  return shown((await findVersion(core, skill_id, version)).version.body);
}
