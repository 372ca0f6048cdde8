/** Where a system message may stand in a request: last, once, right after what a user or a tool said. Pure. */
import { invalid } from '../../errors.ts';
import type { EventInput } from './schema.ts';

const MAY_PRECEDE: readonly string[] = ['user.message', 'user.tool_result', 'user.custom_tool_result'];

export function checkSequence(inputs: readonly EventInput[]): void {
  const at = inputs.findIndex((input) => input.type === 'system.message');
  if (at === -1) return;
  if (at !== inputs.length - 1) throw invalid(`events.${at}: system.message must be the last event, and only once`);
  const before = inputs[at - 1]?.type;
  if (before === undefined || !MAY_PRECEDE.includes(before)) {
    throw invalid(`events.${at}: system.message must directly follow a user.message or a tool result`);
  }
}
