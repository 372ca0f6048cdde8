/** The skills an agent or a session names: they exist, and each is pinned to one version. */
import type { SkillBody, SkillRef, SkillVersionBody } from '../../documents.ts';
import { bundledSkill } from '../../ports/bundled-skills.ts';
import type { Core } from '../core.ts';
import { invalid } from '../errors.ts';

export interface PinnedSkill {
  ref: SkillRef;
  name: string;
}

/** Each reference with `latest` replaced by the version it stands for now; 400 for what does not exist. */
export async function pinSkills(core: Core, refs: readonly SkillRef[]): Promise<PinnedSkill[]> {
  const pinned = await Promise.all(refs.map((ref) => pin(core, ref)));
  const names = pinned.map((skill) => skill.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid(`skills: two skills are named "${twice}", and both would stand in one folder`);
  return pinned;
}

async function pin(core: Core, ref: SkillRef): Promise<PinnedSkill> {
  if (ref.type === 'anthropic') {
    const own = bundledSkill(core.bundledSkills, ref.skill_id, ref.version);
    if (own === null) throw invalid(`skills: ${unknownOwn(core, ref)}`);
    return { ref: { ...ref, version: own.version }, name: own.name };
  }
  const skill = await core.store.get<SkillBody>('skill', ref.skill_id);
  if (skill === null) throw invalid(`skills: no skill ${ref.skill_id}`);
  const id = ref.version === 'latest' ? skill.body.latest_version_id : ref.version;
  const version = await core.store.get<SkillVersionBody>('skill_version', id);
  if (version === null || version.parent !== skill.id) throw invalid(`skills: ${ref.skill_id} has no version ${id}`);
  return { ref: { ...ref, version: id }, name: version.body.name };
}

function unknownOwn(core: Core, { skill_id, version }: SkillRef): string {
  const names = core.bundledSkills.map((skill) => skill.name);
  if (names.includes(skill_id)) return `${skill_id} has no version ${version}; name "latest" or a day as YYYYMMDD`;
  return `no skill "${skill_id}" of type anthropic; there is: ${names.join(', ') || 'none'}`;
}
