import type { EnvironmentBody, SessionBody } from '../../documents.ts';
import { mint, type SessionId } from '../../ids.ts';
import { type Core, find, isoTime, newDoc } from '../core.ts';
import { invalid } from '../errors.ts';
import { holding } from '../holds.ts';
import { checkMetadata } from '../metadata.ts';
import { checkVaults } from '../vaults/find.ts';
import { sessionAgent } from './agent.ts';
import { newBudget } from './budget.ts';
import { accept } from './events/accept.ts';
import { checkFiles } from './events/references.ts';
import type { EventInput } from './events/schema.ts';
import { type Mounted, mountFile } from './resources/copy.ts';
import { refuseOverlap } from './resources/mount.ts';
import type { FileResource, SessionCreate } from './schema.ts';
import { render } from './wire.ts';

/** Session, resources and first events are written together, or nothing is. With first events it is `running`. */
export async function createSession(core: Core, { body }: { body: SessionCreate }): Promise<object> {
  const agent = await sessionAgent(core, body.agent);
  const environment = await usableEnvironment(core, body.environment_id);
  const budget = newBudget(core, agent, body.budget);
  const vaults = await usableVaults(core, body.vault_ids ?? []);
  const metadata = checkMetadata(body.metadata ?? {});
  const inputs = (body.initial_events ?? []).filter(isMessage);
  await checkFiles(core, inputs);
  return await holding(core, async () => {
    const now = core.clock.now();
    const id = mint('sesn', now);
    const mounted = await mountAll(core, id, body.resources ?? []);
    const session: SessionBody = {
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
      deployment_id: null,
      created_at: isoTime(now),
      updated_at: isoTime(now),
      archived_at: null,
      hidden: {
        primary_thread: mint('sthr', now),
        environment: environment.config,
        active_ms: 0,
        running_since: inputs.length > 0 ? now : null,
        terminated_at: null,
      },
    };
    const docs = [newDoc(core, 'session', id, session, { createdAt: now }), ...mounted.flatMap((one) => one.docs)];
    await core.store.commit({
      opens: [id],
      puts: docs.map((doc) => ({ doc, expect: 0 })),
      inbox: inputs.map((input) => ({ session: id, event: accept(input, now) })),
      wakes: inputs.length > 0 ? [id] : [],
    });
    return render(
      session,
      mounted.map((one) => one.resource),
      now,
    );
  });
}

/** The schema lets only messages through. */
function isMessage(event: NonNullable<SessionCreate['initial_events']>[number]): event is EventInput & typeof event {
  return event.type === 'user.message';
}

async function usableEnvironment(core: Core, id: string): Promise<EnvironmentBody> {
  const { body, archived } = await find<EnvironmentBody>(core, 'environment', id);
  if (archived) throw invalid(`environment ${id} is archived`);
  if (body.config.type === 'self_hosted') {
    throw invalid(`environment ${id} is self-hosted; this server runs sessions in its own sandboxes only`);
  }
  return body;
}

/** In the order of lookup. */
async function usableVaults(core: Core, ids: readonly string[]): Promise<string[]> {
  const most = core.limits.vaultsPerSession;
  if (ids.length > most) throw invalid(`vault_ids: ${ids.length} vaults; a session may use ${most}`);
  await checkVaults(core, ids);
  return [...ids];
}

async function mountAll(core: Core, session: SessionId, inputs: readonly FileResource[]): Promise<Mounted[]> {
  const mounted: Mounted[] = [];
  for (const input of inputs) {
    const one = await mountFile(core, session, input);
    refuseOverlap(
      mounted.map((other) => other.resource.mount_path),
      one.resource.mount_path,
    );
    mounted.push(one);
  }
  return mounted;
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
