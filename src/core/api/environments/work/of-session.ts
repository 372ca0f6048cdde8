/** The item of a session, from the session's side: what goes into a batch when it gets input, and when it ends. */
import type { SessionBody } from '../../../documents.ts';
import type { SessionId } from '../../../ids.ts';
import type { Batch, DocRow } from '../../../ports/store.ts';
import { newWork, type OpenWorkBody, type WorkBody } from '../../../work.ts';
import { type Core, changedDoc } from '../../core.ts';
import { isOpen, stopped } from './lease.ts';

type Session = DocRow<SessionBody & { id: SessionId }>;

/**
 * Asks for a worker, unless the session is served by this server's own sandboxes or has an open item. An item that only
 * a silent worker holds counts as open: it goes back to the queue by itself.
 */
export async function workFor(core: Core, { body, workspace }: Session): Promise<NonNullable<Batch['puts']>> {
  if (body.hidden.environment.type !== 'self_hosted') return [];
  if ((await core.store.get('open_work', body.id)) !== null) return [];
  return newWork({ session: body.id, environment: body.environment_id, workspace }, core.clock.now());
}

/** Ends the open item with the session. */
export async function endWork(core: Core, { body }: Session): Promise<Required<Pick<Batch, 'puts' | 'removes'>>> {
  const open = await core.store.get<OpenWorkBody>('open_work', body.id);
  if (open === null) return { puts: [], removes: [] };
  const row = await core.store.get<WorkBody>('work', open.body.work);
  const removes = [{ kind: 'open_work' as const, id: body.id }];
  if (row === null || !isOpen(row.body)) return { puts: [], removes };
  const next = stopped(row.body, core.clock.now(), { worker: false, force: true });
  return { puts: [{ doc: changedDoc(row, next, true) }], removes };
}
