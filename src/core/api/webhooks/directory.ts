/** Who listens in a workspace, kept at hand: it is asked at every write. */
import type { WorkspaceId } from '../../ids.ts';
import type { Store } from '../../ports/store.ts';
import type { WebhookEndpointBody } from './body.ts';
import { BY_NAME_ONLY, type WebhookType } from './types.ts';

/** In one workspace. */
export const MOST_ENDPOINTS = 20;
/** Another server may have added an endpoint: after this long it is heard of here. Milliseconds. */
const FRESH_MS = 2_000;

export interface Directory {
  of(workspace: WorkspaceId): Promise<readonly WebhookEndpointBody[]>;
  /** True when it is known, without a look at the store, that nobody listens in any of them. */
  isEmpty(workspaces: readonly WorkspaceId[] | null): boolean;
  /** Something was written about endpoints. */
  forget(): void;
}

export function createDirectory(store: Pick<Store, 'list'>): Directory {
  let known = new Map<WorkspaceId, { at: number; endpoints: WebhookEndpointBody[] }>();
  const fresh = (workspace: WorkspaceId) => {
    const entry = known.get(workspace);
    return entry !== undefined && performance.now() - entry.at < FRESH_MS ? entry.endpoints : null;
  };
  return {
    async of(workspace) {
      const found = fresh(workspace);
      if (found !== null) return found;
      const at = performance.now();
      const mine = known;
      const query = { kind: 'webhook_endpoint' as const, workspace, order: 'asc' as const, limit: MOST_ENDPOINTS };
      const rows = await store.list<WebhookEndpointBody>({ ...query, includeArchived: false });
      const endpoints = rows.map((row) => row.body);
      // Into the map that was there when it was read: one that was forgotten meanwhile stays forgotten.
      mine.set(workspace, { at, endpoints });
      return endpoints;
    },
    isEmpty: (workspaces) => workspaces?.every((workspace) => fresh(workspace)?.length === 0) ?? false,
    forget() {
      known = new Map();
    },
  };
}

export function isWanted(endpoint: WebhookEndpointBody, type: WebhookType): boolean {
  if (endpoint.status !== 'enabled') return false;
  const everything = endpoint.event_types.length === 0 && !BY_NAME_ONLY.includes(type);
  return everything || endpoint.event_types.includes(type);
}
