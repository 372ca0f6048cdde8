/** Skills of the server itself, as the wire shows them. */
import type { SkillBody, SkillVersionBody } from '../../documents.ts';
import { type BundledSkill, bundledSkill } from '../../ports/bundled-skills.ts';
import type { Core } from '../core.ts';
import { invalid, notFound } from '../errors.ts';

/** The id is a short name, a version is a day. */
type Named<Body, Ids extends keyof Body> = Omit<Body, Ids | 'hidden'> & Record<Ids, string>;
export type OwnSkill = Named<Omit<SkillBody, 'source'>, 'id' | 'latest_version_id'> & { source: { type: 'anthropic' } };
export type OwnSkillVersion = Named<SkillVersionBody, 'id' | 'skill_id'>;

export function shownSkill(skill: BundledSkill): OwnSkill {
  return {
    id: skill.name,
    type: 'skill',
    display_name: skill.displayName,
    latest_version_id: skill.version,
    source: { type: 'anthropic' },
    created_at: dayOf(skill),
    updated_at: dayOf(skill),
  };
}

export function shownVersion(skill: BundledSkill): OwnSkillVersion {
  return {
    id: skill.version,
    type: 'skill_version',
    skill_id: skill.name,
    name: skill.name,
    description: skill.description,
    created_at: dayOf(skill),
  };
}

/** Null when the skill is not one of the server's own; 404 when it is and has no such version. */
export function bundledVersion(core: Core, id: string, version: string): BundledSkill | null {
  if (bundledSkill(core.bundledSkills, id) === null) return null;
  const found = bundledSkill(core.bundledSkills, id, version);
  if (found === null) throw notFound('skill version', version);
  return found;
}

export function refuseChange(core: Core, id: string): void {
  if (bundledSkill(core.bundledSkills, id) === null) return;
  throw invalid(`skill ${id} comes with the server and cannot be changed; upload one of your own`);
}

function dayOf({ version }: BundledSkill): string {
  return `${version.slice(0, 4)}-${version.slice(4, 6)}-${version.slice(6)}T00:00:00.000Z`;
}
