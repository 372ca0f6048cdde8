/** What a session brings along, as documents under it: the API writes them, the run mounts them. */
import type { FileId, MemoryStoreId, ResourceId } from './ids.ts';

export type SessionResourceBody = FileResourceBody | MemoryResourceBody | RepositoryResourceBody;
export interface FileResourceBody {
  id: ResourceId;
  type: 'file';
  file_id: FileId;
  /** Absolute, under `/mnt/session/uploads`. */
  mount_path: string;
  created_at: string;
  updated_at: string;
  hidden: { blob: string };
}
/** Name and description are those of the time it was attached. The wire shows neither an id nor times. */
export interface MemoryResourceBody {
  type: 'memory_store';
  memory_store_id: MemoryStoreId;
  access: 'read_write' | 'read_only';
  name: string;
  description: string;
  instructions: string | null;
  /** `/mnt/memory/<slug>`. */
  mount_path: string;
  hidden: { attached_at: string };
}
export interface RepositoryResourceBody {
  id: ResourceId;
  type: 'github_repository';
  url: string;
  mount_path: string;
  checkout: { type: 'branch'; name: string } | { type: 'commit'; sha: string } | null;
  created_at: string;
  updated_at: string;
  hidden: {
    /** Null for a repository that everybody may read. */
    token: SealedToken | null;
    /** The full id of the one that the session works on, once it was looked up: it stays the same from then on. */
    commit?: string;
  };
}
/** A repository's token as it rests. */
export interface SealedToken {
  version: number;
  sealed: string;
}
