/** A database with very many sessions and one very long log, written through the store: over HTTP it would take an hour. */

import type { SessionBody } from '../../src/core/documents.ts';
import type { SessionEvent } from '../../src/core/events.ts';
import { mint, type SessionId } from '../../src/core/ids.ts';
import type { DocRow, Store } from '../../src/core/ports/store.ts';
import { type EmbedOptions, embedCore } from '../../src/embed.ts';

const AT_ONCE = 1_000;
/** One row in so many is what the narrow lists look for. */
const RARE = 1_000;
const DEPLOYMENT = mint('depl');
const SYSTEM = 'Answer from evidence, and name it. '.repeat(30);

export interface Filled {
  /** The session with the long log. */
  session: string;
  /** An agent, a memory store and a deployment that few sessions have. */
  rareAgent: string;
  rareStore: string;
  rareDeployment: string;
  /** When the first row was made; the others follow it by a second each. */
  from: number;
}
type SessionRow = DocRow<SessionBody & { id: SessionId }>;

export async function fill(rows: number, place: Pick<EmbedOptions, 'dataDir' | 'database'>): Promise<Filled> {
  const stores: Store[] = [];
  const core = await embedCore({
    ...place,
    apiKey: 'bench',
    wrap(ports) {
      stores.push(ports.store);
      return ports;
    },
  });
  const [store] = stores;
  if (store === undefined) throw new Error('the core was put together without a store');
  const { beta } = core.client;
  const environment = await beta.environments.create({ name: 'bench' });
  const memory = await beta.memoryStores.create({ name: 'rare' });
  const attached = [{ type: 'memory_store' as const, memory_store_id: memory.id }];
  const like = async (name: string, resources: typeof attached): Promise<SessionRow> => {
    const agent = await beta.agents.create({ name, model: 'claude-bench', system: SYSTEM });
    const made = await beta.sessions.create({ agent: agent.id, environment_id: environment.id, resources });
    const row = await store.get<SessionRow['body']>('session', made.id);
    if (row === null) throw new Error('the session that was just made is not there');
    return row;
  };
  const common = await like('common', []);
  const attachedTo = await like('rare', attached);
  const rare = { ...attachedTo, body: { ...attachedTo.body, deployment_id: DEPLOYMENT } };
  const from = Date.now() - rows * 1_000;
  for (let at = 0; at < rows; at += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, (_, n) => at + n);
    const docs = numbers.map((n) => {
      const at = from + n * 1_000;
      return isRare(n) ? sessionLike(rare, 'terminated', at) : sessionLike(common, 'idle', at);
    });
    const lines = numbers.map((n) => ({ event: eventAt(n, from + n * 1_000) }));
    await store.commit({
      puts: docs.map((doc) => ({ doc, expect: 0 })),
      opens: docs.map((doc) => doc.id),
      append: [{ session: common.body.id, rows: lines }],
    });
  }
  await core.close();
  return { session: common.id, rareAgent: rare.body.agent.id, rareStore: memory.id, rareDeployment: DEPLOYMENT, from };
}

function isRare(n: number): boolean {
  return n % RARE === RARE / 2;
}

function sessionLike({ kind, workspace, body }: SessionRow, status: SessionBody['status'], createdAt: number) {
  const id = mint('sesn', createdAt);
  const time = new Date(createdAt).toISOString();
  const copy: SessionBody = { ...body, id, status, created_at: time, updated_at: time };
  return { kind, id, workspace, parent: null, createdAt, archived: false, body: copy };
}

function eventAt(n: number, at: number): SessionEvent {
  const line = { id: mint('sevt', at), processed_at: new Date(at).toISOString() };
  if (isRare(n)) return { ...line, type: 'session.status_running' };
  return {
    ...line,
    type: 'agent.message',
    content: [{ type: 'text', text: `Line ${n} of a log. ${SYSTEM.slice(0, 200)}` }],
  };
}
