/**
 * The wire's stream as chunks. A stream that ends before `message_stop`, or whose parts do not fit together, is a broken
 * connection: nothing is guessed. Fields are looked at before they are believed, because gateways leave some out.
 */
import type Anthropic from '@anthropic-ai/sdk';
import type { ModelUsage } from '../../events.ts';
import { type ModelBlock, type ModelChunk, ModelError, type ModelStop } from '../../ports/model.ts';

interface Open {
  block: Anthropic.ContentBlock;
  text: string;
  json: string;
  signature: string;
}

/** Characters of one answer: many times what any model may write. */
const MAX_CHARACTERS = 16_000_000;

/** `model` is the one that was asked; only it can read its thinking again. */
export async function* readStream(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  model: string,
): AsyncGenerator<ModelChunk> {
  const blocks = createBlocks();
  let usage = noUsage;
  let delta: Anthropic.RawMessageDeltaEvent['delta'] | null = null;
  for await (const event of events) {
    switch (event.type) {
      case 'message_start':
        usage = usageOf(event.message.usage, noUsage);
        yield { type: 'begin', usage };
        break;
      case 'content_block_start':
        blocks.begin(event.index, event.content_block);
        if (isThinking(event.content_block)) yield { type: 'thinking' };
        break;
      case 'content_block_delta': {
        const text = blocks.grow(event.index, event.delta);
        if (text !== null) yield { type: 'text_delta', text };
        break;
      }
      case 'content_block_stop': {
        const block = asModelBlock(blocks.end(event.index), model);
        if (block !== null) yield { type: 'block', block };
        break;
      }
      case 'message_delta':
        delta = event.delta;
        usage = usageOf(event.usage, usage);
        break;
      case 'message_stop':
        yield finalChunk(blocks.open(), usage, delta);
        return;
    }
  }
  throw broken('stopped short of its end');
}

function broken(how: string): ModelError {
  return new ModelError('connection', `The response of the model service ${how}.`);
}

/** Blocks come one after the other or side by side, each once: begun, grown, ended. */
function createBlocks() {
  const open = new Map<number, Open>();
  const begun = new Set<number>();
  let characters = 0;
  const at = (index: number): Open => {
    const found = open.get(index);
    if (found === undefined) throw broken('had part of a block that it had not begun, or had ended');
    return found;
  };
  return {
    begin(index: number, block: Anthropic.ContentBlock): void {
      if (begun.has(index)) throw broken('began a block twice');
      begun.add(index);
      open.set(index, { block, text: '', json: '', signature: '' });
    },
    /** Answers text that may be shown. */
    grow(index: number, delta: Anthropic.RawContentBlockDelta): string | null {
      const [text, size] = grow(at(index), delta);
      characters += size;
      if (characters > MAX_CHARACTERS)
        throw new ModelError('invalid_request', 'The model service did not come to an end.');
      return text;
    },
    end(index: number): Open {
      const ended = at(index);
      open.delete(index);
      return ended;
    },
    open: () => open.size,
  };
}

const noUsage: ModelUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
/** What the end says goes before what the beginning said; some services tell only one of them. */
function usageOf(
  usage: Partial<Anthropic.Usage> | Partial<Anthropic.MessageDeltaUsage> | null | undefined,
  before: ModelUsage,
): ModelUsage {
  if (typeof usage !== 'object' || usage === null) return before;
  const speed = 'speed' in usage ? usage.speed : undefined;
  return {
    ...before,
    input_tokens: count(usage.input_tokens) ?? before.input_tokens,
    output_tokens: count(usage.output_tokens) ?? before.output_tokens,
    cache_creation_input_tokens: count(usage.cache_creation_input_tokens) ?? before.cache_creation_input_tokens,
    cache_read_input_tokens: count(usage.cache_read_input_tokens) ?? before.cache_read_input_tokens,
    ...(speed === 'fast' || speed === 'standard' ? { speed } : {}),
  };
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

function isThinking(block: Anthropic.ContentBlock): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}

/** Adds a delta to its block; answers text that may be shown, and how much came. */
function grow(open: Open, delta: Anthropic.RawContentBlockDelta): [shown: string | null, size: number] {
  switch (delta.type) {
    case 'text_delta': {
      const text = textOf(delta.text);
      open.text += text;
      return [open.block.type === 'text' ? text : null, text.length];
    }
    case 'thinking_delta':
      open.text += textOf(delta.thinking);
      return [null, textOf(delta.thinking).length];
    case 'signature_delta':
      open.signature += textOf(delta.signature);
      return [null, textOf(delta.signature).length];
    case 'input_json_delta':
      open.json += textOf(delta.partial_json);
      return [null, textOf(delta.partial_json).length];
    default:
      return [null, 0];
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Null for blocks that only Anthropic's own server tools make; none of those is offered. */
function asModelBlock({ block, text, json, signature }: Open, by: string): ModelBlock | null {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: textOf(block.text) + text };
    case 'thinking': {
      const thinking = textOf(block.thinking) + text;
      return { type: 'thinking', thinking, signature: textOf(block.signature) + signature, by };
    }
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: textOf(block.data), by };
    case 'tool_use':
      return { type: 'tool_use', id: textOf(block.id), name: textOf(block.name), ...parseInput(json, block.input) };
    default:
      return null;
  }
}

function parseInput(json: string, initial: unknown): { input: Record<string, unknown>; malformed?: string } {
  if (json === '') return { input: isRecord(initial) ? initial : {} };
  try {
    const parsed: unknown = JSON.parse(json);
    return isRecord(parsed) ? { input: parsed } : { input: {}, malformed: json };
  } catch {
    return { input: {}, malformed: json };
  }
}
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function finalChunk(
  open: number,
  usage: ModelUsage,
  delta: Anthropic.RawMessageDeltaEvent['delta'] | null,
): ModelChunk {
  if (open > 0) throw broken('ended inside a block');
  // No budget would hold.
  if (usage === noUsage) throw broken('did not say how many tokens were used');
  const stop = stopOf(delta?.stop_reason ?? null);
  const details = delta?.stop_details ?? null;
  const refusal = details === null ? {} : { refusal: { category: details.category, explanation: details.explanation } };
  return { type: 'end', stop, usage, ...refusal };
}

function stopOf(reason: Anthropic.StopReason | null): ModelStop {
  switch (reason) {
    case 'end_turn':
    case 'stop_sequence':
      return 'end_turn';
    case 'tool_use':
    case 'max_tokens':
    case 'pause_turn':
    case 'refusal':
      return reason;
    case 'model_context_window_exceeded':
      throw new ModelError('too_long', 'The conversation no longer fits the context window of the model.');
    case null:
      throw broken('ended without a reason');
    default:
      throw new ModelError('invalid_request', `The model service ended for a reason unknown here: ${String(reason)}.`);
  }
}
