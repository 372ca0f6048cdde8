import type { WorkspaceId } from '../../ids.ts';
import type { DocRow, Store } from '../../ports/store.ts';

/** Documents of other workspaces are not found. Logs are asked for by sessions, which were found first. */
export function within(store: Store, workspace: WorkspaceId): Store {
  const own = (row: DocRow): boolean => row.workspace === workspace;
  return {
    ...store,
    occupied: async (kinds) => (await store.occupied(kinds)).filter((found) => found.workspace === workspace),
    async get<Body>(...asked: Parameters<Store['get']>) {
      const row = await store.get<Body>(...asked);
      return row !== null && own(row) ? row : null;
    },
    getMany: async <Body>(...asked: Parameters<Store['getMany']>) => (await store.getMany<Body>(...asked)).filter(own),
  };
}
