/** Deployments and their runs as they are kept. Only the API knows them: what they make are sessions like any other. */
import type { Budget, TextBlock, UserBlock } from '../../events.ts';
import type { AgentId, DeploymentId, DeploymentRunId } from '../../ids.ts';
import type { RepositoryResourceBody, SealedToken } from '../../resources.ts';

export interface AgentPin {
  id: AgentId;
  type: 'agent';
  version: number;
}
export type DeploymentEvent =
  | { type: 'user.message'; content: UserBlock[] }
  | { type: 'system.message'; content: TextBlock[] }
  | {
      type: 'user.define_outcome';
      description: string;
      rubric: { type: 'text'; content: string } | { type: 'file'; file_id: string };
      max_iterations?: number | null;
    };
/** What each session of a deployment brings along, as it was sent; tokens are kept apart. */
export type ResourceConfig =
  | { type: 'file'; file_id: string; mount_path?: string | null }
  | {
      type: 'github_repository';
      url: string;
      checkout?: RepositoryResourceBody['checkout'];
      mount_path?: string | null;
    }
  | {
      type: 'memory_store';
      memory_store_id: string;
      access?: 'read_write' | 'read_only' | null;
      instructions?: string | null;
    };
export interface DeploymentBody {
  id: DeploymentId;
  type: 'deployment';
  name: string;
  description: string | null;
  agent: AgentPin;
  environment_id: string;
  initial_events: DeploymentEvent[];
  metadata: Record<string, string>;
  resources: ResourceConfig[];
  vault_ids: string[];
  schedule: { type: 'cron'; expression: string; timezone: string; last_run_at: string | null } | null;
  budget: Budget | null;
  /** Of an archived one it says `active` and nothing runs. */
  status: 'active' | 'paused';
  paused_reason: { type: 'manual' } | { type: 'error'; error: { type: PausingError } } | null;
  created_at: string;
  updated_at: string;
  archived_at: string | null;
  hidden: {
    /** The next time of the schedule, milliseconds; null without a schedule. */
    next: number | null;
    /** Of repositories, sealed, each at the place of its resource; absent when there are none. */
    tokens?: (SealedToken | null)[];
  };
}
/** Why a run has no session. These pause the deployment: they do not go away by themselves. */
export type PausingError =
  | 'environment_archived_error'
  | 'environment_not_found_error'
  | 'agent_archived_error'
  | 'vault_not_found_error'
  | 'vault_archived_error'
  | 'file_not_found_error'
  | 'memory_store_archived_error'
  | 'session_resource_not_found_error'
  | 'skill_not_found_error'
  | 'self_hosted_resources_unsupported_error'
  | 'unknown_error';
export type DeploymentRunError = PausingError | 'session_rate_limited_error' | 'session_creation_rejected_error';
export interface DeploymentRunBody {
  id: DeploymentRunId;
  type: 'deployment_run';
  deployment_id: DeploymentId;
  agent: AgentPin;
  trigger_context: { type: 'manual' } | { type: 'schedule'; scheduled_at: string };
  session_id: string | null;
  error: { type: DeploymentRunError; message: string } | null;
  created_at: string;
  hidden: { failed: 0 | 1 };
}
