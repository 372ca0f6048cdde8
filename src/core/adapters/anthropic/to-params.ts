/** A request in the words of the Messages API, with cache markers where the next request will begin alike. Pure. */
import type Anthropic from '@anthropic-ai/sdk';
import type { ModelBlock, ModelMessage, ModelRequest } from '../../ports/model.ts';

type Params = Anthropic.MessageCreateParamsStreaming;
type BlockParam = Anthropic.ContentBlockParam;
interface Message {
  role: 'user' | 'assistant';
  content: BlockParam[];
}
const ephemeral = { type: 'ephemeral' as const };

/** Models that think as much as they find useful when asked to. */
const thinkers = /^claude-(opus|sonnet)-4-[6-9]|^claude-(opus|sonnet|fable|mythos|haiku)-([5-9]|\d{2})/;
const fastBeta = 'fast-mode-2026-02-01';

export function toParams(request: ModelRequest): { params: Params; betas: string[] } {
  const fast = request.speed === 'fast';
  const params: Params = {
    model: request.model,
    max_tokens: request.maxTokens,
    stream: true,
    messages: markTail(request.messages.map((message) => toMessage(message, request.model))),
    ...(request.system === '' ? {} : { system: [{ type: 'text', text: request.system, cache_control: ephemeral }] }),
    ...(request.tools.length === 0 ? {} : { tools: toTools(request) }),
    ...(thinkers.test(request.model) ? { thinking: { type: 'adaptive' } } : {}),
    ...effort(request),
    ...(fast ? { speed: 'fast' } : {}),
  };
  return { params, betas: fast ? [fastBeta] : [] };
}

/** `high` is what every model does unasked, so only other levels are sent; older models refuse the field. */
function effort(request: ModelRequest): Pick<Params, 'output_config'> {
  switch (request.effort) {
    case 'low':
    case 'medium':
    case 'xhigh':
    case 'max':
      return { output_config: { effort: request.effort } };
    default:
      return {};
  }
}

function toTools(request: ModelRequest): Anthropic.Tool[] {
  const last = request.tools.length - 1;
  return request.tools.map(({ name, description, input_schema }, place) => ({
    name,
    description,
    input_schema: objectSchema(input_schema),
    ...(place === last ? { cache_control: ephemeral } : {}),
  }));
}

/** Tool schemas are checked to be of type object when an agent is saved; built-in ones are written so. */
function objectSchema(schema: object): Anthropic.Tool.InputSchema {
  return schema as Anthropic.Tool.InputSchema;
}

/**
 * What the service refuses would be refused again with every later request of the session, so it is not sent: thinking that
 * another model signed or that was cut before its signature, thinking with nothing after it, text that is blank.
 */
function toMessage({ role, content }: ModelMessage, model: string): Message {
  if (role === 'user') return { role, content: content.map(toBlock) };
  const said = content.filter((block) => (isThinking(block) ? isReadable(block, model) : !isBlank(block)));
  const end = said.findLastIndex((block) => !isThinking(block)) + 1;
  return { role, content: end === 0 ? [blank] : said.slice(0, end).map(toBlock) };
}

const blank = { type: 'text' as const, text: '[blank]' };
type Thinking = Extract<ModelBlock, { type: 'thinking' | 'redacted_thinking' }>;

function isThinking(block: ModelBlock): block is Thinking {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}
function isReadable(block: Thinking, model: string): boolean {
  return (block.by ?? model) === model && (block.type === 'redacted_thinking' || block.signature !== '');
}
function isBlank(block: ModelBlock): boolean {
  return block.type === 'text' && block.text.trim() === '';
}

function toBlock(block: ModelBlock): BlockParam {
  switch (block.type) {
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: speakable(block.name), input: block.input };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: block.tool_use_id,
        content: block.content.map(toResultBlock),
        is_error: block.is_error,
      };
    case 'text':
      return textBlock(block);
    case 'thinking':
      return { type: 'thinking', thinking: block.thinking, signature: block.signature };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
    default:
      return asSent(block);
  }
}

function textBlock(block: { type: 'text'; text: string }): Anthropic.TextBlockParam {
  return isBlank(block) ? blank : { ...block };
}

/** A call of a tool that nobody has may have a name that nobody may have. */
function speakable(name: string): string {
  return name.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 128) || '_';
}

type ResultBlock = Exclude<Anthropic.ToolResultBlockParam['content'], string | undefined>[number];
function toResultBlock(block: ModelBlock): ResultBlock {
  return block.type === 'text' ? textBlock(block) : (asSent(block) as ResultBlock);
}

/** Media blocks carry the sources that the API itself had accepted; they have the shape of the wire. */
function asSent(block: ModelBlock): BlockParam {
  return block as BlockParam;
}

/** The last two user messages are marked: one for what is cached now, one for what the request before had cached. */
function markTail(messages: Message[]): Message[] {
  const users = messages.flatMap((message, place) => (message.role === 'user' ? [place] : [])).slice(-2);
  return messages.map((message, place) =>
    users.includes(place) ? { ...message, content: mark(message.content) } : message,
  );
}
function mark(content: BlockParam[]): BlockParam[] {
  const last = content.at(-1);
  if (last === undefined || last.type === 'thinking' || last.type === 'redacted_thinking') return content;
  return [...content.slice(0, -1), { ...last, cache_control: ephemeral }];
}
