/** Tool calls as the log tells of them. Pure. */
import type { EventOf, UserCustomToolResult, UserToolResult } from '../../events.ts';
import type { EventId } from '../../ids.ts';
import type { Memo } from './memo.ts';

/** A tool call that has no result yet. */
export interface Call {
  id: EventId;
  /** The MCP server whose tool it is, null for every other tool. */
  server: string | null;
  name: string;
  input: Record<string, unknown>;
  by: 'hands' | 'client';
  permission: 'allow' | 'ask' | 'deny';
  decision: null | { allow: true } | { allow: false; message: string | null };
}

export function openCall(
  event: EventOf<'agent.tool_use' | 'agent.mcp_tool_use' | 'agent.custom_tool_use'>,
  memo: Memo | null,
): Call {
  const custom = event.type === 'agent.custom_tool_use';
  return {
    id: event.id,
    server: event.type === 'agent.mcp_tool_use' ? event.mcp_server_name : null,
    name: event.name,
    input: event.input,
    by: custom || (memo?.kind === 'call' && memo.by === 'client') ? 'client' : 'hands',
    permission: custom ? 'allow' : (event.evaluated_permission ?? 'allow'),
    decision: null,
  };
}

/** The first decision about a call that asked for one counts. */
export function decided(calls: readonly Call[], event: EventOf<'user.tool_confirmation'>): Call[] {
  return calls.map((call) =>
    call.id === event.tool_use_id && call.permission === 'ask' && call.decision === null
      ? { ...call, decision: verdict(event) }
      : call,
  );
}

function verdict(event: EventOf<'user.tool_confirmation'>): Call['decision'] {
  return event.result === 'allow' ? { allow: true } : { allow: false, message: event.deny_message ?? null };
}

/** Whether it may have run: without leave it only has a result that says so. */
export function wasAllowed({ permission, decision }: Call): boolean {
  return permission === 'allow' || decision?.allow === true;
}

export function answeredCall(event: UserCustomToolResult | UserToolResult): EventId {
  return event.type === 'user.custom_tool_result' ? event.custom_tool_use_id : event.tool_use_id;
}
