import type { FastifyRequest } from 'fastify';
import type { SkillBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc, shown } from '../core.ts';
import { holding } from '../holds.ts';
import { receiveSkill } from './receive.ts';
import { storeVersion } from './version-body.ts';

export async function createSkill(core: Core, _: object, request: FastifyRequest): Promise<object> {
  const { bundle, displayName } = await receiveSkill(request, core.limits.skillBytes);
  return await holding(core, async () => {
    const now = core.clock.now();
    const id = mint('skill', now);
    const version = await storeVersion(core, id, bundle, now);
    const skill: SkillBody = {
      id,
      type: 'skill',
      display_name: displayName ?? bundle.name,
      latest_version_id: version.id,
      source: { type: 'custom' },
      created_at: isoTime(now),
      updated_at: isoTime(now),
      hidden: { slug: bundle.name },
    };
    await core.store.commit({
      puts: [
        { doc: newDoc(core, 'skill', id, skill, { createdAt: now }), expect: 0 },
        { doc: newDoc(core, 'skill_version', version.id, version, { parent: id, createdAt: now }), expect: 0 },
      ],
    });
    return shown(skill);
  });
}
