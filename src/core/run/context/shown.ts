/** A line of the conversation as text, for whoever reads it later. Pure. */
import type { ResultBlock, SessionEvent, UserBlock } from '../../events.ts';

/** Null for lines in which nothing was said. */
export function shown(event: SessionEvent): string | null {
  switch (event.type) {
    case 'user.message':
      return `User: ${words(event.content)}`;
    case 'system.message':
      return `Operator: ${words(event.content)}`;
    case 'user.define_outcome':
      return `Outcome: ${event.description}\nRubric: ${event.rubric.content}`;
    case 'span.outcome_evaluation_end':
      return `Graded ${event.result}: ${event.explanation}`;
    case 'agent.message':
      return `You: ${words(event.content)}`;
    case 'agent.thread_message_received':
      return `From agent ${event.from_agent_name ?? 'primary'}: ${words(event.content)}`;
    case 'agent.thread_message_sent':
      return `To agent ${event.to_agent_name ?? 'primary'}: ${words(event.content)}`;
    case 'agent.tool_use':
    case 'agent.custom_tool_use':
      return `Call of ${event.name}: ${JSON.stringify(event.input)}`;
    case 'agent.mcp_tool_use':
      return `Call of ${event.name} of ${event.mcp_server_name}: ${JSON.stringify(event.input)}`;
    case 'agent.tool_result':
    case 'agent.mcp_tool_result':
    case 'user.tool_result':
    case 'user.custom_tool_result':
      return `${event.is_error === true ? 'Failed' : 'Result'}: ${words(event.content ?? [])}`;
    case 'session.error':
      return `Error: ${event.error.message}`;
    default:
      return null;
  }
}

function words(blocks: readonly (UserBlock | ResultBlock)[]): string {
  return blocks.map(wordsOf).join('\n');
}

function wordsOf(block: UserBlock | ResultBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
      return '[an image]';
    case 'document':
      return block.source.type === 'text' ? block.source.data : `[a document: ${block.title ?? 'untitled'}]`;
    case 'search_result':
      return `${block.title} (${block.source})\n${block.content.map(({ text }) => text).join('\n')}`;
  }
}
