/** Anything somebody or something altered: the neutral shape of every change feed. */
export type ChangeKind =
  | 'deploy'
  | 'flag'
  | 'config'
  | 'migration'
  | 'infra'
  | 'batch'
  | 'certificate'
  | 'scaling'
  | 'vendor'
  | 'traffic';

export interface Change {
  id: string;
  kind: ChangeKind;
  service: string | null;
  /** RFC 3339, UTC: when it took effect. */
  time: string;
  actor: string;
  title: string;
  /** Commit or revision, where there is one. */
  ref: string | null;
  hasDiff: boolean;
  /** Where people read more of it. */
  url?: string;
}
