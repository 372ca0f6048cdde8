/** A session event as a line of the incident's story; null for what is no news to people. Pure. */

import type { TimelineEntry } from '../incident.ts';
import { describeCustomUse, describeSandboxUse } from './describe-use.ts';
import type { SessionEvent } from './tail.ts';

const MAX_TEXT = 2000;

export function timelineEntry(event: SessionEvent, now: string): Omit<TimelineEntry, 'seq' | 'incident'> | null {
  const line = lineOf(event);
  if (line === null || !('id' in event)) return null;
  const at = 'processed_at' in event && typeof event.processed_at === 'string' ? event.processed_at : now;
  const text = line.text.length <= MAX_TEXT ? line.text : `${line.text.slice(0, MAX_TEXT)} [cut]`;
  return { at, kind: line.kind, actor: line.actor, text, ref: event.id };
}

/** The wire grows new events; those that are not named here are no news. */
function lineOf(event: SessionEvent): Pick<TimelineEntry, 'kind' | 'actor' | 'text'> | null {
  switch (event.type) {
    case 'agent.message': {
      const text = event.content.map((block) => (block.type === 'text' ? block.text : '[redacted]')).join('\n');
      return text.trim() === '' ? null : { kind: 'hypothesis', actor: 'agent', text };
    }
    case 'agent.custom_tool_use':
      return { kind: 'observe', actor: 'agent', text: describeCustomUse(event.name, event.input) };
    case 'agent.tool_use':
      return { kind: 'observe', actor: 'agent', text: describeSandboxUse(event.name, event.input) };
    case 'session.thread_created':
      return { kind: 'observe', actor: 'agent', text: `${event.agent_name} was asked` };
    case 'agent.thread_message_received': {
      const text = event.content.map((block) => (block.type === 'text' ? block.text : '[redacted]')).join('\n');
      return { kind: 'observe', actor: 'agent', text: `${event.from_agent_name ?? 'An agent'} says: ${text}` };
    }
    case 'session.error':
      return { kind: 'error', actor: 'system', text: event.error.message };
    case 'session.status_rescheduled':
      return { kind: 'note', actor: 'system', text: 'The model could not be reached; trying again' };
    case 'session.status_terminated':
      return { kind: 'error', actor: 'system', text: 'The session ended and cannot go on' };
    default:
      return null;
  }
}
