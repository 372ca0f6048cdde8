import type { DocKind } from '../../ports/store.ts';

/** As queries see it, in either database, beside the position that it gives itself. */
export interface DocumentsTable {
  kind: DocKind;
  id: string;
  workspace: string;
  parent: string | null;
  created_at: number;
  archived: number;
  revision: number;
  body: string;
}
