/** A reader of a session's events as cheap as one can be: what is measured is the server. */
import { once } from 'node:events';
import { type Agent, type ClientRequest, get, type IncomingMessage } from 'node:http';
import type { VigilProcess } from './vigil-process.ts';

export interface EventStream {
  request: ClientRequest;
  response: IncomingMessage;
}

/** Resolves when the stream has begun; `query` narrows or widens it. Ending the connection is how a reader leaves. */
export async function openStream(
  vigil: VigilProcess,
  session: string,
  agent: Agent,
  query: Record<string, string> = {},
): Promise<EventStream> {
  const headers = { 'x-api-key': vigil.apiKey, 'anthropic-version': '2023-06-01' };
  const search = new URLSearchParams({ beta: 'true', ...query });
  const request = get(`${vigil.url}/v1/sessions/${session}/events/stream?${search}`, { agent, headers });
  request.on('error', () => undefined);
  const [response] = await once(request, 'response');
  if (response.statusCode !== 200) throw new Error(`a stream was answered with ${response.statusCode}`);
  return { request, response };
}
