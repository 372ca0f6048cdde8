import { isDeepStrictEqual } from 'node:util';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import { patchMetadata } from '../metadata.ts';
import type { DeploymentBody } from './body.ts';
import { checkDeployment, offeredEvents, pinAgent, refuseTooMany, SCHEDULES } from './check.ts';
import { findLiveDeployment } from './find.ts';
import { resourceConfigs, sealTokens } from './resources.ts';
import { nextTime } from './schedule.ts';
import type { DeploymentUpdate } from './schema.ts';
import { deploymentWire } from './wire.ts';

/**
 * An agent given by its id alone is pinned to its latest version anew; a schedule of null leaves runs by hand only.
 * Resources are replaced whole, tokens included: a repository sent without its token has none from then on.
 */
export async function updateDeployment(
  core: Core,
  { deployment_id, body }: { deployment_id: string; body: DeploymentUpdate },
): Promise<object> {
  return await core.serial.run(SCHEDULES, () =>
    untilFresh(async () => {
      const row = await findLiveDeployment(core, deployment_id);
      const agent = body.agent === undefined ? row.body.agent : await pinAgent(core, body.agent);
      const merged = await merge(core, row.body, body, agent);
      if (isDeepStrictEqual(merged, row.body)) return { done: deploymentWire(core, row.body) };
      await checkDeployment(core, merged);
      if (merged.schedule !== null && row.body.schedule === null) await refuseTooMany(core, row.id);
      const next = { ...merged, updated_at: isoTime(core.clock.now()) };
      const committed = await core.store.commit({
        puts: [{ doc: changedDoc(row, next), expect: row.revision }],
        forgets: body.resources !== undefined,
      });
      return committed.ok ? { done: deploymentWire(core, next) } : 'stale';
    }),
  );
}

async function merge(
  core: Core,
  current: DeploymentBody,
  change: DeploymentUpdate,
  agent: DeploymentBody['agent'],
): Promise<DeploymentBody> {
  const { next, ...tokens } = current.hidden;
  const schedule = mergeSchedule(current.schedule, change.schedule);
  const same = isDeepStrictEqual(schedule, current.schedule);
  return {
    ...current,
    name: change.name ?? current.name,
    description: change.description === undefined ? current.description : change.description || null,
    agent,
    environment_id: change.environment_id ?? current.environment_id,
    initial_events: change.initial_events === undefined ? current.initial_events : offeredEvents(change.initial_events),
    metadata: patchMetadata(current.metadata, change.metadata),
    resources: change.resources === undefined ? current.resources : resourceConfigs(change.resources ?? []),
    vault_ids: change.vault_ids === undefined ? current.vault_ids : (change.vault_ids ?? []),
    schedule,
    budget: change.budget === undefined ? current.budget : change.budget,
    hidden: {
      next: same ? next : schedule === null ? null : nextTime(schedule, core.clock.now()),
      ...(change.resources === undefined
        ? tokens
        : await sealTokens(core, current.id, change.resources ?? [], current.hidden.tokens)),
    },
  };
}

type Schedule = DeploymentBody['schedule'];

function mergeSchedule(current: Schedule, change: DeploymentUpdate['schedule']): Schedule {
  if (change === undefined) return current;
  return change === null ? null : { ...change, last_run_at: current?.last_run_at ?? null };
}
