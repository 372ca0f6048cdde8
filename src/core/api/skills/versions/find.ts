/** A version by its id, or the latest one under the word `latest`. */
import type { SkillBody, SkillVersionBody } from '../../../documents.ts';
import type { DocRow } from '../../../ports/store.ts';
import { type Core, find } from '../../core.ts';
import { notFound } from '../../errors.ts';

export async function findVersion(
  core: Core,
  skillId: string,
  version: string,
): Promise<{ skill: DocRow<SkillBody>; version: DocRow<SkillVersionBody> }> {
  const skill = await find<SkillBody>(core, 'skill', skillId);
  const id = version === 'latest' ? skill.body.latest_version_id : version;
  const row = await core.store.get<SkillVersionBody>('skill_version', id);
  if (row === null || row.parent !== skillId) throw notFound('skill version', version);
  return { skill, version: row };
}
