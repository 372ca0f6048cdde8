/** Says what is wrong with a conversation as the Messages API would see it; an empty list means nothing. */
import type { ModelMessage } from '../../../src/core/ports/model.ts';

export function faults(messages: readonly ModelMessage[]): string[] {
  const first = messages[0];
  const found = first !== undefined && first.role !== 'user' ? ['does not begin with the user'] : [];
  let open: readonly string[] = [];
  for (const [place, message] of messages.entries()) {
    if (message.content.length === 0) found.push(`message ${place} is empty`);
    if (messages[place + 1]?.role === message.role) found.push(`two ${message.role} messages in a row at ${place}`);
    found.push(...resultFaults(message, open));
    open = message.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  }
  if (open.length > 0) found.push(`no result of ${open.join()}`);
  return found;
}

/** The results of a message against the calls that the one before it made. */
function resultFaults(message: ModelMessage, uses: readonly string[]): string[] {
  const results = message.content.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
  const found: string[] = [];
  if ([...results].sort().join() !== [...uses].sort().join())
    found.push(`results ${results.join()} of calls ${uses.join()}`);
  const firstOther = message.content.findIndex((block) => block.type !== 'tool_result');
  const lastResult = message.content.findLastIndex((block) => block.type === 'tool_result');
  if (firstOther >= 0 && firstOther < lastResult) found.push('something stands before the results');
  return found;
}
