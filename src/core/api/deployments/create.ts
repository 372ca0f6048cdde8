import { mint } from '../../ids.ts';
import { type Core, isoTime, newDoc } from '../core.ts';
import { checkMetadata } from '../metadata.ts';
import type { DeploymentBody } from './body.ts';
import { checkDeployment, offeredEvents, pinAgent, refuseTooMany, SCHEDULES } from './check.ts';
import { resourceConfigs, sealTokens } from './resources.ts';
import { nextTime } from './schedule.ts';
import type { DeploymentCreate } from './schema.ts';
import { deploymentWire } from './wire.ts';

/** With a schedule it begins to run by itself; without one it runs when told to. */
export async function createDeployment(core: Core, { body }: { body: DeploymentCreate }): Promise<object> {
  const now = core.clock.now();
  const schedule = body.schedule ?? null;
  const id = mint('depl', now);
  const deployment: DeploymentBody = {
    id,
    type: 'deployment',
    name: body.name,
    description: body.description || null,
    agent: await pinAgent(core, body.agent),
    environment_id: body.environment_id,
    initial_events: offeredEvents(body.initial_events),
    metadata: checkMetadata(body.metadata ?? {}),
    resources: resourceConfigs(body.resources ?? []),
    vault_ids: body.vault_ids ?? [],
    schedule: schedule === null ? null : { ...schedule, last_run_at: null },
    budget: body.budget ?? null,
    status: 'active',
    paused_reason: null,
    created_at: isoTime(now),
    updated_at: isoTime(now),
    archived_at: null,
    hidden: {
      next: schedule === null ? null : nextTime(schedule, now),
      ...(await sealTokens(core, id, body.resources ?? [], undefined)),
    },
  };
  await checkDeployment(core, deployment);
  return await core.serial.run(SCHEDULES, async () => {
    if (schedule !== null) await refuseTooMany(core, null);
    const doc = newDoc(core, 'deployment', deployment.id, deployment, { createdAt: now });
    await core.store.commit({ puts: [{ doc, expect: 0 }] });
    return deploymentWire(core, deployment);
  });
}
