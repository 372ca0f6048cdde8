import type { FastifyRequest } from 'fastify';
import type { SkillBody } from '../../../documents.ts';
import { type Core, changedDoc, find, isoTime, newDoc, shown, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { holding } from '../../holds.ts';
import { refuseChange } from '../bundled.ts';
import { receiveSkill } from '../receive.ts';
import { storeVersion } from '../version-body.ts';

/** The new version becomes the latest. Its SKILL.md must carry the name the skill was made with. */
export async function createSkillVersion(
  core: Core,
  { skill_id }: { skill_id: string },
  request: FastifyRequest,
): Promise<object> {
  refuseChange(core, skill_id);
  await find(core, 'skill', skill_id);
  const { bundle } = await receiveSkill(request, core.limits.skillBytes);
  return await holding(core, () =>
    untilFresh(async () => {
      const skill = await find<SkillBody>(core, 'skill', skill_id);
      const { slug } = skill.body.hidden;
      if (bundle.name !== slug) throw invalid(`SKILL.md: the name must stay "${slug}", not "${bundle.name}"`);
      const now = core.clock.now();
      const version = await storeVersion(core, skill.body.id, bundle, now);
      const changed: SkillBody = { ...skill.body, latest_version_id: version.id, updated_at: isoTime(now) };
      const committed = await core.store.commit({
        puts: [
          { doc: changedDoc(skill, changed), expect: skill.revision },
          { doc: newDoc(core, 'skill_version', version.id, version, { parent: skill_id, createdAt: now }), expect: 0 },
        ],
      });
      return committed.ok ? { done: shown(version) } : 'stale';
    }),
  );
}
