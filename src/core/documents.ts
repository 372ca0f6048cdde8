/** The bodies of the documents that both halves of the core read: the API writes them, the run obeys them. */
import type { Budget, OutcomeEvaluation, SessionUsage } from './events.ts';
import type {
  AgentId,
  CredentialId,
  EnvironmentId,
  FileId,
  MemoryId,
  MemoryStoreId,
  MemoryVersionId,
  SkillId,
  SkillVersionId,
  ThreadId,
  VaultId,
} from './ids.ts';

export type PermissionPolicy = { type: 'always_allow' } | { type: 'always_ask' } | { type: 'auto' };
export type BuiltinTool = 'bash' | 'read' | 'write' | 'edit' | 'glob' | 'grep' | 'web_fetch' | 'web_search';
export type UrlSwitch = { type: 'all' } | { type: 'none' };
export type UrlFilter = UrlSwitch | { type: 'only' | 'except'; tools: { type: 'tool_reference'; name: string }[] };
/** Of which texts `web_fetch` takes addresses; null where nothing was said. */
export interface UrlSources {
  client_tool_results: UrlFilter | null;
  server_tool_results: UrlFilter | null;
  user_input: UrlSwitch | null;
}
export interface UserLocation {
  type: 'approximate';
  city?: string | null;
  region?: string | null;
  country?: string | null;
  timezone?: string | null;
}
export interface ToolConfig {
  type: BuiltinTool;
  name: BuiltinTool;
  enabled: boolean;
  permission_policy: PermissionPolicy;
  /** The web tools only: one of the two lists, and what else narrows them. */
  allowed_domains?: string[];
  blocked_domains?: string[];
  user_location?: UserLocation;
  max_content_tokens?: number;
  url_sources?: UrlSources | null;
}
export interface AgentToolset {
  type: 'agent_toolset_20260401';
  default_config: { enabled: boolean; permission_policy: PermissionPolicy };
  /** Overridden tools only, each fully resolved, in the order given. */
  configs: ToolConfig[];
}
export interface McpToolset {
  type: 'mcp_toolset';
  mcp_server_name: string;
  default_config: { enabled: boolean; permission_policy: PermissionPolicy };
  configs: { name: string; enabled: boolean; permission_policy: PermissionPolicy }[];
}
export interface CustomTool {
  type: 'custom';
  name: string;
  description: string;
  input_schema: { type: 'object'; [keyword: string]: unknown };
}
export type ToolEntry = AgentToolset | McpToolset | CustomTool;

export interface ModelChoice {
  id: string;
  effort: { type: 'low' | 'medium' | 'high' | 'xhigh' | 'max' };
  speed: 'standard' | 'fast';
  inference_geo?: string;
}
export interface SkillRef {
  type: 'anthropic' | 'custom';
  skill_id: string;
  version: string;
}

/** What a session runs: the agent's definition at one version, with the session's overrides applied. */
export interface AgentDefinition {
  id: AgentId;
  type: 'agent';
  version: number;
  name: string;
  description: string | null;
  system: string | null;
  model: ModelChoice;
  tools: ToolEntry[];
  mcp_servers: { type: 'url'; name: string; url: string }[];
  skills: SkillRef[];
  multiagent: unknown;
  execution_identity: { type: 'service_account' } | { type: 'aws_role'; role_arn: string };
}
export interface AgentBody extends AgentDefinition {
  metadata: Record<string, string>;
  created_at: string;
  updated_at: string;
  archived_at: string | null;
}

export type Networking =
  | { type: 'unrestricted' }
  | { type: 'limited'; allow_mcp_servers: boolean; allow_package_managers: boolean; allowed_hosts: string[] };
export interface EnvironmentBody {
  id: EnvironmentId;
  type: 'environment';
  name: string;
  description: string | null;
  metadata: Record<string, string>;
  config:
    | {
        type: 'cloud';
        networking: Networking;
        packages: { type: 'packages' } & Record<'apt' | 'cargo' | 'gem' | 'go' | 'npm' | 'pip', string[]>;
      }
    | { type: 'self_hosted' };
  scope: 'organization';
  created_at: string;
  updated_at: string;
  archived_at: string | null;
}

export type SessionStatus = 'idle' | 'running' | 'rescheduling' | 'terminated';
/** `status`, `usage` and the times move with the log; the run writes them in the batch that appends the event. */
export interface SessionBody {
  id: string;
  type: 'session';
  status: SessionStatus;
  title: string | null;
  agent: AgentDefinition;
  environment_id: EnvironmentId;
  metadata: Record<string, string>;
  vault_ids: string[];
  budget: Budget | null;
  outcome_evaluations: readonly OutcomeEvaluation[];
  usage: SessionUsage;
  deployment_id: string | null;
  created_at: string;
  updated_at: string;
  archived_at: string | null;
  /** Not on the wire. */
  hidden: {
    primary_thread: ThreadId;
    /** The environment as it was when the session was made: its later updates touch later sandboxes only. */
    environment: EnvironmentBody['config'];
    /** Milliseconds spent running, and since when it runs now. */
    active_ms: number;
    running_since: number | null;
    terminated_at: number | null;
    /** Millionths of a dollar spent at list prices; null once a request without a known price was made. */
    cost?: number | null;
    /** The memory stores attached to it, as fields, so that sessions can be listed by them. */
    memory_stores?: Record<string, 1>;
  };
}

export interface FileBody {
  id: FileId;
  type: 'file';
  filename: string;
  mime_type: string;
  size_bytes: number;
  created_at: string;
  downloadable: boolean;
  expires_at: string | null;
  scope: { type: 'session'; id: string } | null;
  hidden: {
    /** Empty once the file has expired and its bytes are gone. */
    blob: string;
    /** Where the agent wrote it, if a session made it. */
    output?: string;
  };
}

export interface SkillBody {
  id: SkillId;
  type: 'skill';
  display_name: string;
  latest_version_id: SkillVersionId;
  source: { type: 'custom' };
  created_at: string;
  updated_at: string;
  /** Not on the wire: the immutable slug from the first SKILL.md. */
  hidden: { slug: string };
}
export interface SkillVersionBody {
  id: SkillVersionId;
  type: 'skill_version';
  skill_id: SkillId;
  /** The slug: in the sandbox the files stand under `/mnt/skills/<name>/`. */
  name: string;
  description: string;
  created_at: string;
  hidden: { files: { path: string; blob: string; size: number; executable: boolean }[] };
}

export interface MemoryStoreBody {
  id: MemoryStoreId;
  type: 'memory_store';
  name: string;
  /** Empty when unset. */
  description: string;
  metadata: Record<string, string>;
  created_at: string;
  updated_at: string;
  archived_at: string | null;
}
/** The content stands in the version that `memory_version_id` names, so that a folder of memories is read quickly. */
export interface MemoryBody {
  id: MemoryId;
  type: 'memory';
  memory_store_id: MemoryStoreId;
  path: string;
  /** Lower-case hex of the UTF-8 bytes as they came. */
  content_sha256: string;
  content_size_bytes: number;
  memory_version_id: MemoryVersionId;
  created_at: string;
  updated_at: string;
}
/** Who did something: the holder of a key, or an agent in its session. */
export type Actor = { type: 'api_actor'; api_key_id: string } | { type: 'session_actor'; session_id: string };
/** What is null belongs to a deletion (content) or was redacted (path too). */
export interface MemoryVersionBody {
  id: MemoryVersionId;
  type: 'memory_version';
  memory_store_id: MemoryStoreId;
  memory_id: MemoryId;
  operation: 'created' | 'modified' | 'deleted';
  path: string | null;
  content: string | null;
  content_sha256: string | null;
  content_size_bytes: number | null;
  created_at: string;
  created_by: Actor;
  redacted_at: string | null;
  redacted_by: Actor | null;
}

export interface VaultBody {
  id: VaultId;
  type: 'vault';
  display_name: string;
  metadata: Record<string, string>;
  created_at: string;
  updated_at: string;
  archived_at: string | null;
}
/** How a credential authenticates, without its secrets. */
export type CredentialAuth =
  | { type: 'static_bearer'; mcp_server_url: string }
  | { type: 'mcp_oauth'; mcp_server_url: string; expires_at: string | null; refresh: OAuthRefresh | null }
  | {
      type: 'environment_variable';
      secret_name: string;
      networking: { type: 'unrestricted' } | { type: 'limited'; allowed_hosts: string[] };
      injection_location: { header: boolean; body: boolean };
    };
export interface OAuthRefresh {
  client_id: string;
  token_endpoint: string;
  token_endpoint_auth: { type: 'none' | 'client_secret_basic' | 'client_secret_post' };
  resource: string | null;
  scope: string | null;
}
export type SecretName = 'token' | 'access_token' | 'refresh_token' | 'client_secret' | 'secret_value';
/** What is known of changing a refresh token for a new access token. Times are milliseconds since 1970. */
export interface Renewal {
  /** Until then somebody is at it, and everybody else waits for what comes of it; 0 when nobody is. */
  until: number;
  /** How often the token endpoint has refused, and when it last did. */
  refusals: number;
  refused_at: number;
}
export interface CredentialBody {
  id: CredentialId;
  type: 'vault_credential';
  vault_id: VaultId;
  display_name: string | null;
  auth: CredentialAuth;
  metadata: Record<string, string>;
  created_at: string;
  updated_at: string;
  archived_at: string | null;
  hidden: {
    /** What is unique among the active credentials of a vault: a server's normalized address or a variable's name. */
    key: string;
    /** Sealed; empty once the credential is archived. */
    secrets: Partial<Record<SecretName, { version: number; sealed: string }>>;
    renewal?: Renewal;
  };
}
