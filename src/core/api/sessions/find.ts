/** A session by the id in a path, with its id as the type the ports want. */
import type { SessionBody } from '../../documents.ts';
import type { LogId, SessionId } from '../../ids.ts';
import type { DocRow } from '../../ports/store.ts';
import { type Core, find } from '../core.ts';

export type SessionRow = DocRow<SessionBody & { id: SessionId }>;

export async function findSession(core: Core, id: string): Promise<SessionRow> {
  return await find<SessionBody & { id: SessionId }>(core, 'session', id);
}

/** For reading beside the look at the session: what is no id of a session has no log and no inbox. */
export function logNamed(id: string): LogId {
  return id as LogId;
}
