import { z } from 'zod';
import type { McpResult } from '../../ports/mcp.ts';
import { mediaFault } from '../../ports/media.ts';

const MAX_CHARACTERS = 1_000_000;
const MAX_IMAGE_CHARACTERS = 5_000_000;

const answer = z.object({
  isError: z.boolean().optional(),
  structuredContent: z.unknown().optional(),
  content: z
    .array(
      z.union([
        z.object({ type: z.literal('text'), text: z.string() }),
        z.object({ type: z.literal('image'), data: z.string(), mimeType: z.string() }),
        z.object({ type: z.literal('resource'), resource: z.object({ uri: z.string(), text: z.string() }) }),
        z.object({ type: z.string() }),
      ]),
    )
    .default([]),
});
type Content = z.infer<typeof answer>['content'];

/** What the model is shown of a result. What is too long, or of a kind that cannot be shown, is marked as left out. */
export function toResult(raw: unknown): McpResult {
  const { content, structuredContent, isError = false } = answer.parse(raw);
  const shown = content.flatMap(block);
  if (shown.length === 0 && structuredContent !== undefined)
    shown.push({ type: 'text', text: JSON.stringify(structuredContent) });
  let left = MAX_CHARACTERS;
  return {
    isError,
    content: shown.map((one) => {
      if (one.type !== 'text') return one;
      const text =
        one.text.length <= left
          ? one.text
          : `${one.text.slice(0, left)}\n[cut: ${one.text.length - left} more characters]`;
      left = Math.max(0, left - one.text.length);
      return { type: 'text', text };
    }),
  };
}

function block(one: Content[number]): McpResult['content'] {
  if ('text' in one) return [{ type: 'text', text: one.text }];
  if ('resource' in one) return [{ type: 'text', text: `${one.resource.uri}\n${one.resource.text}` }];
  if ('data' in one && one.data.length <= MAX_IMAGE_CHARACTERS && mediaFault('image', one.mimeType) === null)
    return [{ type: 'image', source: { type: 'base64', media_type: one.mimeType, data: one.data } }];
  return [{ type: 'text', text: `[${one.type} content is not shown]` }];
}
