/** Who calls, as their credential says. What each may do stands in access.ts. */
import type { EnvironmentId, EnvironmentKeyId, SessionId, WorkId, WorkspaceId } from '../ids.ts';

export type Credential =
  | { kind: 'api_key'; id: string; workspace: WorkspaceId }
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
