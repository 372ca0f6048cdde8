/** How a read ends: with what was seen, or without data in one of two ways, told apart: a wrong question, or no access. */
import type { TimeRange } from '../evidence.ts';
import type { Answer } from '../ports/answer.ts';
import type { ToolResult } from '../tool.ts';

type Seen = Omit<Extract<Answer<unknown>, { status: 'ok' }>, 'status' | 'data' | 'looks'>;

/** `cut` and `warnings`: beside those of the source. */
export function looked(
  answer: Seen,
  data: Record<string, unknown>,
  {
    range = answer.range,
    cut = false,
    warnings = [],
  }: { range?: TimeRange | null; cut?: boolean; warnings?: string[] } = {},
): ToolResult {
  return {
    ...{ ok: true, source: answer.source, range, url: answer.url },
    truncated: answer.truncated || cut,
    warnings: [...answer.warnings, ...warnings],
    data,
  };
}

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
