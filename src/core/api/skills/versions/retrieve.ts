import { type Core, shown } from '../../core.ts';
import { libraryVersion, shownVersion } from '../library.ts';
import { findVersion } from './find.ts';

export async function retrieveSkillVersion(
  core: Core,
  { skill_id, version }: { skill_id: string; version: string },
): Promise<object> {
  const own = libraryVersion(core, skill_id, version);
  return own === null ? shown((await findVersion(core, skill_id, version)).version.body) : shownVersion(own);
}
