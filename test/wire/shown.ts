/** What the server shows of each noun, as its own types have it. */
import type { ApiKeyBody } from '../../src/core/api/api-keys/body.ts';
import type { DeploymentBody, DeploymentRunBody } from '../../src/core/api/deployments/body.ts';
import type { DreamBody } from '../../src/core/api/dreams/body.ts';
import type { EnvironmentKeyBody } from '../../src/core/api/environments/keys/body.ts';
import type { OwnSkill, OwnSkillVersion } from '../../src/core/api/skills/bundled.ts';
import type { TunnelBody, TunnelCertificateBody } from '../../src/core/api/tunnels/body.ts';
import type { UserProfileBody } from '../../src/core/api/user-profiles/body.ts';
import type { WebhookEndpointBody } from '../../src/core/api/webhooks/body.ts';
import type { WorkspaceBody } from '../../src/core/api/workspaces/all.ts';
import type * as documents from '../../src/core/documents.ts';
import type { EventOf, OutcomeEvaluation, SessionEvent, SessionUsage } from '../../src/core/events.ts';
import type { SessionId, ThreadId } from '../../src/core/ids.ts';
import type { SessionResourceBody } from '../../src/core/resources.ts';
import type { AgentPin, Multiagent, ThreadAgent, ThreadBody } from '../../src/core/threads.ts';
import type { WorkBody } from '../../src/core/work.ts';

export type Fits<Wider, Narrower extends Wider> = [Narrower] extends [Wider] ? true : never;
/** What of a stored body is on the wire; of each form of it, when it has several. */
export type Visible<Body> = Body extends unknown ? Omit<Body, 'hidden'> : never;

/** Kept open in the documents, because one type serves both forms of it. */
type Agent<Body, Member> = Omit<Body, 'multiagent'> & { multiagent: Multiagent<Member> | null };
type Definition = Agent<documents.AgentDefinition, ThreadAgent>;
/** The one event with an agent in it. */
type Updated = Omit<EventOf<'session.updated'>, 'agent'> & { agent?: Definition };
interface Stats {
  active_seconds: number;
  duration_seconds: number;
}
interface Thread extends Omit<ThreadBody, 'hidden' | 'parent_thread_id'> {
  parent_thread_id: ThreadId | null;
  stats: (Stats & { startup_seconds: number }) | null;
  usage: SessionUsage | null;
}

interface Session extends Omit<documents.SessionBody, 'id' | 'agent' | 'outcome_evaluations' | 'hidden'> {
  id: SessionId;
  agent: Definition;
  outcome_evaluations: OutcomeEvaluation[];
  stats: Stats;
  resources: Visible<SessionResourceBody>[];
}
interface Deployment extends Omit<DeploymentBody, 'schedule' | 'hidden'> {
  schedule: (NonNullable<DeploymentBody['schedule']> & { upcoming_runs_at: string[] }) | null;
}

export interface Shown {
  Agent: Agent<documents.AgentBody, AgentPin>;
  Environment: documents.EnvironmentBody;
  Work: Visible<WorkBody> & { secret: string | null };
  EnvironmentKey: Visible<EnvironmentKeyBody> & { key: string | null };
  Session: Session;
  SessionEvent: Exclude<SessionEvent, { type: 'session.updated' }> | Updated;
  SessionResource: Visible<SessionResourceBody>;
  SessionThread: Thread;
  Deployment: Deployment;
  DeploymentRun: Visible<DeploymentRunBody>;
  Vault: documents.VaultBody;
  Credential: Visible<documents.CredentialBody>;
  File: Visible<documents.FileBody>;
  Skill: Visible<documents.SkillBody> | OwnSkill;
  SkillVersion: Visible<documents.SkillVersionBody> | OwnSkillVersion;
  MemoryStore: documents.MemoryStoreBody;
  Memory: documents.MemoryBody & { content: string | null };
  MemoryVersion: documents.MemoryVersionBody;
  Dream: Visible<DreamBody>;
  Tunnel: Visible<TunnelBody>;
  TunnelCertificate: Visible<TunnelCertificateBody>;
  UserProfile: UserProfileBody;
  WebhookEndpoint: Visible<WebhookEndpointBody>;
  WebhookEndpointSecret: Visible<WebhookEndpointBody> & { signing_secret: string };
  Workspace: WorkspaceBody;
  ApiKey: Visible<ApiKeyBody> & { key: string | null };
}
