/** Checked by the compiler: what the OpenAPI document says of an answer is the type that the server sends, both ways. */
import { expect, test } from 'vitest';
import type { z } from 'zod';
import type { ApiKeyBody } from '../../src/core/api/api-keys/body.ts';
import type { DeploymentRunBody } from '../../src/core/api/deployments/body.ts';
import type { DreamBody } from '../../src/core/api/dreams/body.ts';
import type { EnvironmentKeyBody } from '../../src/core/api/environments/keys/body.ts';
import type { Noun, nouns } from '../../src/core/api/openapi/answers/nouns.ts';
import type { TunnelBody, TunnelCertificateBody } from '../../src/core/api/tunnels/body.ts';
import type { UserProfileBody } from '../../src/core/api/user-profiles/body.ts';
import type { WebhookEndpointBody } from '../../src/core/api/webhooks/body.ts';
import type {
  AgentBody,
  CredentialBody,
  EnvironmentBody,
  FileBody,
  MemoryBody,
  MemoryStoreBody,
  MemoryVersionBody,
  SessionBody,
  SkillBody,
  SkillVersionBody,
  VaultBody,
} from '../../src/core/documents.ts';
import type { SessionEvent } from '../../src/core/events.ts';
import type { SessionResourceBody } from '../../src/core/resources.ts';
import type { WorkBody } from '../../src/core/work.ts';

type Fits<Wider, Narrower extends Wider> = [Narrower] extends [Wider] ? true : never;
type Told<Name extends Noun> = z.output<(typeof nouns)[Name]>;
type Shown<Body> = Body extends unknown ? Omit<Body, 'hidden'> : never;
/** Kept open in the documents, because one type serves every form of it. */
type Open = 'multiagent' | 'tools';
type Made<Name extends Noun, Kept extends keyof never> = Omit<Told<Name>, Kept>;

const told: true[] = [
  true satisfies Fits<Made<'Agent', Open>, Omit<AgentBody, Open>>,
  true satisfies Fits<Told<'Environment'>, EnvironmentBody>,
  true satisfies Fits<Made<'Work', 'secret'>, Shown<WorkBody>>,
  true satisfies Fits<Made<'EnvironmentKey', 'key'>, Shown<EnvironmentKeyBody>>,
  true satisfies Fits<
    Made<'Session', 'agent' | 'resources' | 'stats' | 'outcome_evaluations'>,
    Omit<SessionBody, 'id' | 'hidden' | 'agent' | 'outcome_evaluations'> & { id: `sesn_${string}` }
  >,
  true satisfies Fits<Told<'SessionEvent'>, SessionEvent>,
  true satisfies Fits<Told<'SessionResource'>, Shown<SessionResourceBody>>,
  true satisfies Fits<Told<'DeploymentRun'>, Shown<DeploymentRunBody>>,
  true satisfies Fits<Told<'Vault'>, VaultBody>,
  true satisfies Fits<Told<'Credential'>, Shown<CredentialBody>>,
  true satisfies Fits<Told<'File'>, Shown<FileBody>>,
  true satisfies Fits<Told<'Skill'>, Shown<SkillBody>>,
  true satisfies Fits<Told<'SkillVersion'>, Shown<SkillVersionBody>>,
  true satisfies Fits<Told<'MemoryStore'>, MemoryStoreBody>,
  true satisfies Fits<Made<'Memory', 'content'>, MemoryBody>,
  true satisfies Fits<Told<'MemoryVersion'>, MemoryVersionBody>,
  true satisfies Fits<Told<'Dream'>, Shown<DreamBody>>,
  true satisfies Fits<Told<'Tunnel'>, Shown<TunnelBody>>,
  true satisfies Fits<Told<'TunnelCertificate'>, Shown<TunnelCertificateBody>>,
  true satisfies Fits<Told<'UserProfile'>, UserProfileBody>,
  true satisfies Fits<Told<'WebhookEndpoint'>, Shown<WebhookEndpointBody>>,
  true satisfies Fits<Made<'ApiKey', 'key'>, Shown<ApiKeyBody>>,
];

/** The document promises nothing that the server's own types leave open. */
const kept: true[] = [
  true satisfies Fits<Omit<AgentBody, Open | 'model'>, Made<'Agent', Open | 'model'>>,
  true satisfies Fits<EnvironmentBody, Told<'Environment'>>,
  true satisfies Fits<Shown<WorkBody>, Told<'Work'>>,
  true satisfies Fits<SessionEvent['type'], Told<'SessionEvent'>['type']>,
  true satisfies Fits<Told<'SessionEvent'>['type'], SessionEvent['type']>,
  true satisfies Fits<VaultBody, Told<'Vault'>>,
  true satisfies Fits<Shown<CredentialBody>, Told<'Credential'>>,
  true satisfies Fits<Shown<FileBody>, Told<'File'>>,
  true satisfies Fits<MemoryVersionBody, Told<'MemoryVersion'>>,
  true satisfies Fits<Shown<TunnelBody>, Told<'Tunnel'>>,
  true satisfies Fits<UserProfileBody, Told<'UserProfile'>>,
];

test('the document and the types of what is answered agree', () => {
  expect([...told, ...kept]).not.toContain(false);
});
