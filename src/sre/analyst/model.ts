/**
 * The shapes of the port this mind is plugged into, declared again here because the product does not import the core.
 * A test holds the two to be the same.
 */
export interface ModelUsage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
  speed?: 'standard' | 'fast';
}
export type ModelBlock =
  | { type: 'text'; text: string }
  | { type: 'image'; source: object }
  | { type: 'document'; source: object; title?: string | null; context?: string | null }
  | { type: 'search_result'; source: string; title: string; content: { type: 'text'; text: string }[] }
  | { type: 'thinking'; thinking: string; signature: string }
  | { type: 'redacted_thinking'; data: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> }
  | { type: 'tool_result'; tool_use_id: string; content: ModelBlock[]; is_error: boolean };
export interface ModelMessage {
  role: 'user' | 'assistant';
  content: ModelBlock[];
}
export interface ModelRequest {
  model: string;
  effort: string;
  speed: 'standard' | 'fast';
  system: string;
  messages: readonly ModelMessage[];
  tools: readonly { name: string; description: string; input_schema: object }[];
  maxTokens: number;
}
export type ModelChunk =
  | { type: 'begin'; usage: ModelUsage }
  | { type: 'text_delta'; text: string }
  | { type: 'thinking' }
  | { type: 'block'; block: ModelBlock }
  | {
      type: 'end';
      stop: 'end_turn' | 'tool_use' | 'max_tokens' | 'refusal' | 'pause_turn';
      usage: ModelUsage;
      refusal?: { category: string | null; explanation: string | null };
    };
