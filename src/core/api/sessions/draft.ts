/** A session ready to be written: everything it names was looked up, and one batch makes it whole. */
import type { EnvironmentBody, SessionBody } from '../../documents.ts';
import { mint, type SessionId } from '../../ids.ts';
import type { Batch } from '../../ports/store.ts';
import type { SessionResourceBody } from '../../resources.ts';
import { newWork } from '../../work.ts';
import { type Core, find, isoTime, newDoc } from '../core.ts';
import { invalid } from '../errors.ts';
import { checkMetadata } from '../metadata.ts';
import { checkVaults } from '../vaults/find.ts';
import { sessionAgent } from './agent.ts';
import { newBudget } from './budget.ts';
import { accept } from './events/accept.ts';
import { checkFiles } from './events/references.ts';
import { withRubrics } from './events/rubric.ts';
import type { EventInput } from './events/schema.ts';
import { attachAll } from './resources/attach.ts';
import type { SessionCreate } from './schema.ts';

export interface SessionDraft {
  session: SessionBody & { id: SessionId };
  resources: SessionResourceBody[];
  batch: Required<Pick<Batch, 'opens' | 'puts' | 'inbox' | 'wakes'>>;
  now: number;
}

/** Call while holding, and commit the batch. */
export async function draftSession(
  core: Core,
  body: Omit<SessionCreate, 'initial_events'>,
  given: readonly EventInput[],
  deployment: string | null,
): Promise<SessionDraft> {
  const agent = await sessionAgent(core, body.agent);
  const environment = await usableEnvironment(core, body.environment_id);
  const budget = newBudget(core, agent, body.budget);
  const vaults = await usableVaults(core, body.vault_ids ?? []);
  const metadata = checkMetadata(body.metadata ?? {});
  await checkFiles(core, given);
  const inputs = await withRubrics(core, given);
  const now = core.clock.now();
  const id = mint('sesn', now);
  refuseResources(environment, body.resources ?? []);
  const mounted = await attachAll(core, id, body.resources ?? []);
  const session: SessionDraft['session'] = {
    id,
    type: 'session',
    status: inputs.length > 0 ? 'running' : 'idle',
    title: body.title ?? null,
    agent,
    environment_id: environment.id,
    metadata,
    vault_ids: vaults,
    budget,
    outcome_evaluations: [],
    usage: noUsage(),
    deployment_id: deployment,
    created_at: isoTime(now),
    updated_at: isoTime(now),
    archived_at: null,
    hidden: {
      primary_thread: mint('sthr', now),
      environment: environment.config,
      active_ms: 0,
      running_since: inputs.length > 0 ? now : null,
      terminated_at: null,
      memory_stores: memoryStores(mounted.map((one) => one.resource)),
    },
  };
  const docs = [newDoc(core, 'session', id, session, { createdAt: now }), ...mounted.flatMap((one) => one.docs)];
  const forWorkers = inputs.length > 0 && environment.config.type === 'self_hosted';
  const place = { session: id, environment: environment.id, workspace: core.workspace };
  return {
    session,
    resources: mounted.map((one) => one.resource),
    batch: {
      opens: [id],
      puts: [...docs.map((doc) => ({ doc, expect: 0 })), ...(forWorkers ? newWork(place, now) : [])],
      inbox: inputs.map((input) => ({ session: id, event: accept(input, now) })),
      wakes: inputs.length > 0 ? [id] : [],
    },
    now,
  };
}

async function usableEnvironment(core: Core, id: string): Promise<EnvironmentBody> {
  const { body, archived } = await find<EnvironmentBody>(core, 'environment', id);
  if (archived) throw invalid(`environment ${id} is archived`);
  return body;
}

/** The server does not reach into sandboxes that are not its own. */
function refuseResources({ id, config }: EnvironmentBody, inputs: readonly { type: string }[]): void {
  if (config.type !== 'self_hosted') return;
  const given = inputs.find((input) => input.type !== 'memory_store');
  if (given === undefined) return;
  throw invalid(`environment ${id} is self-hosted: resources of type ${given.type} are not supported there`);
}

/** In the order of lookup. */
async function usableVaults(core: Core, ids: readonly string[]): Promise<string[]> {
  const most = core.limits.vaultsPerSession;
  if (ids.length > most) throw invalid(`vault_ids: ${ids.length} vaults; a session may use ${most}`);
  await checkVaults(core, ids);
  return [...ids];
}

function memoryStores(resources: readonly SessionResourceBody[]): Record<string, 1> {
  const ids = resources.flatMap((one) => (one.type === 'memory_store' ? [one.memory_store_id] : []));
  return Object.fromEntries(ids.map((id) => [id, 1]));
}

function noUsage(): SessionBody['usage'] {
  return {
    input_tokens: 0,
    output_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_1h_input_tokens: 0, ephemeral_5m_input_tokens: 0 },
    server_tool_use: { web_search_requests: 0, web_fetch_requests: 0 },
    active_seconds: 0,
  };
}
