/** Changes in: from pipelines, feature flags, whoever alters something. Committed, then acknowledged. */
import type { FastifyInstance } from 'fastify';
import type { ChangeLog } from '../sre/ports/change-log.ts';
import { readChange } from '../sre/read-change.ts';
import { requireKey } from './bearer.ts';
import { Failure } from './failure.ts';

export interface ChangeHook {
  hookToken: string;
  changeLog: Pick<ChangeLog, 'record'>;
}

export function registerChanges(scope: FastifyInstance, { hookToken, changeLog }: ChangeHook): void {
  scope.post(
    '/hooks/changes',
    { onRequest: async (request) => requireKey(request, hookToken) },
    async (request, reply) => {
      const read = readChange(request.body);
      if (!read.ok) {
        const hint = 'Send {"kind","service","time","title"} and, where there are any, "id","actor","ref","diff".';
        throw new Failure(400, 'bad_request', `this is no change: ${read.why}`, hint);
      }
      const isNew = await changeLog.record(read.change, read.diff);
      return reply.code(202).send({ accepted: true, duplicate: !isNew, id: read.change.id });
    },
  );
}
