/**
 * A change Vigil would make in the world, as a stored record. A person approves its digest; the executor runs the
 * record and nothing else. The model's words about it are shown apart, as words.
 */
import type { ActionId, EvidenceId, IncidentId } from './ids.ts';

export interface PullRequestPlan {
  type: 'open_pull_request';
  repository: string;
  base: string;
  /** Commit the diff was made against. */
  baseSha: string;
  branch: string;
  title: string;
  body: string;
  /** Unified diff, exactly what will be committed. */
  diff: string;
  files: { path: string; content: string | null; mode: '100644' | '100755' }[];
}
/** A union on purpose: flag changes, scaling and failover join it. */
export type Plan = PullRequestPlan;

export interface Person {
  id: string;
  name: string;
  via: 'slack' | 'cli' | 'api' | 'terminal';
}

export type ActionState =
  | { is: 'proposed' }
  | { is: 'approved'; by: Person; at: string }
  | { is: 'executing'; by: Person; at: string; startedAt: string }
  | { is: 'done'; by: Person; at: string; url: string; number: number | null; branch: string }
  | { is: 'rejected'; by: Person; at: string; reason: string }
  | { is: 'expired'; at: string }
  | { is: 'void'; at: string; why: string }
  | { is: 'failed'; by: Person; at: string; why: string };

export interface Action {
  id: ActionId;
  incident: IncidentId;
  /** The custom tool use that waits for this action's end. */
  toolUseId: string;
  plan: Plan;
  /** SHA-256 over the RFC 8785 form of `plan`, hex. */
  digest: string;
  risk: string;
  rollback: string;
  evidence: EvidenceId[];
  runbook: string | null;
  createdAt: string;
  expiresAt: string;
  state: ActionState;
}

/** A person's click, from any door. Carries the digest that was on the card, never parameters. */
export interface Decision {
  action: ActionId;
  digest: string;
  verdict: 'approve' | 'reject';
  reason: string;
  by: Person;
  /** True when the surface knows that no person clicked: an app, a workflow, an agent. */
  isBot?: boolean;
}
/** Expected refusals are values: each has its own sentence on the surface it came from. */
export type Ruling =
  | { allowed: true }
  | { allowed: false; why: 'unknown' | 'digest_mismatch' | 'already_decided' | 'expired' | 'not_permitted' | 'is_bot' };
