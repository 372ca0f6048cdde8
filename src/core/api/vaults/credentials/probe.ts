/** Asks an MCP server whether it takes a token: the two requests every client begins with. */
import { OutboundFailed, type OutboundReply } from '../../../ports/outbound.ts';
import type { Core } from '../../core.ts';

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 16_384;
const PROTOCOL = '2025-06-18';

/** `null` as reply: there was no answer. */
export type Probed = { ok: true } | { ok: false; method: string; reply: OutboundReply | null };

export async function probe(core: Core, url: string, token: string): Promise<Probed> {
  const first = await call(core, url, token, null, 'initialize', {
    protocolVersion: PROTOCOL,
    capabilities: {},
    clientInfo: { name: 'vigil', version: '1' },
  });
  if (!accepted(first)) return { ok: false, method: 'initialize', reply: first };
  const session = first.headers['mcp-session-id'] ?? null;
  const second = await call(core, url, token, session, 'tools/list', {});
  return accepted(second) ? { ok: true } : { ok: false, method: 'tools/list', reply: second };
}

function accepted(reply: OutboundReply | null): reply is OutboundReply {
  return reply !== null && reply.status >= 200 && reply.status < 300;
}

async function call(
  core: Core,
  url: string,
  token: string,
  session: string | null,
  method: string,
  params: object,
): Promise<OutboundReply | null> {
  try {
    return await core.outbound.send({
      method: 'POST',
      url,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(session === null ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': PROTOCOL }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      read: 'errors',
    });
  } catch (error) {
    if (error instanceof OutboundFailed) return null;
    throw error;
  }
}
