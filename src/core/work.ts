/**
 * The work of self-hosted environments. The API hands it out and takes it back, the run asks for it; both write it
 * through `newWork`, so that a session has one open item at most.
 */
import { type EnvironmentId, mint, type SessionId, type WorkId, type WorkspaceId } from './ids.ts';
import type { Batch, Doc } from './ports/store.ts';

export type WorkState = 'queued' | 'starting' | 'active' | 'stopping' | 'stopped';

export interface WorkBody {
  id: WorkId;
  type: 'work';
  environment_id: EnvironmentId;
  state: WorkState;
  data: { type: 'session'; id: SessionId };
  metadata: Record<string, string>;
  created_at: string;
  acknowledged_at: string | null;
  started_at: string | null;
  latest_heartbeat_at: string | null;
  stop_requested_at: string | null;
  stopped_at: string | null;
  hidden: {
    /** Milliseconds: since when it waits for a worker, and when one was last offered it. */
    queued_at: number;
    offered_at: number | null;
    /** Milliseconds: when a worker that says nothing has lost it. Null while nobody has it. */
    lease_until: number | null;
    /** How long its worker may be silent; null for the usual time. */
    ttl_seconds: number | null;
    /** The worker itself asked for the stop: the session may have a new item at once. */
    released: boolean;
    /** Digests of the tokens given out since it was queued, and of those from before, which only learn that they lost it. */
    tokens: string[];
    former_tokens: string[];
  };
}

/**
 * Stands under the session's own id while the session has an open item, so that a second one cannot be written. Archived
 * while a worker has it, so that those who ask for work see only what waits.
 */
export interface OpenWorkBody {
  work: WorkId;
}

interface Place {
  session: SessionId;
  environment: EnvironmentId;
  workspace: WorkspaceId;
}

/**
 * A new item for a session, to be committed. Refused as stale under the kind `open_work` when the session has one;
 * with `replacing` the new one takes the place of the one that ends in the same batch.
 */
export function newWork(
  { session, environment, workspace }: Place,
  now: number,
  replacing = false,
): NonNullable<Batch['puts']> {
  const id = mint('work', now);
  const work: WorkBody = {
    id,
    type: 'work',
    environment_id: environment,
    state: 'queued',
    data: { type: 'session', id: session },
    metadata: {},
    created_at: new Date(now).toISOString(),
    acknowledged_at: null,
    started_at: null,
    latest_heartbeat_at: null,
    stop_requested_at: null,
    stopped_at: null,
    hidden: {
      queued_at: now,
      offered_at: null,
      lease_until: null,
      ttl_seconds: null,
      released: false,
      tokens: [],
      former_tokens: [],
    },
  };
  return [
    {
      doc: { kind: 'work', id, workspace, parent: environment, createdAt: now, archived: false, body: work },
      expect: 0,
    },
    { doc: openWork(workspace, work), ...(replacing ? {} : { expect: 0 }) },
  ];
}

export function openWork(workspace: WorkspaceId, work: WorkBody): Omit<Doc<OpenWorkBody>, 'revision'> {
  return {
    kind: 'open_work',
    id: work.data.id,
    workspace,
    parent: work.environment_id,
    createdAt: Date.parse(work.created_at),
    archived: work.state !== 'queued',
    body: { work: work.id },
  };
}
