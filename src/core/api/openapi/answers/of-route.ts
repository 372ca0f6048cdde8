/** What each endpoint answers. Most follow from their path: a noun, a page of it, or that it is gone. Pure. */
import { z } from 'zod';
import type { Method } from '../../route.ts';
import type { JsonSchema } from '../schema.ts';
import { type Noun, nouns } from './nouns.ts';

export interface Answer {
  of: Noun;
  /** `pages` go both ways, `data` is all there is, `maybe` is null when there is none. */
  as: 'one' | 'maybe' | 'data' | 'page' | 'pages';
}

const FAMILIES: Readonly<Record<string, Noun>> = {
  '/agents': 'Agent',
  '/environments': 'Environment',
  '/environments/{environment_id}/work': 'Work',
  '/admin/environments/{environment_id}/keys': 'EnvironmentKey',
  '/sessions': 'Session',
  '/sessions/{session_id}/resources': 'SessionResource',
  '/sessions/{session_id}/threads': 'SessionThread',
  '/deployments': 'Deployment',
  '/deployment_runs': 'DeploymentRun',
  '/vaults': 'Vault',
  '/vaults/{vault_id}/credentials': 'Credential',
  '/files': 'File',
  '/skills': 'Skill',
  '/skills/{skill_id}/versions': 'SkillVersion',
  '/memory_stores': 'MemoryStore',
  '/memory_stores/{memory_store_id}/memories': 'Memory',
  '/memory_stores/{memory_store_id}/memory_versions': 'MemoryVersion',
  '/models': 'Model',
  '/dreams': 'Dream',
  '/tunnels': 'Tunnel',
  '/tunnels/{tunnel_id}/certificates': 'TunnelCertificate',
  '/user_profiles': 'UserProfile',
  '/admin/webhook_endpoints': 'WebhookEndpoint',
  '/admin/workspaces': 'Workspace',
  '/admin/api_keys': 'ApiKey',
};

const OTHERS: Readonly<Record<string, Answer>> = {
  'GET /agents/{agent_id}/versions': { of: 'Agent', as: 'page' },
  'GET /environments/{environment_id}/work/poll': { of: 'Work', as: 'maybe' },
  'GET /environments/{environment_id}/work/stats': { of: 'WorkStats', as: 'one' },
  'POST /environments/{environment_id}/work/{work_id}/heartbeat': { of: 'WorkHeartbeat', as: 'one' },
  'GET /sessions': { of: 'Session', as: 'pages' },
  'POST /sessions/{session_id}/events': { of: 'SessionEvent', as: 'data' },
  'GET /sessions/{session_id}/events': { of: 'SessionEvent', as: 'page' },
  'GET /sessions/{session_id}/threads/{thread_id}/events': { of: 'SessionEvent', as: 'page' },
  'POST /deployments/{deployment_id}/run': { of: 'DeploymentRun', as: 'one' },
  'POST /vaults/{vault_id}/credentials/{credential_id}/mcp_oauth_validate': { of: 'CredentialValidation', as: 'one' },
  'GET /memory_stores/{memory_store_id}/memories': { of: 'MemoryEntry', as: 'page' },
  'GET /models': { of: 'ModelList', as: 'one' },
  'POST /tunnels/{tunnel_id}/reveal_token': { of: 'TunnelToken', as: 'one' },
  'POST /tunnels/{tunnel_id}/rotate_token': { of: 'TunnelToken', as: 'one' },
  'POST /user_profiles/{user_profile_id}/enrollment_url': { of: 'UserProfileUrl', as: 'one' },
  'POST /user_profiles/{user_profile_id}/action_urls': { of: 'UserProfileUrl', as: 'one' },
  'POST /admin/webhook_endpoints': { of: 'WebhookEndpointSecret', as: 'one' },
  'POST /admin/webhook_endpoints/{webhook_endpoint_id}/rotate_secret': { of: 'WebhookEndpointSecret', as: 'one' },
};

/** Null for what is not of this server's making: the model service's answers, and the document itself. */
export function answerOf(method: Method, template: string): Answer | null {
  const other = OTHERS[`${method} ${template}`];
  if (other !== undefined) return other;
  const families = Object.entries(FAMILIES).filter(([path]) => template === path || template.startsWith(`${path}/`));
  const [path, noun] = families.sort(([a], [b]) => b.length - a.length)[0] ?? [];
  if (noun === undefined) return null;
  if (method === 'DELETE') return { of: 'Deleted', as: 'one' };
  return { of: noun, as: method === 'GET' && template === path ? 'page' : 'one' };
}

/** To check an answer with. */
export function checkedBy({ of, as }: Answer): z.ZodType {
  const noun = nouns[of];
  const cursor = z.string().nullable();
  switch (as) {
    case 'one':
      return noun;
    case 'maybe':
      return noun.nullable();
    case 'data':
      return z.object({ data: z.array(noun) });
    case 'page':
      return z.object({ data: z.array(noun), next_page: cursor });
    case 'pages':
      return z.object({ data: z.array(noun), next_page: cursor, prev_page: cursor });
  }
}

/** The same in words, with the noun by reference. */
export function describedBy({ of, as }: Answer): JsonSchema {
  const noun = { $ref: refTo(of) };
  if (as === 'one') return noun;
  if (as === 'maybe') return { oneOf: [noun, { type: 'null' }] };
  const cursors = { data: [], page: ['next_page'], pages: ['next_page', 'prev_page'] }[as];
  return {
    type: 'object',
    required: ['data', ...cursors],
    properties: {
      data: { type: 'array', items: noun },
      ...Object.fromEntries(cursors.map((name) => [name, { type: ['string', 'null'] }])),
    },
  };
}

export function refTo(noun: string): string {
  return `#/components/schemas/${noun}`;
}
