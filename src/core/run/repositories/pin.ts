/** Which commit of a repository the session works on: decided once, on disk before it is used, the same ever after. */
import type { SessionId, WorkspaceId } from '../../ids.ts';
import type { FencedBatch } from '../../ports/engine.ts';
import type { Ports } from '../../ports/ports.ts';
import { RepositoryFailed, type RepositorySource } from '../../ports/repositories.ts';
import { type DocRow, StaleDocument } from '../../ports/store.ts';
import type { RepositoryResourceBody } from '../../resources.ts';

const attempts = 8;

export interface Place {
  ports: Pick<Ports, 'store' | 'secrets' | 'repositories'>;
  session: SessionId;
  workspace: WorkspaceId;
  /** Under the lease. Rejects with `StaleDocument` when one has changed meanwhile. */
  write(documents: Pick<FencedBatch, 'puts'>): Promise<void>;
}

/** Rejects with `RepositoryFailed`. */
export async function pinCommit(place: Place, resource: string, signal: AbortSignal): Promise<string> {
  for (let tries = 1; ; tries++) {
    const row = await current(place, resource);
    if (row.body.hidden.commit !== undefined) return row.body.hidden.commit;
    const source = await open(place, row.body);
    const commit = await place.ports.repositories.resolve(source, row.body.checkout, signal);
    const { revision, position, ...same } = row;
    const body: RepositoryResourceBody = { ...row.body, hidden: { ...row.body.hidden, commit } };
    try {
      await place.write({ puts: [{ doc: { ...same, body }, expect: revision }] });
      return commit;
    } catch (error) {
      // Its token was changed, or another thread decided first.
      if (!(error instanceof StaleDocument) || tries === attempts) throw error;
    }
  }
}

/** The repository with its token as it is now, which may be another than when the turn began. */
export async function sourceOf(place: Place, resource: string): Promise<RepositorySource> {
  return await open(place, (await current(place, resource)).body);
}

async function current({ ports }: Place, resource: string): Promise<DocRow<RepositoryResourceBody>> {
  const row = await ports.store.get<RepositoryResourceBody>('session_resource', resource);
  if (row === null) throw new RepositoryFailed('clone', 'it is no longer attached');
  return row;
}

async function open({ ports, session, workspace }: Place, body: RepositoryResourceBody): Promise<RepositorySource> {
  const { token } = body.hidden;
  if (token === null) return { url: body.url, token: null };
  const place = { workspace, vault: session, name: `${body.id}.authorization_token`, version: token.version };
  const opened = await ports.secrets.open(place, token.sealed).catch((cause: unknown) => {
    const why = 'its token cannot be opened with the key of this server: update the resource with the token';
    throw new RepositoryFailed('authentication', why, { cause });
  });
  return { url: body.url, token: opened };
}
