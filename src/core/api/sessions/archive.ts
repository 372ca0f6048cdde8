import type { SessionBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import { type Core, changedDoc, isoTime, untilFresh } from '../core.ts';
import { endWork } from '../environments/work/of-session.ts';
import { findSession } from './find.ts';
import { refuseRunning } from './rest.ts';
import { sessionWire } from './wire.ts';

/** The history stays readable, nothing can be sent any more. A second call changes nothing. */
export async function archiveSession(core: Core, { session_id }: { session_id: string }): Promise<object> {
  return await core.serial.run(session_id, () =>
    untilFresh(async () => {
      const row = await findSession(core, session_id);
      if (row.archived) return { done: await sessionWire(core, row.body) };
      await refuseRunning(core, row, 'archive it');
      const now = core.clock.now();
      const ended = row.body.status === 'terminated';
      const body: SessionBody = {
        ...row.body,
        status: 'terminated',
        archived_at: isoTime(now),
        updated_at: isoTime(now),
        hidden: { ...row.body.hidden, terminated_at: row.body.hidden.terminated_at ?? now },
      };
      const event = { id: mint('sevt', now), type: 'session.status_terminated' as const, processed_at: isoTime(now) };
      const work = await endWork(core, row);
      const committed = await core.store.commit({
        puts: [{ doc: changedDoc(row, body, true), expect: row.revision }, ...work.puts],
        removes: work.removes,
        append: ended ? [] : [{ session: row.body.id, rows: [{ event }] }],
      });
      return committed.ok ? { done: await sessionWire(core, body) } : 'stale';
    }),
  );
}
