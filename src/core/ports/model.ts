/**
 * A mind behind one call: messages and tools in, blocks and usage out. The shapes are those of the Messages API, so
 * that any compatible gateway fits; an implementation holds no state between calls.
 */
import type { ModelUsage } from '../events.ts';

export type ModelBlock =
  | { type: 'text'; text: string }
  | { type: 'image'; source: object }
  | { type: 'document'; source: object; title?: string | null; context?: string | null }
  | { type: 'search_result'; source: string; title: string; content: { type: 'text'; text: string }[] }
  /** `by` is the model that thought it, where only that one can read it again. */
  | { type: 'thinking'; thinking: string; signature: string; by?: string }
  | { type: 'redacted_thinking'; data: string; by?: string }
  /** `malformed` holds what the model wrote when it was not a JSON object; `input` is then empty and the call is refused. */
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown>; malformed?: string }
  | { type: 'tool_result'; tool_use_id: string; content: ModelBlock[]; is_error: boolean };
export interface ModelMessage {
  role: 'user' | 'assistant';
  content: ModelBlock[];
}
export interface ModelTool {
  name: string;
  description: string;
  input_schema: object;
}

export interface ModelRequest {
  model: string;
  effort: string;
  speed: 'standard' | 'fast';
  system: string;
  messages: readonly ModelMessage[];
  tools: readonly ModelTool[];
  maxTokens: number;
}
export type ModelStop = 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal' | 'pause_turn';
/**
 * Chunks arrive in order. Each finished block is repeated whole as `block`; the last chunk is `end`. A service that charges
 * for reading a request says so first, as `begin`: that much is spent also when no end comes.
 */
export type ModelChunk =
  | { type: 'begin'; usage: ModelUsage }
  | { type: 'text_delta'; text: string }
  | { type: 'thinking' }
  | { type: 'block'; block: ModelBlock }
  | {
      type: 'end';
      stop: ModelStop;
      usage: ModelUsage;
      refusal?: { category: string | null; explanation: string | null };
    };

/** When a request may leave, and when its answer is no longer wanted. */
export interface Leave {
  /**
   * Resolves when the request is on record. Until then it is made ready and nothing of it is sent; when this rejects, nothing
   * ever is, and the response rejects.
   */
  recorded: Promise<unknown>;
  signal: AbortSignal;
}

export interface Model {
  /**
   * Streams one response. Must end with `end` or throw `ModelError`; a stream that stops short of `end` is an error
   * of the adapter's making. Retries are the caller's business: an implementation makes one attempt.
   */
  respond(request: ModelRequest, leave: Leave): AsyncIterable<ModelChunk>;
  /** Tokens that one request and its answer may have; `Infinity` for a mind that reads anything. Absent when not known. */
  contextTokens?: number;
}

/** Chooses the mind for a model id; throws `ModelError('unknown_model')` when none is configured for it. */
export interface Models {
  for(modelId: string): Model;
}

export type ModelFault =
  | 'overloaded'
  | 'rate_limited'
  | 'timeout'
  | 'connection'
  | 'server'
  | 'invalid_request'
  /** The request does not fit the model's context, or the answer did not: a shorter one may. */
  | 'too_long'
  | 'authentication'
  | 'billing'
  | 'unknown_model';
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly fault: ModelFault;
  /** How long the service asked us to wait, milliseconds; already capped at 120 s. */
  readonly retryAfterMs: number | null;
  constructor(fault: ModelFault, message: string, options: { retryAfterMs?: number | null; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.fault = fault;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
  get retryable(): boolean {
    return ['overloaded', 'rate_limited', 'timeout', 'connection', 'server'].includes(this.fault);
  }
}
