/**
 * Everything a webhook can tell of. What cannot happen on this server is never sent, but may be asked for: agents and
 * deployments are archived and not deleted, no session waits before it runs (`session.pending`), nobody is enrolled in a
 * program or acted against, and no key is kept elsewhere.
 */
export const WEBHOOK_TYPES = [
  'session.created',
  'session.pending',
  'session.running',
  'session.idled',
  'session.requires_action',
  'session.archived',
  'session.deleted',
  'session.updated',
  'session.status_run_started',
  'session.status_idled',
  'session.status_rescheduled',
  'session.status_terminated',
  'session.budget_reached',
  'session.thread_created',
  'session.thread_idled',
  'session.thread_terminated',
  'session.outcome_evaluation_ended',
  'agent.created',
  'agent.updated',
  'agent.archived',
  'agent.deleted',
  'environment.created',
  'environment.updated',
  'environment.archived',
  'environment.deleted',
  'deployment.created',
  'deployment.updated',
  'deployment.paused',
  'deployment.unpaused',
  'deployment.archived',
  'deployment.deleted',
  'deployment_run.started',
  'deployment_run.succeeded',
  'deployment_run.failed',
  'vault.created',
  'vault.archived',
  'vault.deleted',
  'vault_credential.created',
  'vault_credential.archived',
  'vault_credential.deleted',
  'vault_credential.refresh_failed',
  'memory_store.created',
  'memory_store.archived',
  'memory_store.deleted',
  'user_profile.program_status_updated',
  'user_profile.enforcement_action_opened',
  'user_profile.enforcement_action_resolved',
  'external_key.failed',
  'external_key.recovered',
] as const;
export type WebhookType = (typeof WEBHOOK_TYPES)[number];

/**
 * Named by the client's types and described nowhere. They repeat what other types tell, so that only endpoints that ask
 * for them by name get them.
 */
export const BY_NAME_ONLY: readonly WebhookType[] = ['session.running', 'session.idled', 'session.requires_action'];

/** Something that happened, before it has an id of its own. */
export interface Occurrence {
  type: WebhookType;
  /** Of the noun it happened to. */
  id: string;
  /** Of the log event it repeats, when it repeats one. */
  source?: string;
  more?: { session_thread_id: string } | { vault_id: string };
}
