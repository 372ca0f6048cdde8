/** A message to a session that carries a mark of what it tells, so that a crash after it makes no second one. */
import type Anthropic from '@anthropic-ai/sdk';

export interface Telling {
  client: Anthropic;
  signal: AbortSignal;
}

/** `what` stands in the message as JSON under a name, with `update` as its mark; nothing in it can end the block. */
export async function sendOnce(
  { client, signal }: Telling,
  session: string,
  words: string,
  { name, update, ...what }: { name: string; update: string; [more: string]: unknown },
): Promise<void> {
  if (await wasSent({ client, signal }, session, update)) return;
  const json = JSON.stringify({ update, ...what }).replaceAll('<', '\\u003c');
  const content = [{ type: 'text' as const, text: `${words}\n\n<${name}>\n${json}\n</${name}>` }];
  const events = [{ type: 'user.message' as const, content }];
  await client.beta.sessions.events.send(session, { events }, { maxRetries: 0, signal });
}

async function wasSent({ client, signal }: Telling, session: string, update: string): Promise<boolean> {
  const mark = JSON.stringify(update).replaceAll('<', '\\u003c');
  const types = ['user.message' as const];
  for await (const event of client.beta.sessions.events.list(session, { types, limit: 1000 }, { signal })) {
    if (event.type !== 'user.message') continue;
    if (event.content.some((block) => block.type === 'text' && block.text.includes(mark))) return true;
  }
  return false;
}
