import type { FileBody } from '../../documents.ts';
import { mint } from '../../ids.ts';
import type { DocKind } from '../../ports/store.ts';
import { type Core, isoTime } from '../core.ts';
import { endWork } from '../environments/work/of-session.ts';
import { removal } from '../holds.ts';
import { findSession } from './find.ts';
import { refuseRunning } from './rest.ts';
import { threadsOf } from './threads/find.ts';

const OWNED: readonly DocKind[] = ['session_resource', 'file', 'session_thread'];

/** For good: log, inbox, resources and the session's own files go; open streams end with `session.deleted`. */
export async function deleteSession(core: Core, { session_id }: { session_id: string }): Promise<object> {
  return await core.serial.run(session_id, async () => {
    const session = await findSession(core, session_id);
    await refuseRunning(core, session, 'delete it');
    const owned = (await Promise.all(OWNED.map((kind) => ownedBy(core, kind, session_id)))).flat();
    const threads = await threadsOf(core, session_id);
    const now = core.clock.now();
    const event = { id: mint('sevt', now), type: 'session.deleted' as const, processed_at: isoTime(now) };
    const work = await endWork(core, session);
    const files = owned.filter((row) => row.kind === 'file');
    const bytes = removal(
      core,
      files.map((row) => row.body.hidden.blob),
    );
    await core.store.commit({
      puts: [...work.puts, ...bytes.puts],
      // Written only to be heard: whoever listens gets it as the last event, then the log is gone.
      append: [{ session: session.body.id, rows: [{ event }] }],
      erases: [session.body.id, ...threads.map((thread) => thread.body.id)],
      removes: [{ kind: 'session', id: session_id }, ...owned.map(({ kind, id }) => ({ kind, id })), ...work.removes],
    });
    await bytes.drop();
    return { id: session_id, type: 'session_deleted' };
  });
}

function ownedBy(core: Core, kind: DocKind, session: string) {
  return core.store.list<FileBody>({
    kind,
    workspace: core.workspace,
    parent: session,
    order: 'asc',
    limit: 10_000,
    includeArchived: true,
  });
}
