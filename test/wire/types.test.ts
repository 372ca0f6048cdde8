/**
 * Checked by the compiler: all that the SDK's types let a client send fits what the server reads, and all that the
 * server sends fits what the SDK's types promise. What this server does not offer is taken out by name.
 */
import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { agentCreate, agentUpdate } from '../../src/core/api/agents/schema.ts';
import type { deploymentCreate, deploymentUpdate } from '../../src/core/api/deployments/schema.ts';
import type { environmentCreate, environmentUpdate, knownConfig } from '../../src/core/api/environments/schema.ts';
import type { workStop, workUpdate } from '../../src/core/api/environments/work/schema.ts';
import type { memoryCreate, memoryUpdate } from '../../src/core/api/memory-stores/memories/schema.ts';
import type { memoryStoreCreate, memoryStoreUpdate } from '../../src/core/api/memory-stores/schema.ts';
import type { eventInput } from '../../src/core/api/sessions/events/schema.ts';
import type { fileResource, sessionCreate, sessionUpdate } from '../../src/core/api/sessions/schema.ts';
import type { credentialCreate, credentialUpdate } from '../../src/core/api/vaults/credentials/schema.ts';
import type { vaultCreate, vaultUpdate } from '../../src/core/api/vaults/schema.ts';
import type { EventOf, PreviewEvent, SessionEvent } from '../../src/core/events.ts';
import type { FileResourceBody } from '../../src/core/resources.ts';
import type { Fits, Shown, Visible } from './shown.ts';

type Agents = Anthropic.Beta.Agents.BetaManagedAgentsAgent;
type Sent<Params, NotOffered extends string = never> = Omit<Params, 'betas' | 'workspace_id' | NotOffered>;
/** One type of ours serves what the SDK tells apart more finely. */
type Open = 'multiagent' | 'tools' | 'agent' | 'outcome_evaluations';

type Unoffered = 'initial_events';
interface Offered {
  initial_events: [];
}

type EventParams = Anthropic.Beta.Sessions.BetaManagedAgentsEventParams;
/** The server takes no redacted block: the type has it, the contract says 400. */
type SendableEvent = Exclude<EventParams, { type: 'user.message' }>;

const clientToServer: true[] = [
  true satisfies Fits<
    z.input<typeof agentCreate>,
    Sent<Anthropic.Beta.AgentCreateParams, 'multiagent' | 'model'> & { model: string }
  >,
  true satisfies Fits<z.input<typeof agentUpdate>, Sent<Anthropic.Beta.AgentUpdateParams, 'multiagent' | 'model'>>,
  true satisfies Fits<z.input<typeof environmentCreate>, Sent<Anthropic.Beta.EnvironmentCreateParams, 'scope'>>,
  true satisfies Fits<z.input<typeof environmentUpdate>, Sent<Anthropic.Beta.EnvironmentUpdateParams, 'scope'>>,
  true satisfies Fits<z.input<typeof knownConfig>, NonNullable<Anthropic.Beta.EnvironmentCreateParams['config']>>,
  true satisfies Fits<z.input<typeof knownConfig>, NonNullable<Anthropic.Beta.EnvironmentUpdateParams['config']>>,
  true satisfies Fits<z.input<typeof workStop>, Sent<Anthropic.Beta.Environments.WorkStopParams, 'environment_id'>>,
  true satisfies Fits<z.input<typeof workUpdate>, Sent<Anthropic.Beta.Environments.WorkUpdateParams, 'environment_id'>>,
  true satisfies Fits<
    z.input<typeof sessionCreate>,
    Sent<Anthropic.Beta.SessionCreateParams, 'initial_events' | 'agent'> & { agent: string }
  >,
  true satisfies Fits<z.input<typeof sessionUpdate>, Sent<Anthropic.Beta.SessionUpdateParams, 'vault_ids'>>,
  true satisfies Fits<z.input<typeof fileResource>, Sent<Anthropic.Beta.Sessions.ResourceAddParams>>,
  true satisfies Fits<z.input<typeof eventInput>, SendableEvent>,
  true satisfies Fits<
    z.input<typeof deploymentCreate>,
    Sent<Anthropic.Beta.DeploymentCreateParams, Unoffered> & Offered
  >,
  true satisfies Fits<z.input<typeof deploymentUpdate>, Sent<Anthropic.Beta.DeploymentUpdateParams, Unoffered>>,
  true satisfies Fits<z.input<typeof vaultCreate>, Sent<Anthropic.Beta.VaultCreateParams>>,
  true satisfies Fits<z.input<typeof vaultUpdate>, Sent<Anthropic.Beta.VaultUpdateParams>>,
  true satisfies Fits<z.input<typeof credentialCreate>, Sent<Anthropic.Beta.Vaults.CredentialCreateParams>>,
  true satisfies Fits<z.input<typeof credentialUpdate>, Sent<Anthropic.Beta.Vaults.CredentialUpdateParams, 'vault_id'>>,
  true satisfies Fits<z.input<typeof memoryStoreCreate>, Sent<Anthropic.Beta.MemoryStoreCreateParams>>,
  true satisfies Fits<z.input<typeof memoryStoreUpdate>, Sent<Anthropic.Beta.MemoryStoreUpdateParams>>,
  true satisfies Fits<z.input<typeof memoryCreate>, Sent<Anthropic.Beta.MemoryStores.MemoryCreateParams, 'view'>>,
  true satisfies Fits<
    z.input<typeof memoryUpdate>,
    Sent<Anthropic.Beta.MemoryStores.MemoryUpdateParams, 'view' | 'memory_store_id'>
  >,
];

type WireAgent = Omit<Shown['Agent'], Open>;
type WireSession = Omit<Shown['Session'], Open>;
type SdkEvent = Anthropic.Beta.Sessions.BetaManagedAgentsSessionEvent;
type SdkStreamEvent = Anthropic.Beta.Sessions.BetaManagedAgentsStreamSessionEvents;
type Stops = 'session.status_idle' | 'session.thread_status_idle';
/**
 * As logged: only what waits has no time yet. `session.updated` carries an agent, which is open as above; the category
 * of a refusal is the model service's word and may be a new one.
 */
type Logged = Exclude<SessionEvent, { type: 'session.updated' | Stops }> & { processed_at: string };
type Rest = Omit<EventOf<Stops>, 'stop_details'> & { processed_at: string };

const serverToClient: true[] = [
  true satisfies Fits<Omit<Agents, Open>, WireAgent>,
  true satisfies Fits<Anthropic.Beta.BetaEnvironment, Shown['Environment']>,
  true satisfies Fits<Anthropic.Beta.Environments.BetaSelfHostedWork, Shown['Work']>,
  true satisfies Fits<Omit<Anthropic.Beta.BetaManagedAgentsSession, Open | 'resources' | 'stats'>, WireSession>,
  true satisfies Fits<Anthropic.Beta.Sessions.BetaManagedAgentsFileResource, Visible<FileResourceBody>>,
  true satisfies Fits<Anthropic.Beta.Sessions.BetaManagedAgentsSessionResource, Shown['SessionResource']>,
  true satisfies Fits<Anthropic.FileMetadata, Shown['File']>,
  true satisfies Fits<Anthropic.Skill, Shown['Skill']>,
  true satisfies Fits<Anthropic.Skills.SkillVersion, Shown['SkillVersion']>,
  true satisfies Fits<Anthropic.Beta.BetaManagedAgentsDeployment, Shown['Deployment']>,
  true satisfies Fits<Anthropic.Beta.BetaManagedAgentsDeploymentRun, Shown['DeploymentRun']>,
  true satisfies Fits<Anthropic.Beta.BetaManagedAgentsVault, Shown['Vault']>,
  true satisfies Fits<Anthropic.Beta.Vaults.BetaManagedAgentsCredential, Shown['Credential']>,
  true satisfies Fits<Anthropic.Beta.BetaManagedAgentsMemoryStore, Shown['MemoryStore']>,
  true satisfies Fits<Anthropic.Beta.MemoryStores.BetaManagedAgentsMemory, Shown['Memory']>,
  true satisfies Fits<
    Omit<Anthropic.Beta.MemoryStores.BetaManagedAgentsMemoryVersion, 'redacted_by'>,
    Shown['MemoryVersion']
  >,
  true satisfies Fits<SdkEvent, Logged>,
  true satisfies Fits<Omit<Extract<SdkEvent, { type: Stops }>, 'stop_details'>, Rest>,
  true satisfies Fits<SdkStreamEvent, PreviewEvent>,
];

test('the types of both sides of the wire agree', () => {
  expect([...clientToServer, ...serverToClient]).not.toContain(false);
});
