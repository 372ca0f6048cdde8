/** The Messages API is the model service's own: what comes in goes there, what comes back goes out, byte for byte. */
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type MessagesPath, type MessagesReply, MessagesUnreachable } from '../../ports/messages.ts';
import type { Core } from '../core.ts';
import { ApiError } from '../errors.ts';

export async function createMessage(core: Core, _: object, request: FastifyRequest, reply: FastifyReply) {
  return await forward(core, '/v1/messages', request, reply);
}

export async function countTokens(core: Core, _: object, request: FastifyRequest, reply: FastifyReply) {
  return await forward(core, '/v1/messages/count_tokens', request, reply);
}

async function forward(
  core: Core,
  path: MessagesPath,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  if (core.messages === null) {
    throw new ApiError(501, 'api_error', 'this server has no model service to ask; set ANTHROPIC_API_KEY for it', {
      headers: { 'x-should-retry': 'false' },
    });
  }
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const answer = await core.messages.forward({ path, headers, body }, gone.signal).catch((error: unknown): never => {
    throw error instanceof MessagesUnreachable ? unreachable(error) : error;
  });
  await send(reply, answer);
}

async function send(reply: FastifyReply, { status, headers, body }: MessagesReply): Promise<void> {
  await reply
    .code(status)
    .headers(headers)
    .send(Readable.from(body, { objectMode: false }));
}

function unreachable(cause: Error): ApiError {
  return new ApiError(503, 'api_error', 'the model service did not answer; try again', {
    headers: { 'retry-after': '2' },
    cause,
  });
}
