/** What a change of documents or a line of a log is to those who subscribed. Pure. */
import type { AgentBody, CredentialBody } from '../../documents.ts';
import type { SessionEvent } from '../../events.ts';
import type { Doc, DocKind } from '../../ports/store.ts';
import type { DeploymentBody, DeploymentRunBody } from '../deployments/body.ts';
import type { Occurrence, WebhookType } from './types.ts';

interface Life {
  created: WebhookType;
  archived: WebhookType;
  deleted: WebhookType;
}
const LIVES: Partial<Record<DocKind, Life>> = {
  session: { created: 'session.created', archived: 'session.archived', deleted: 'session.deleted' },
  agent: { created: 'agent.created', archived: 'agent.archived', deleted: 'agent.deleted' },
  environment: { created: 'environment.created', archived: 'environment.archived', deleted: 'environment.deleted' },
  deployment: { created: 'deployment.created', archived: 'deployment.archived', deleted: 'deployment.deleted' },
  vault: { created: 'vault.created', archived: 'vault.archived', deleted: 'vault.deleted' },
  credential: {
    created: 'vault_credential.created',
    archived: 'vault_credential.archived',
    deleted: 'vault_credential.deleted',
  },
  memory_store: { created: 'memory_store.created', archived: 'memory_store.archived', deleted: 'memory_store.deleted' },
};

/** Whether documents of this kind are ever told of. */
export function isTold(kind: DocKind): boolean {
  return kind === 'deployment_run' || LIVES[kind] !== undefined;
}

type Written = Pick<Doc, 'kind' | 'id' | 'parent' | 'archived' | 'body'>;

/** `before` is what stood there, null for a new document. */
export function ofWrite(after: Written, before: Written | null): Occurrence[] {
  if (after.kind === 'deployment_run') return before === null ? ofRun(after) : [];
  const life = LIVES[after.kind];
  if (life === undefined) return [];
  if (before === null) return [told(after, life.created)];
  if (after.archived) return before.archived ? [] : [told(after, life.archived)];
  return changesOf(after, before).map((type) => told(after, type));
}

export function ofRemoval(before: Written): Occurrence[] {
  const life = LIVES[before.kind];
  return life === undefined ? [] : [told(before, life.deleted)];
}

function told({ kind, id, parent }: Written, type: WebhookType): Occurrence {
  return { type, id, ...(kind === 'credential' ? { more: { vault_id: parent ?? '' } } : {}) };
}

function changesOf(after: Written, before: Written): WebhookType[] {
  switch (after.kind) {
    case 'agent':
      return bodyOf<AgentBody>(after).version === bodyOf<AgentBody>(before).version ? [] : ['agent.updated'];
    case 'environment':
      return isTouched(after, before) ? ['environment.updated'] : [];
    case 'deployment': {
      const [now, was] = [bodyOf<DeploymentBody>(after).status, bodyOf<DeploymentBody>(before).status];
      if (now !== was) return [now === 'paused' ? 'deployment.paused' : 'deployment.unpaused'];
      return isTouched(after, before) ? ['deployment.updated'] : [];
    }
    case 'credential':
      return refusals(after) > refusals(before) ? ['vault_credential.refresh_failed'] : [];
    default:
      return [];
  }
}

/** Of its refresh token. */
function refusals(written: Written): number {
  return bodyOf<CredentialBody>(written).hidden.renewal?.refusals ?? 0;
}

function isTouched(after: Written, before: Written): boolean {
  return bodyOf<Touched>(after).updated_at !== bodyOf<Touched>(before).updated_at;
}
interface Touched {
  updated_at: string;
}

/** A run is its start: it has a session from then on, or an error. Runs by hand are not told. */
function ofRun({ id, body }: Written): Occurrence[] {
  const run = bodyOf<DeploymentRunBody>({ body });
  if (run.trigger_context.type !== 'schedule') return [];
  const ended = run.error === null ? 'deployment_run.succeeded' : 'deployment_run.failed';
  return [
    { type: 'deployment_run.started', id },
    { type: ended, id },
  ];
}

/** The kind of a document says which body it has; each kind is written in one shape only. */
function bodyOf<Body>({ body }: Pick<Written, 'body'>): Body {
  return body as Body;
}

const EVENTS: Readonly<Record<string, readonly WebhookType[]>> = {
  'session.updated': ['session.updated'],
  'session.status_running': ['session.status_run_started', 'session.running'],
  'session.status_idle': ['session.status_idled', 'session.idled'],
  'session.status_rescheduled': ['session.status_rescheduled'],
  'session.status_terminated': ['session.status_terminated'],
  'session.thread_created': ['session.thread_created'],
  'session.thread_status_idle': ['session.thread_idled'],
  'session.thread_status_terminated': ['session.thread_terminated'],
  'span.outcome_evaluation_end': ['session.outcome_evaluation_ended'],
};

export function isToldEvent(event: SessionEvent): boolean {
  return Object.hasOwn(EVENTS, event.type);
}

/** Threads are told of only when they are children. That a budget was reached is for the caller to find out. */
export function ofEvent(session: string, event: SessionEvent, primaryThread: string): Occurrence[] {
  const types = EVENTS[event.type] ?? [];
  const asks = event.type === 'session.status_idle' && event.stop_reason.type === 'requires_action';
  const told = [...types, ...(asks ? ['session.requires_action' as const] : [])];
  const occurrences = told.map((type) => ({ type, id: session, source: event.id }));
  if (!event.type.startsWith('session.thread_')) return occurrences;
  const thread = 'session_thread_id' in event ? event.session_thread_id : undefined;
  if (thread === undefined || thread === primaryThread) return [];
  return occurrences.map((occurrence) => ({ ...occurrence, more: { session_thread_id: thread } }));
}

/**
 * Whether this is the first time that the budget, as it is now, was reached: `earlier` are the session's stops and
 * updates before, newest first.
 */
export function isBudgetReached(event: SessionEvent, earlier: readonly SessionEvent[]): boolean {
  if (!stoppedByBudget(event)) return false;
  const last = earlier.find((one) => stoppedByBudget(one) || (one.type === 'session.updated' && 'budget' in one));
  return last === undefined || last.type === 'session.updated';
}

export function stoppedByBudget(event: SessionEvent): boolean {
  return event.type === 'session.status_idle' && event.stop_reason.type === 'budget_reached';
}
