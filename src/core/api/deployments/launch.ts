/** One run of a deployment: a session and its record, or a record of why there is none. Written together or not at all. */
import { createHash } from 'node:crypto';
import { type DeploymentRunId, mint } from '../../ids.ts';
import type { Batch, DocRow } from '../../ports/store.ts';
import { type Core, changedDoc, isoTime, newDoc } from '../core.ts';
import { holding } from '../holds.ts';
import { draftSession } from '../sessions/draft.ts';
import type { DeploymentBody, DeploymentRunBody } from './body.ts';
import { findObstacle, type Obstacle, obstacleOf } from './obstacle.ts';
import { sessionResources } from './resources.ts';

export type Trigger = DeploymentRunBody['trigger_context'];

/**
 * Null when somebody changed the deployment meanwhile, or this time of the schedule has had its run: then nothing was
 * written. `changed` is what else becomes of the deployment.
 */
export async function launch(
  core: Core,
  row: DocRow<DeploymentBody>,
  trigger: Trigger,
  changed: (deployment: DeploymentBody) => DeploymentBody,
): Promise<DeploymentRunBody | null> {
  return await holding(core, async () => {
    const made = await attempt(core, row.body);
    const now = core.clock.now();
    const run: DeploymentRunBody = {
      id: runId(row.body, trigger, now),
      type: 'deployment_run',
      deployment_id: row.body.id,
      agent: row.body.agent,
      trigger_context: trigger,
      session_id: made.session,
      error: made.error,
      created_at: isoTime(now),
      hidden: { failed: made.error === null ? 0 : 1 },
    };
    const deployment = paused(changed(row.body), made.error);
    const committed = await core.store.commit({
      ...made.batch,
      puts: [
        ...(made.batch.puts ?? []),
        { doc: newDoc(core, 'deployment_run', run.id, run, { parent: row.id, createdAt: now }), expect: 0 },
        { doc: changedDoc(row, deployment), expect: row.revision },
      ],
    });
    return committed.ok ? run : null;
  });
}

type Attempt = { session: string; error: null; batch: Batch } | { session: null; error: Obstacle; batch: Batch };

async function attempt(core: Core, deployment: DeploymentBody): Promise<Attempt> {
  const error = await findObstacle(core, deployment);
  if (error !== null) return { session: null, error, batch: {} };
  const { agent, environment_id, vault_ids, budget, initial_events } = deployment;
  try {
    const resources = await sessionResources(core, deployment);
    const wanted = { agent, environment_id, resources, vault_ids, budget };
    const draft = await draftSession(core, wanted, initial_events, deployment.id);
    return { session: draft.session.id, error: null, batch: draft.batch };
  } catch (thrown) {
    return { session: null, error: obstacleOf(thrown), batch: {} };
  }
}

/** What will not go away by itself pauses the deployment; too many sessions, or a refused one, may be different next time. */
function paused(deployment: DeploymentBody, error: Obstacle | null): DeploymentBody {
  if (error === null || deployment.status === 'paused') return deployment;
  if (error.type === 'session_rate_limited_error' || error.type === 'session_creation_rejected_error')
    return deployment;
  return { ...deployment, status: 'paused', paused_reason: { type: 'error', error: { type: error.type } } };
}

/** A time of a schedule always gives the same id, so that of two servers that see it come one makes the run. */
function runId(deployment: DeploymentBody, trigger: Trigger, now: number): DeploymentRunId {
  if (trigger.type === 'manual') return mint('drun', now);
  const digest = createHash('sha256').update(`${deployment.id} ${trigger.scheduled_at}`).digest('hex');
  return `drun_01${digest.slice(0, 22)}`;
}
