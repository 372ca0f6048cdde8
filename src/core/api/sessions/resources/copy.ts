/** Mounting a file gives the session a copy with an id of its own; the bytes are shared. */
import type { FileBody } from '../../../documents.ts';
import { mint, type SessionId } from '../../../ids.ts';
import type { Doc } from '../../../ports/store.ts';
import type { FileResourceBody, SessionResourceBody } from '../../../resources.ts';
import { type Core, isoTime, newDoc } from '../../core.ts';
import { invalid } from '../../errors.ts';
import { isExpired } from '../../files/expire.ts';
import type { FileResource } from '../schema.ts';
import { mountPath } from './mount.ts';

export interface Mounted {
  resource: SessionResourceBody;
  docs: Omit<Doc, 'revision'>[];
}

/** Call while holding, and commit `docs` together. */
export async function mountFile(core: Core, session: SessionId, input: FileResource): Promise<Mounted> {
  const file = await core.store.get<FileBody>('file', input.file_id);
  const now = core.clock.now();
  if (file === null) throw invalid(`resources: no file ${input.file_id}`);
  if (isExpired(file.body, now)) throw invalid(`resources: file ${input.file_id} has expired`);
  const copy: FileBody = {
    ...file.body,
    id: mint('file', now),
    created_at: isoTime(now),
    // So programs tell what the agent made from what it was given. Who asks for the bytes gets them all the same.
    downloadable: false,
    expires_at: null,
    scope: { type: 'session', id: session },
    hidden: { blob: file.body.hidden.blob },
  };
  const resource: FileResourceBody = {
    id: mint('sesrsc', now),
    type: 'file',
    file_id: copy.id,
    mount_path: mountPath(input.mount_path, input.file_id),
    created_at: isoTime(now),
    updated_at: isoTime(now),
    hidden: { blob: copy.hidden.blob },
  };
  const under = { parent: session, createdAt: now };
  return {
    resource,
    docs: [newDoc(core, 'file', copy.id, copy, under), newDoc(core, 'session_resource', resource.id, resource, under)],
  };
}
