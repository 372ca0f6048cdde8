/**
 * What the operator decides: `vigil.yaml`, the environment above it, flags above that. Read once, by `main`.
 * This is the only file that reads the environment.
 */
import { resolve } from 'node:path';
import {
  databaseUrl,
  type GithubAccount,
  github,
  refuseEmptySecrets,
  type SlackAccount,
  slack,
  type WebhookRoom,
  webhookRoom,
} from './config/accounts.ts';
import { type ChangeSources, changeSources } from './config/changes.ts';
import { type Environment, optional } from './config/environment.ts';
import { type ModelChoice, modelChoice } from './config/models.ts';
import { memoryBytes, restingSandboxes } from './config/resting-sandboxes.ts';
import { type ConfigFlags, compact, readSettings, type Settings } from './config/settings.ts';
import { type DatadogAccount, datadogAccount, type TelemetrySource, telemetrySources } from './config/telemetry.ts';

export { databaseUrl } from './config/accounts.ts';
export { type ChangeSources, NO_CHANGE_SOURCES } from './config/changes.ts';
export type { Environment } from './config/environment.ts';
export { ConfigError } from './config/error.ts';
export { type ConfigFlags, settingsSchema } from './config/settings.ts';
export { type DatadogAccount, type TelemetrySource, variableOf } from './config/telemetry.ts';

export interface Config extends ModelChoice {
  dataDir: string;
  host: string;
  port: number;
  publicUrl: string | null;
  /** Null: made at first start and kept in the data directory. */
  apiKey: string | null;
  hookToken: string | null;
  /** Seals what vaults hold; null: made at first start and kept in the data directory. */
  masterKey: string | null;
  /** PostgreSQL that everything is kept in, sessions and incidents; null: files in `dataDir`. */
  databaseUrl: string | null;
  anthropic: { apiKey: string; baseURL?: string } | null;
  world: string | null;
  /** Empty for none; with several each has a name. */
  prometheus: TelemetrySource[];
  loki: TelemetrySource[];
  jaeger: TelemetrySource[];
  tempo: TelemetrySource[];
  alertmanager: TelemetrySource[];
  datadog: DatadogAccount | null;
  /** Which service depends on which, as far as the operator says it. */
  services: { name: string; dependsOn: string[] }[];
  changes: ChangeSources;
  forge: 'git' | 'github' | 'none';
  repository: { name?: string; bundle?: string; base?: string };
  github: GithubAccount | null;
  chat: 'none' | 'slack' | 'webhook';
  slack: SlackAccount | null;
  webhookRoom: WebhookRoom | null;
  privateHosts: string[];
  /** Folders, beside the bundled one. */
  runbooks: string[];
  approvers: string[];
  approvalMinutes: number;
  joinMinutes: number;
  maxInvestigations: number;
  maxSessions: number;
  restingSandboxes: number;
  contextTokens: number;
  toolOutputCharacters: number;
  logLevel: Settings['log_level'];
}

/** Throws `ConfigError`. */
export function loadConfig(env: Environment = process.env, flags: ConfigFlags = {}): Config {
  refuseEmptySecrets(env);
  const settings = readSettings(env, flags);
  const anthropicKey = env.ANTHROPIC_API_KEY;
  const forge = settings.forge ?? (env.GITHUB_TOKEN === undefined ? 'git' : 'github');
  const room = env.CHAT_WEBHOOK_URL === undefined ? 'none' : 'webhook';
  const chat = settings.chat ?? (env.SLACK_BOT_TOKEN === undefined ? room : 'slack');
  return {
    dataDir: resolve(settings.data),
    host: settings.host,
    port: settings.port,
    publicUrl: settings.public_url?.replace(/\/+$/, '') ?? null,
    apiKey: env.VIGIL_API_KEY ?? null,
    hookToken: env.VIGIL_HOOK_TOKEN ?? null,
    masterKey: env.VIGIL_MASTER_KEY ?? null,
    databaseUrl: databaseUrl(env),
    ...modelChoice(settings, anthropicKey !== undefined),
    anthropic:
      anthropicKey === undefined ? null : { apiKey: anthropicKey, ...optional('baseURL', env.ANTHROPIC_BASE_URL) },
    world: settings.world === undefined ? null : resolve(settings.world),
    prometheus: telemetrySources('PROMETHEUS', env, settings.prometheus),
    loki: telemetrySources('LOKI', env, settings.loki),
    jaeger: telemetrySources('JAEGER', env, settings.jaeger),
    tempo: telemetrySources('TEMPO', env, settings.tempo),
    alertmanager: telemetrySources('ALERTMANAGER', env, settings.alertmanager),
    datadog: datadogAccount(env, settings.datadog),
    services: Object.entries(settings.services).map(([name, { depends_on }]) => ({ name, dependsOn: depends_on })),
    changes: changeSources(env, settings, settings.world !== undefined),
    forge,
    repository: compact(settings.repository),
    github: forge === 'github' ? github(env) : null,
    chat,
    slack: chat === 'slack' ? slack(env) : null,
    webhookRoom: chat === 'webhook' ? webhookRoom(env, settings.chat_webhook) : null,
    privateHosts: settings.private_hosts,
    runbooks: settings.runbooks.map((folder) => resolve(folder)),
    approvers: settings.approvers,
    approvalMinutes: settings.approval_minutes,
    joinMinutes: settings.join_minutes,
    maxInvestigations: settings.max_investigations,
    maxSessions: settings.max_sessions,
    restingSandboxes: settings.max_resting_sandboxes ?? restingSandboxes(settings.max_sessions, memoryBytes()),
    contextTokens: settings.context_tokens,
    toolOutputCharacters: settings.tool_output_characters,
    logLevel: settings.log_level,
  };
}

/** What commands need to find a server: its address and its data. Asks for no account. Throws `ConfigError`. */
export function whereabouts(env: Environment, flags: ConfigFlags): Pick<Config, 'dataDir' | 'host' | 'port'> {
  const { data, host, port } = readSettings(env, flags);
  return { dataDir: resolve(data), host, port };
}

/** The environment of this process, for commands that pass it on. */
export function environment(): Environment {
  return process.env;
}

/** What `doctor` looks at: where metrics, logs, traces, the service graph and alerts come from. Throws `ConfigError`. */
export function telemetryOf(
  env: Environment,
  flags: ConfigFlags,
): Pick<Config, 'prometheus' | 'loki' | 'jaeger' | 'tempo' | 'alertmanager' | 'datadog'> {
  const { prometheus, loki, jaeger, tempo, alertmanager, datadog } = readSettings(env, flags);
  return {
    datadog: datadogAccount(env, datadog),
    prometheus: telemetrySources('PROMETHEUS', env, prometheus),
    loki: telemetrySources('LOKI', env, loki),
    jaeger: telemetrySources('JAEGER', env, jaeger),
    tempo: telemetrySources('TEMPO', env, tempo),
    alertmanager: telemetrySources('ALERTMANAGER', env, alertmanager),
  };
}

/** What `doctor` looks at: where changes are heard of. Throws `ConfigError`. */
export function changeSourcesOf(env: Environment, flags: ConfigFlags): ChangeSources {
  const settings = readSettings(env, flags);
  return changeSources(env, settings, settings.world !== undefined);
}
