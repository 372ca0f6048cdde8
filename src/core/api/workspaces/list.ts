import type { z } from 'zod';
import type { Core } from '../core.ts';
import { listDocuments } from '../list-documents.ts';
import { HOME, type WorkspaceBody } from './all.ts';
import type { workspaceListQuery } from './schema.ts';

/** Newest first; the one the server's own key is at home in is not among them. */
export async function listWorkspaces(
  core: Core,
  { query }: { query: z.output<typeof workspaceListQuery> },
): Promise<object> {
  return await listDocuments<WorkspaceBody>(core, query, { kind: 'workspace', workspace: HOME });
}
