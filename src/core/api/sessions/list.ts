import type { z } from 'zod';
import type { SessionBody } from '../../documents.ts';
import type { DocQuery } from '../../ports/store.ts';
import type { Core } from '../core.ts';
import { listTwoWay } from '../page.ts';
import { timeRange } from '../query.ts';
import type { sessionListQuery } from './schema.ts';
import { sessionsWire } from './wire.ts';

type Query = z.output<typeof sessionListQuery>;

/** The only list that can be paged both ways. */
export async function listSessions(core: Core, { query }: { query: Query }): Promise<object> {
  // Part of the name of a field below: what is no id of a store is attached nowhere.
  const store = query.memory_store_id;
  if (store !== undefined && !/^memstore_[A-Za-z0-9]{1,60}$/.test(store)) {
    return { data: [], next_page: null, prev_page: null };
  }
  const created = timeRange(query);
  const { data, next_page, prev_page } = await listTwoWay<SessionBody>(
    core.store,
    {
      kind: 'session',
      workspace: core.workspace,
      order: query.order ?? 'desc',
      limit: query.limit,
      includeArchived: query.include_archived ?? false,
      where: filters(query),
      ...(created === null ? {} : { createdAt: created }),
    },
    query.page,
  );
  const bodies = data.map((row) => row.body);
  return { data: await sessionsWire(core, bodies), next_page, prev_page };
}

function filters(query: Query): NonNullable<DocQuery['where']> {
  return {
    ...(query.agent_id === undefined ? {} : { 'agent.id': query.agent_id }),
    ...(query.agent_version === undefined ? {} : { 'agent.version': query.agent_version }),
    ...(query.deployment_id === undefined ? {} : { deployment_id: query.deployment_id }),
    ...(query.memory_store_id === undefined ? {} : { [`hidden.memory_stores.${query.memory_store_id}`]: 1 }),
    ...(query.statuses === undefined ? {} : { status: query.statuses }),
  };
}
