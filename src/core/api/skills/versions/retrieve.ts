import { type Core, shown } from '../../core.ts';
import { bundledVersion, shownVersion } from '../bundled.ts';
import { findVersion } from './find.ts';

export async function retrieveSkillVersion(
  core: Core,
  { skill_id, version }: { skill_id: string; version: string },
): Promise<object> {
  const own = bundledVersion(core, skill_id, version);
  return own === null ? shown((await findVersion(core, skill_id, version)).version.body) : shownVersion(own);
}
