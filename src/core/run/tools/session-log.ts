/** The tool with which an agent looks up what was summarized away: ours, offered once there is such a thing. Pure. */
import { z } from 'zod';
import type { ModelTool } from '../../ports/model.ts';

export const LOG_TOOL = 'session_log';

export const logInput = z
  .object({
    query: z.string().min(1).max(200).optional().describe('words to find, as they stand there; case does not matter'),
    before: z.number().int().min(1).optional().describe('with query: only lines below this number'),
    line: z.number().int().min(1).optional().describe('the line to read from'),
    offset: z.number().int().min(0).optional().describe('with line: characters of it to leave out'),
  })
  .refine(({ query, line }) => (query === undefined) !== (line === undefined), { message: 'give query or line' });

const { $schema, ...schema } = z.toJSONSchema(logInput, { io: 'input' });

export const logTool: ModelTool = {
  name: LOG_TOOL,
  description:
    'Look up the whole record of this session, of which the beginning was summarized. With query, the newest lines that have these words, each with its number and some of its text; with line, the text from that line on, at most 20000 characters.',
  input_schema: schema,
};
