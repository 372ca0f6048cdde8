import type { AgentBody } from '../../documents.ts';
import { type Core, changedDoc, find, isoTime, untilFresh } from '../core.ts';
import { conflict, invalid } from '../errors.ts';
import { checkCoherence, refuseReserved } from './coherence.ts';
import { mergeAgent, sameAgent } from './merge.ts';
import { givenMultiagent, resolveMultiagent } from './multiagent.ts';
import type { AgentUpdate } from './schema.ts';
import { pinSkills } from './skill-versions.ts';
import { versionDoc } from './versions/doc.ts';

/**
 * An effective change makes the next version; a change to what already stands makes none. `version`, when sent, must
 * be the current one, or the answer is 409 even if nothing would change.
 */
export async function updateAgent(
  core: Core,
  { agent_id, body }: { agent_id: string; body: AgentUpdate },
): Promise<AgentBody> {
  return await untilFresh(async () => {
    const row = await find<AgentBody>(core, 'agent', agent_id);
    const current = row.body;
    if (row.archived) throw invalid(`agent ${agent_id} is archived and cannot be changed`);
    if (body.version !== undefined && body.version !== current.version) {
      throw conflict(`agent ${agent_id} is at version ${current.version}, not ${body.version}; read it again`);
    }
    const plain = mergeAgent(current, body);
    checkCoherence(plain);
    const multiagent = await resolveMultiagent(core, plain, givenMultiagent(body), current.multiagent);
    const merged = { ...plain, multiagent };
    refuseReserved(merged);
    if (sameAgent(merged, current)) return { done: current };
    await pinSkills(core, merged.skills);
    const now = core.clock.now();
    const changed = { ...merged, version: current.version + 1, updated_at: isoTime(now) };
    const next = { ...changed, multiagent: await resolveMultiagent(core, changed, undefined, merged.multiagent) };
    const committed = await core.store.commit({
      puts: [
        { doc: changedDoc(row, next), expect: row.revision },
        { doc: versionDoc(core, next, now), expect: 0 },
      ],
    });
    return committed.ok ? { done: next } : 'stale';
  });
}
