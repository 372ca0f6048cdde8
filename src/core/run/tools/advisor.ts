/** The tool with which an agent asks a stronger model what it thinks of the work so far. Pure. */
import type { ModelTool } from '../../ports/model.ts';
import { ADVISOR_TOOL } from '../state/memo.ts';

export const advisorTool: ModelTool = {
  name: ADVISOR_TOOL,
  description:
    'Ask an advisor, another model that reads this conversation from its beginning, what it thinks of your work. It takes no input and uses no tools. Ask before you settle on a course, when you are stuck, and before you call a long task done.',
  input_schema: { type: 'object', properties: {}, additionalProperties: false },
};

/** A failure is no event of the agent's: the conversation simply goes on without advice, and this says so beforehand. */
export const ADVICE_FOLLOWS =
  'The advisor is asked, and what it says follows as a message. If none follows, it could not be asked: go on without it.';
