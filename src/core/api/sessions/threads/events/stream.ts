import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Core } from '../../../core.ts';
import { streamLog } from '../../events/stream.ts';
import { findThread, type ThreadPlace } from '../find.ts';

/** The thread's own events and previews; those of the primary are those of its session. */
export async function streamThreadEvents(
  core: Core,
  place: ThreadPlace,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<undefined> {
  const { log } = await findThread(core, place);
  const isOver = async () => {
    const { session, thread } = await findThread(core, place);
    return session.body.status === 'terminated' || thread?.archived === true;
  };
  return await streamLog(core, log, isOver, request, reply);
}
