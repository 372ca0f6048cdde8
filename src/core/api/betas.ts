/** The beta value each family of endpoints asks for, for servers that are as strict as the hosted one. */
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError, invalid } from './errors.ts';

const MANAGED_AGENTS = 'managed-agents-2026-04-01';
const MEMORY = 'agent-memory-2026-07-22';

/** By the first part of the path. Families that are not here ask for none. */
const families: Readonly<Record<string, readonly string[]>> = {
  agents: [MANAGED_AGENTS],
  environments: [MANAGED_AGENTS],
  sessions: [MANAGED_AGENTS],
  vaults: [MANAGED_AGENTS],
  deployments: [MANAGED_AGENTS],
  deployment_runs: [MANAGED_AGENTS],
  memory_stores: [MEMORY, MANAGED_AGENTS],
  dreams: ['dreaming-2026-04-21'],
  tunnels: ['mcp-tunnels-2026-06-22'],
  user_profiles: ['user-profiles-2026-08-18'],
};

/** What a path is to be asked with; null for families that ask for nothing. */
export function betaOf(path: string): string | null {
  const family = /^\/v1\/([a-z_]+)/.exec(path)?.[1] ?? '';
  return (Object.hasOwn(families, family) ? families[family]?.[0] : undefined) ?? null;
}

/** Without its family's value an endpoint does not exist; memory takes one of its two values, not both. */
export function checkBetas(url: string, headers: IncomingHttpHeaders): void {
  const family = /^\/v1\/([a-z_]+)/.exec(url)?.[1] ?? '';
  const wanted = Object.hasOwn(families, family) ? families[family] : undefined;
  if (wanted === undefined) return;
  const sent = String(headers['anthropic-beta'] ?? '').split(/\s*,\s*/);
  const matching = wanted.filter((value) => sent.includes(value));
  if (matching.length === 0) {
    throw new ApiError(404, 'not_found_error', `this endpoint is in beta; send "anthropic-beta: ${wanted[0]}"`);
  }
  if (matching.length > 1) throw invalid(`anthropic-beta: unexpected value ${matching[1]} beside ${matching[0]}`);
}
