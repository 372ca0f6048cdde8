import type { SkillBody, SkillVersionBody } from '../../../documents.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { removal } from '../../holds.ts';
import { refuseChange } from '../bundled.ts';
import { findVersion } from './find.ts';

/** The newest of the rest becomes the latest. The last one cannot go: delete the skill instead. */
export async function deleteSkillVersion(core: Core, path: { skill_id: string; version: string }): Promise<object> {
  refuseChange(core, path.skill_id);
  const gone = await untilFresh(async () => {
    const { skill, version } = await findVersion(core, path.skill_id, path.version);
    const newest = await core.store.list<SkillVersionBody>({
      kind: 'skill_version',
      workspace: core.workspace,
      parent: skill.id,
      order: 'desc',
      limit: 2,
      includeArchived: true,
    });
    const latest = newest.find((row) => row.id !== version.id);
    if (latest === undefined) throw invalid('the last version of a skill cannot be deleted; delete the skill');
    const body: SkillBody = {
      ...skill.body,
      latest_version_id: latest.body.id,
      updated_at: isoTime(core.clock.now()),
    };
    const bytes = removal(
      core,
      version.body.hidden.files.map((file) => file.blob),
    );
    const committed = await core.store.commit({
      puts: [{ doc: changedDoc(skill, body), expect: skill.revision }, ...bytes.puts],
      forgets: true,
      removes: [{ kind: 'skill_version', id: version.id }],
    });
    return committed.ok ? { done: { id: version.id, bytes } } : 'stale';
  });
  await gone.bytes.drop();
  return { id: gone.id, type: 'skill_version_deleted' };
}
