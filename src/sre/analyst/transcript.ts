/** What the conversation so far holds: the brief, every tool answer by its question, and what people said later. */
import { jsonObject } from '../../lib/json-object.ts';
import { type Brief, readBrief } from '../brief.ts';
import type { ModelBlock, ModelMessage } from './model.ts';

export interface Call {
  name: string;
  input: Record<string, unknown>;
}
export type Result =
  | { ok: true; evidence: string | null; data: unknown; warnings: string[]; truncated: boolean; text: string }
  | { ok: false; error: string; text: string };

export interface Transcript {
  brief: Brief | null;
  /** By question, so that the answer is found again whatever else happened in between. */
  results: ReadonlyMap<string, Result>;
  /** How often each question was answered; the newest answer is the one that is kept. */
  attempts: ReadonlyMap<string, number>;
  /** How many tools were asked for, to number the next. */
  uses: number;
  /** Words of people after the brief, in order. */
  said: string[];
  /** True when the newest words come from a person and not from a tool. */
  spokenTo: boolean;
}

export function readTranscript(messages: readonly ModelMessage[]): Transcript {
  const results = new Map<string, Result>();
  const attempts = new Map<string, number>();
  const questions = new Map<string, string>();
  const blocks = messages.flatMap((message) => message.content);
  for (const block of blocks) {
    if (block.type === 'tool_use') questions.set(block.id, questionKey(block));
    if (block.type !== 'tool_result') continue;
    const key = questions.get(block.tool_use_id);
    if (key === undefined) continue;
    results.set(key, resultOf(block.content, block.is_error));
    attempts.set(key, (attempts.get(key) ?? 0) + 1);
  }
  const spoken = messages
    .filter(({ role }) => role === 'user')
    .flatMap(({ content }) => content.flatMap((block) => (block.type === 'text' ? [block.text] : [])));
  const first = spoken.findIndex((text) => readBrief(text) !== null);
  const newest = messages.at(-1);
  return {
    brief: readBrief(spoken[first] ?? ''),
    results,
    attempts,
    uses: questions.size,
    said: spoken.slice(first + 1),
    spokenTo: newest?.role === 'user' && newest.content.every((block) => block.type === 'text'),
  };
}

/** The same question gives the same key, whatever the order of its fields. */
export function questionKey(call: Call): string {
  return `${call.name} ${JSON.stringify(sorted(call.input))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function resultOf(content: readonly ModelBlock[], isError: boolean): Result {
  const text = content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  const body = jsonObject(text);
  if (isError) return { ok: false, error: typeof body?.error === 'string' ? body.error : text, text };
  return {
    ok: true,
    text,
    evidence: typeof body?.evidence === 'string' ? body.evidence : null,
    data: body === null ? text : (body.data ?? body),
    warnings: Array.isArray(body?.warnings) ? body.warnings.filter((each) => typeof each === 'string') : [],
    truncated: body?.truncated === true,
  };
}
