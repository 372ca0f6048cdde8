/** What a deployment names must be there when it is saved; when it runs all of it is looked up again. */
import type { AgentBody, EnvironmentBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { versionId } from '../agents/versions/doc.ts';
import { type Core, find } from '../core.ts';
import { invalid, notFound } from '../errors.ts';
import { definition } from '../sessions/agent.ts';
import { newBudget } from '../sessions/budget.ts';
import { checkFiles } from '../sessions/events/references.ts';
import { attachAll } from '../sessions/resources/attach.ts';
import { checkVaults } from '../vaults/find.ts';
import type { AgentPin, DeploymentBody, DeploymentEvent } from './body.ts';
import type { AgentInput, InitialEvents } from './schema.ts';

/** The agent at one version: an id alone is the latest now. */
export async function pinAgent(core: Core, input: AgentInput): Promise<AgentPin> {
  const { id, version } = typeof input === 'string' ? { id: input, version: undefined } : input;
  const latest = await find<AgentBody>(core, 'agent', id);
  if (latest.archived) throw invalid(`agent ${id} is archived`);
  const pin = { id: latest.body.id, type: 'agent' as const, version: version ?? latest.body.version };
  await versionOf(core, pin);
  return pin;
}

async function versionOf(core: Core, { id, version }: AgentPin): Promise<AgentBody> {
  const snapshot = await core.store.get<AgentBody>('agent_version', versionId(id, version));
  if (snapshot === null) throw notFound('agent version', versionId(id, version));
  return snapshot.body;
}

export function offeredEvents(events: InitialEvents): DeploymentEvent[] {
  return events.map((event) => {
    if (event.type !== 'user.define_outcome') return event;
    const { max_iterations, ...outcome } = event;
    return max_iterations === undefined ? outcome : { ...outcome, max_iterations };
  });
}

export async function checkDeployment(core: Core, deployment: DeploymentBody): Promise<void> {
  const { body, archived } = await find<EnvironmentBody>(core, 'environment', deployment.environment_id);
  if (archived) throw invalid(`environment ${body.id} is archived`);
  if (deployment.vault_ids.length > core.limits.vaultsPerSession) {
    throw invalid(`vault_ids: at most ${core.limits.vaultsPerSession} vaults`);
  }
  await checkVaults(core, deployment.vault_ids);
  await checkFiles(core, deployment.initial_events);
  // What a session would be refused for is refused now; the session that is attached to here is never made.
  await attachAll(core, mint('sesn', core.clock.now()), deployment.resources);
  if (deployment.budget !== null) {
    // Its members are looked up when a session is made of it, and their prices then.
    const agent = { ...definition(await versionOf(core, deployment.agent)), multiagent: null };
    newBudget(core, agent, deployment.budget);
  }
}

/** Call inside `serial` under `SCHEDULES`. */
export async function refuseTooMany(core: Core, except: string | null): Promise<void> {
  const most = core.limits.scheduledDeployments;
  const rows = await core.store.list<DeploymentBody>({
    kind: 'deployment',
    workspace: core.workspace,
    order: 'asc',
    limit: 10 * most,
    includeArchived: false,
  });
  const scheduled = rows.filter((row) => row.body.schedule !== null && row.id !== except);
  if (scheduled.length >= most) throw invalid(`schedule: there are ${most} scheduled deployments, which is the most`);
}

export const SCHEDULES = 'deployment schedules';
