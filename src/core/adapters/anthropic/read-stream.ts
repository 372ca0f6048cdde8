/** The wire's stream as chunks. A stream that ends before `message_stop` is a broken connection. */
import type Anthropic from '@anthropic-ai/sdk';
import type { ModelUsage } from '../../events.ts';
import { type ModelBlock, type ModelChunk, ModelError, type ModelStop } from '../../ports/model.ts';

interface Open {
  block: Anthropic.ContentBlock;
  text: string;
  json: string;
  signature: string;
}

export async function* readStream(
  events: AsyncIterable<Anthropic.RawMessageStreamEvent>,
  heard: () => void,
): AsyncGenerator<ModelChunk> {
  const open = new Map<number, Open>();
  const end: { usage: ModelUsage; delta: Anthropic.RawMessageDeltaEvent['delta'] | null } = {
    usage: noUsage,
    delta: null,
  };
  for await (const event of events) {
    heard();
    switch (event.type) {
      case 'message_start':
        end.usage = inputUsage(event.message.usage);
        yield { type: 'begin', usage: end.usage };
        break;
      case 'content_block_start':
        open.set(event.index, { block: event.content_block, text: '', json: '', signature: '' });
        if (isThinking(event.content_block)) yield { type: 'thinking' };
        break;
      case 'content_block_delta': {
        const text = grow(open.get(event.index), event.delta);
        if (text !== null) yield { type: 'text_delta', text };
        break;
      }
      case 'content_block_stop':
        yield* finish(open.get(event.index));
        break;
      case 'message_delta':
        end.delta = event.delta;
        end.usage = { ...end.usage, output_tokens: event.usage.output_tokens };
        break;
      case 'message_stop':
        yield finalChunk(end);
        return;
    }
  }
  throw new ModelError('connection', 'The response of the model service stopped short of its end.');
}

const noUsage: ModelUsage = {
  input_tokens: 0,
  output_tokens: 0,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
};
function inputUsage(usage: Anthropic.Usage): ModelUsage {
  return {
    input_tokens: usage.input_tokens,
    output_tokens: usage.output_tokens,
    cache_creation_input_tokens: usage.cache_creation_input_tokens ?? 0,
    cache_read_input_tokens: usage.cache_read_input_tokens ?? 0,
    ...(usage.speed === 'fast' || usage.speed === 'standard' ? { speed: usage.speed } : {}),
  };
}

function isThinking(block: Anthropic.ContentBlock): boolean {
  return block.type === 'thinking' || block.type === 'redacted_thinking';
}

/** Adds a delta to its block; answers text that may be shown. */
function grow(open: Open | undefined, delta: Anthropic.RawContentBlockDelta): string | null {
  if (open === undefined)
    throw new ModelError('connection', 'The model service sent part of a block it had not begun.');
  switch (delta.type) {
    case 'text_delta':
      open.text += delta.text;
      return delta.text;
    case 'thinking_delta':
      open.text += delta.thinking;
      return null;
    case 'signature_delta':
      open.signature += delta.signature;
      return null;
    case 'input_json_delta':
      open.json += delta.partial_json;
      return null;
    default:
      return null;
  }
}

function* finish(open: Open | undefined): Generator<ModelChunk> {
  const block = open === undefined ? null : asModelBlock(open);
  if (block !== null) yield { type: 'block', block };
}

/** Null for blocks that only Anthropic's own server tools make; none of those is offered. */
function asModelBlock({ block, text, json, signature }: Open): ModelBlock | null {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text + text };
    case 'thinking':
      return { type: 'thinking', thinking: block.thinking + text, signature: block.signature + signature };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: block.data };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, ...parseInput(json, block.input) };
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

function finalChunk(end: { usage: ModelUsage; delta: Anthropic.RawMessageDeltaEvent['delta'] | null }): ModelChunk {
  const stop = stopOf(end.delta?.stop_reason ?? null);
  const details = end.delta?.stop_details ?? null;
  const refusal = details === null ? {} : { refusal: { category: details.category, explanation: details.explanation } };
  return { type: 'end', stop, usage: end.usage, ...refusal };
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
    default:
      throw new ModelError('connection', 'The response of the model service ended without a reason.');
  }
}
