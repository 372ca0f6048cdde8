/** How many tokens a line of the log takes in the model's context, by its length. Pure. */
import type { ResultBlock, SessionEvent, UserBlock } from '../../events.ts';

/** Few texts have fewer: prose has about four, tables and JSON about three. */
const charactersPerToken = 3;
/** Images of the largest size that is not scaled down. */
const tokensPerImage = 3_000;
/** A document whose length is not known here. */
const tokensPerDocument = 10_000;
const bytesPerDocumentToken = 20;

export function textTokens(length: number): number {
  return Math.ceil(length / charactersPerToken);
}

export function lineTokens(event: SessionEvent): number {
  switch (event.type) {
    case 'user.message':
    case 'system.message':
    case 'agent.message':
    case 'agent.thread_message_received':
      return blocksTokens(event.content);
    case 'user.custom_tool_result':
    case 'user.tool_result':
    case 'agent.tool_result':
    case 'agent.mcp_tool_result':
      return blocksTokens(event.content ?? []);
    case 'agent.tool_use':
    case 'agent.mcp_tool_use':
    case 'agent.custom_tool_use':
      return textTokens(event.name.length + jsonLength(event.input));
    case 'user.define_outcome':
      return textTokens(event.description.length + event.rubric.content.length);
    case 'span.outcome_evaluation_end':
      return textTokens(event.explanation.length);
    default:
      return 0;
  }
}

/** Of a value as JSON, without writing it out: escapes are not counted. */
function jsonLength(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + jsonLength(one) + 1, 2);
  return Object.entries(value).reduce((sum, [key, one]) => sum + key.length + jsonLength(one) + 4, 2);
}

function blocksTokens(blocks: readonly (UserBlock | ResultBlock)[]): number {
  return blocks.reduce((sum, block) => sum + blockTokens(block), 0);
}

function blockTokens(block: UserBlock | ResultBlock): number {
  switch (block.type) {
    case 'text':
      return textTokens(block.text.length);
    case 'image':
      return tokensPerImage;
    case 'document':
      return documentTokens(block.source);
    case 'search_result':
      return blocksTokens(block.content);
  }
}

function documentTokens(source: Extract<UserBlock, { type: 'document' }>['source']): number {
  if (source.type === 'text') return textTokens(source.data.length);
  return source.type === 'base64' ? Math.ceil((source.data.length * 0.75) / bytesPerDocumentToken) : tokensPerDocument;
}
