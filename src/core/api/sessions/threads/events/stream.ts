import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Core } from '../../../core.ts';
import { streamEvents } from '../../events/stream.ts';
import { retrieveThread } from '../retrieve.ts';

/** What the primary thread says is what its session says. */
export async function streamThreadEvents(
  core: Core,
  place: { session_id: string; thread_id: string },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  await retrieveThread(core, place);
  return await streamEvents(core, place, request, reply);
}
