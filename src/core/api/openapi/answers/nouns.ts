/** What answers are made of, under the names that the document gives them. */
import { z } from 'zod';
import { agent } from './agents.ts';
import { deployment, deploymentRun } from './deployments.ts';
import { environment, environmentKey, heartbeat, work, workStats } from './environments.ts';
import { sessionEvent } from './events.ts';
import { file, skill, skillVersion } from './files.ts';
import { dream, memory, memoryEntry, memoryStore, memoryVersion } from './memories.ts';
import {
  apiKey,
  certificate,
  model,
  modelList,
  profileUrl,
  tunnel,
  tunnelToken,
  userProfile,
  webhookEndpoint,
  webhookEndpointSecret,
  workspace,
} from './organization.ts';
import { text } from './parts.ts';
import { resource, session, thread } from './sessions.ts';
import { credential, validation, vault } from './vaults.ts';

export const nouns = {
  Agent: agent,
  Environment: environment,
  Work: work,
  WorkHeartbeat: heartbeat,
  WorkStats: workStats,
  EnvironmentKey: environmentKey,
  Session: session,
  SessionEvent: sessionEvent,
  SessionResource: resource,
  SessionThread: thread,
  Deployment: deployment,
  DeploymentRun: deploymentRun,
  Vault: vault,
  Credential: credential,
  CredentialValidation: validation,
  File: file,
  Skill: skill,
  SkillVersion: skillVersion,
  MemoryStore: memoryStore,
  Memory: memory,
  MemoryEntry: memoryEntry,
  MemoryVersion: memoryVersion,
  Dream: dream,
  Model: model,
  ModelList: modelList,
  Tunnel: tunnel,
  TunnelToken: tunnelToken,
  TunnelCertificate: certificate,
  UserProfile: userProfile,
  UserProfileUrl: profileUrl,
  WebhookEndpoint: webhookEndpoint,
  WebhookEndpointSecret: webhookEndpointSecret,
  Workspace: workspace,
  ApiKey: apiKey,
  Deleted: z.object({ id: text, type: z.string().regex(/_deleted$/) }),
} as const;
export type Noun = keyof typeof nouns;
