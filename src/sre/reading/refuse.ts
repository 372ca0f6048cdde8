/** The two ways a read ends without data, told apart: the question was wrong, or the source could not be asked. */
import type { Answer } from '../ports/answer.ts';
import type { ToolResult } from '../tool.ts';

export function badInput(source: string, error: string): ToolResult {
  return { ok: false, kind: 'bad_input', source, error };
}

/** Says that nothing was seen, and that this is not the same as nothing being there. */
export function couldNotLook(answer: Extract<Answer<unknown>, { status: 'unavailable' }>): ToolResult {
  if (answer.why === 'bad_query') return badInput(answer.source, answer.detail);
  return {
    ok: false,
    kind: 'unavailable',
    source: answer.source,
    error: `could not look (${answer.why}): ${answer.detail}. Nothing was seen here; that is not a healthy reading. Say so in could_not_access.`,
  };
}
