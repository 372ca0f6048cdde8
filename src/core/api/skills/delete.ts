import type { SkillVersionBody } from '../../documents.ts';
import { type Core, find } from '../core.ts';
import { removal } from '../holds.ts';
import { refuseChange } from './bundled.ts';

/** With all its versions. Sessions that already run keep what stands in their sandbox. */
export async function deleteSkill(core: Core, { skill_id }: { skill_id: string }): Promise<object> {
  refuseChange(core, skill_id);
  await find(core, 'skill', skill_id);
  const versions = await core.store.list<SkillVersionBody>({
    kind: 'skill_version',
    workspace: core.workspace,
    parent: skill_id,
    order: 'asc',
    limit: 10_000,
    includeArchived: true,
  });
  const bytes = removal(
    core,
    versions.flatMap((version) => version.body.hidden.files.map((file) => file.blob)),
  );
  await core.store.commit({
    puts: bytes.puts,
    forgets: true,
    removes: [
      { kind: 'skill', id: skill_id },
      ...versions.map((version) => ({ kind: 'skill_version' as const, id: version.id })),
    ],
  });
  await bytes.drop();
  return { id: skill_id, type: 'skill_deleted' };
}
