/** What a thread has at hand for a turn, looked up when it is first needed: its mounts, repositories and MCP servers. */
import type { AgentDefinition } from '../documents.ts';
import type { FencedBatch } from '../ports/engine.ts';
import type { Ports } from '../ports/ports.ts';
import type { NewLogRow } from '../ports/store.ts';
import type { SessionResourceBody } from '../resources.ts';
import type { Halt } from './halt.ts';
import { findMounts, type Mounts } from './hands/mounts.ts';
import type { Ledger } from './ledger.ts';
import type { Offer } from './mcp/offer.ts';
import { connectServers, type Servers } from './mcp/servers.ts';
import { type Checkouts, createCheckouts } from './repositories/checkouts.ts';

export interface Outfit {
  mounts(): Promise<Mounts>;
  checkouts: Checkouts;
  /**
   * The MCP servers of the agent, connected at the first call; what could not be used is said in the log, once. Of no use
   * when the thread was halted meanwhile.
   */
  servers(): Promise<Servers>;
  /** What the connected servers offer; nothing before the first call of `servers`. */
  offers(): readonly Offer[];
  /** Lets go of what the turn had opened. */
  close(): Promise<void>;
  /**
   * Writes documents under the lease, apart from the log. Rejects with `StaleDocument` when one has changed meanwhile, and
   * then nothing was written.
   */
  write(documents: Pick<FencedBatch, 'puts' | 'removes'>): Promise<void>;
}

type Agent = Pick<AgentDefinition, 'skills' | 'mcp_servers' | 'tools'>;

interface Fitting {
  agent: () => Agent;
  /** Asked for once. */
  resources: () => Promise<readonly SessionResourceBody[]>;
  /** Takes the lines that say what could not be used. */
  tell: (rows: NewLogRow[]) => void;
}

export function createOutfit(ports: Ports, ledger: Ledger, halt: Halt, { agent, resources, tell }: Fitting): Outfit {
  const { session: id, workspace } = ledger;
  let mounts: Promise<Mounts> | null = null;
  let servers: Promise<Servers> | null = null;
  let offers: readonly Offer[] = [];

  /** What was cut off says nothing of the servers: it is forgotten, and they are looked at anew when they are needed. */
  async function openServers(): Promise<Servers> {
    const signal = halt.signal();
    const opened = await connectServers(ports, { workspace, body: ledger.body(), agent: agent() }, signal);
    if (signal.aborted) {
      servers = null;
      await opened.close();
      return opened;
    }
    offers = opened.offers;
    tell(opened.errors.map((event) => ({ event })));
    return opened;
  }
  function findOnce(): Promise<Mounts> {
    mounts ??= findMounts(ports, { body: ledger.body(), resources }, agent());
    return mounts;
  }
  async function write(documents: Pick<FencedBatch, 'puts' | 'removes'>): Promise<void> {
    await ledger.append({ rows: [], ...documents });
  }
  return {
    servers() {
      servers ??= openServers();
      return servers;
    },
    offers: () => offers,
    async close() {
      await servers?.then((opened) => opened.close()).catch(() => undefined);
    },
    mounts: findOnce,
    checkouts: createCheckouts({
      ports,
      session: id,
      workspace,
      write,
      tell,
      mounted: async () => (await findOnce()).repositories,
      signal: () => halt.signal(),
      now: () => ports.clock.now(),
    }),
    write,
  };
}
