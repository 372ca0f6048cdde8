import { McpFailed } from '../../ports/mcp.ts';

/** The HTTP status behind an error of the client, when there was one. */
export function statusOf(error: unknown): number | null {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'number' && at.code >= 100) return at.code;
  }
  return null;
}

/** The server's own words are left out: they may repeat what it was sent, the token among it. */
export function toFailure(error: unknown): McpFailed {
  if (error instanceof McpFailed) return error;
  const status = statusOf(error);
  if (status === 401 || status === 403)
    return new McpFailed('authentication', `it refused the credential (${status})`, {
      cause: error,
      stale: status === 401,
    });
  return new McpFailed('connection', status === null ? reasonOf(error) : `it answered ${status}`, { cause: error });
}

function reasonOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at.name === 'OutboundRefused')
      return 'its address is not public; name the host under private_hosts if it is meant';
    if (at.name === 'TimeoutError' || at.name === 'AbortError' || ('code' in at && at.code === -32001))
      return 'it did not answer in time';
    if ('code' in at && typeof at.code === 'string') return `it could not be reached (${at.code})`;
  }
  return 'it did not answer as the protocol asks';
}
