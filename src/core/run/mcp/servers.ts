/** The MCP servers of one turn: connected when the model is first asked, let go with the turn. */
import type { AgentDefinition, SessionBody } from '../../documents.ts';
import type { SessionEvent } from '../../events.ts';
import type { WorkspaceId } from '../../ids.ts';
import { type McpConnection, McpFailed, type McpResult } from '../../ports/mcp.ts';
import type { Ports } from '../../ports/ports.ts';
import { stamp } from '../draft.ts';
import { doorTo } from './credential.ts';
import { type Offer, offersOf } from './offer.ts';

export interface Servers {
  offers: readonly Offer[];
  /** Of the servers that could not be used, one each; the session goes on without them. */
  errors: SessionEvent[];
  /** Rejects with `McpFailed`. */
  call(server: string, tool: string, input: Record<string, unknown>, signal: AbortSignal): Promise<McpResult>;
  close(): Promise<void>;
}

interface Session {
  workspace: WorkspaceId;
  body: SessionBody;
  /** Whose servers and tools: the session's own, or one that works for it. */
  agent: Pick<AgentDefinition, 'mcp_servers' | 'tools'>;
}

export async function connectServers(ports: Ports, session: Session, signal: AbortSignal): Promise<Servers> {
  const connections = new Map<string, McpConnection>();
  const errors: SessionEvent[] = [];
  await Promise.all(
    session.agent.mcp_servers.map(async (server) => {
      try {
        connections.set(server.name, await connect(ports, session, server.url, signal));
      } catch (error) {
        errors.push(failed(server.name, error, ports.clock.now()));
      }
    }),
  );
  const listed = new Map([...connections].map(([name, { tools }]) => [name, tools]));
  return {
    offers: offersOf(session.agent.tools, listed),
    errors,
    async call(server, tool, input, stop) {
      const connection = connections.get(server);
      const url = session.agent.mcp_servers.find((one) => one.name === server)?.url;
      if (connection === undefined || url === undefined) throw new McpFailed('connection', 'it is not connected');
      try {
        return await connection.call(tool, input, stop);
      } catch (error) {
        if (!isStale(error)) throw error;
        await connection.close();
        const renewed = await connect(ports, session, url, stop);
        connections.set(server, renewed);
        return await renewed.call(tool, input, stop);
      }
    },
    async close() {
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    },
  };
}

async function connect(ports: Ports, session: Session, url: string, signal: AbortSignal): Promise<McpConnection> {
  if (!isAllowed(session.body.hidden.environment, url))
    throw new McpFailed('connection', 'the environment does not allow its host');
  const door = await doorTo(ports, session, url, signal);
  try {
    return await ports.mcp.connect({ url, token: door.token }, signal);
  } catch (error) {
    const other = isStale(error) ? await door.renewed() : null;
    if (other === null) throw error;
    return await ports.mcp.connect({ url, token: other.token }, signal);
  }
}

function isStale(error: unknown): boolean {
  return error instanceof McpFailed && error.stale;
}

function isAllowed(environment: SessionBody['hidden']['environment'], url: string): boolean {
  if (environment.type !== 'cloud' || environment.networking.type !== 'limited') return true;
  const { allow_mcp_servers, allowed_hosts } = environment.networking;
  const { hostname } = new URL(url);
  const fits = (host: string) => (host.startsWith('*.') ? hostname.endsWith(host.slice(1)) : hostname === host);
  return allow_mcp_servers || allowed_hosts.some(fits);
}

function failed(server: string, error: unknown, now: number): SessionEvent {
  const fault = error instanceof McpFailed ? error : null;
  const why = fault === null ? 'it could not be used' : fault.message;
  return {
    ...stamp(now),
    type: 'session.error',
    error: {
      type: fault?.fault === 'authentication' ? 'mcp_authentication_failed_error' : 'mcp_connection_failed_error',
      mcp_server_name: server,
      message: `MCP server ${server}: ${why}.`.slice(0, 1_000),
      retry_status: { type: 'retrying' },
    },
  };
}
