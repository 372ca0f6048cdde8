/** Keys and the workspaces they open, as far as the caller may administer them. */
import type { WorkspaceId } from '../../ids.ts';
import type { DocRow } from '../../ports/store.ts';
import { type Core, shown } from '../core.ts';
import { notFound } from '../errors.ts';
import { allWorkspaces } from '../workspaces/all.ts';
import type { ApiKeyBody } from './body.ts';

export async function findApiKey(core: Core, id: string): Promise<DocRow<ApiKeyBody>> {
  const row = await core.everywhere.get<ApiKeyBody>('api_key', id);
  if (row === null || !mayAdminister(core, row.workspace)) throw notFound('api key', id);
  return row;
}

/** The caller's own workspace unless another is named; only the server's own key reaches beyond its own. */
export async function findWorkspace(
  core: Core,
  id: string | null | undefined,
  which: 'all' | 'open' = 'all',
): Promise<WorkspaceId> {
  if (id === null || id === undefined) return core.workspace;
  const found = (await allWorkspaces(core)).find((workspace) => workspace.id === id);
  if (found === undefined || !mayAdminister(core, found.id)) throw notFound('workspace', id);
  if (which === 'open' && found.archived) throw notFound('workspace', id);
  return found.id;
}

function mayAdminister(core: Core, workspace: WorkspaceId): boolean {
  const { credential } = core;
  return workspace === core.workspace || (credential.kind === 'api_key' && credential.root);
}

/** `key` is null but in the answer that made it. */
export function apiKeyWire(key: ApiKeyBody, text: string | null = null): object {
  return { ...shown(key), key: text };
}
