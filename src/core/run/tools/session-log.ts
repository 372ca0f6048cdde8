/** The tool with which an agent looks up what it cannot see any more: ours, offered once there is such a thing. Pure. */
import { z } from 'zod';
import type { ModelTool } from '../../ports/model.ts';
import type { Context } from '../context/context.ts';

export const LOG_TOOL = 'session_log';

export const logInput = z
  .object({
    query: z.string().min(1).max(200).optional().describe('words to find, as they stand there; case does not matter'),
    before: z.number().int().min(1).optional().describe('with query: only lines below this number'),
    line: z.number().int().min(1).optional().describe('the line to read from'),
    file: z.string().min(1).max(128).optional().describe('the file with the whole of a tool output to read'),
    offset: z.number().int().min(0).optional().describe('with line or file: characters to leave out at its beginning'),
  })
  .refine(({ query, line, file }) => [query, line, file].filter((one) => one !== undefined).length === 1, {
    message: 'give one of query, line and file',
  });

const { $schema, ...schema } = z.toJSONSchema(logInput, { io: 'input' });

export const logTool: ModelTool = {
  name: LOG_TOOL,
  description:
    'Look up the whole record of this session, of which you see only a part. With query, the newest lines that have these words, each with its number and some of its text; with line, the text from that line on; with file, the whole of a tool output of which you saw an excerpt. At most 20000 characters at once.',
  input_schema: schema,
};

/** Whether the agent sees only a part: of the conversation, of an answer that a client gave, or of one that no sandbox has. */
export function seesPart(context: Pick<Context, 'summary' | 'excerpted' | 'spilled'>, canRead: boolean): boolean {
  return context.summary !== null || context.excerpted || (context.spilled.length > 0 && !canRead);
}
