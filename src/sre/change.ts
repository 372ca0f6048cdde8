/** What kinds of things are changed. */
export const CHANGE_KINDS = [
  'deploy',
  'flag',
  'config',
  'migration',
  'infra',
  'batch',
  'certificate',
  'scaling',
  'vendor',
  'traffic',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** Anything somebody or something altered: the neutral shape of every change feed. */
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
  /**
   * What its time is, where it is not when somebody said that it took effect: `released`, merged or published, and nobody
   * said when it went live; `rollout`, seen in the cluster, and another source may know the commit behind it.
   */
  basis?: 'released' | 'rollout';
  /** Where several sources told of it: each, with its own id of it. */
  reports?: ChangeReport[];
}

export interface ChangeReport {
  source: string;
  id: string;
  ref: string | null;
  title: string;
}
