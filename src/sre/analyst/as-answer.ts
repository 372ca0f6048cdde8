/** A tool's answer as a conversation would bring it back, where there is none. */
import type { ToolResult } from '../tool.ts';
import type { Result } from './transcript.ts';

/** `number` of the evidence that it becomes. */
export function asAnswer(answer: ToolResult, number: number): Result {
  if (!answer.ok) return { ok: false, error: answer.error, text: answer.error };
  const { source, range, truncated = false, warnings = [], data } = answer;
  const text = JSON.stringify({ source, range, truncated, warnings, data });
  return { ok: true, evidence: `E${number}`, data: JSON.parse(text).data, warnings, truncated, text };
}
