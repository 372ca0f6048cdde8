/** Who calls, as their credential says. What each may do stands in access.ts. */
import type { ApiKeyId, EnvironmentId, EnvironmentKeyId, SessionId, WorkId, WorkspaceId } from '../ids.ts';

import type { Scope } from './api-keys/body.ts';

export type Credential =
  /** `root` is the server's own key: it also makes workspaces, and keys that open them. */
  | { kind: 'api_key'; id: ApiKeyId; workspace: WorkspaceId; scope: Scope; root: boolean }
  /** The standing key of the workers of one environment. */
  | { kind: 'environment_key'; id: EnvironmentKeyId; workspace: WorkspaceId; environment: EnvironmentId }
  /** What one worker got with one item. `lost`: the item went back to the queue; `over`: it has stopped. */
  | {
      kind: 'work_token';
      workspace: WorkspaceId;
      environment: EnvironmentId;
      work: WorkId;
      session: SessionId;
      lease: 'held' | 'lost' | 'over';
    };
