/**
 * What the operator decides: `vigil.yaml`, the environment above it, flags above that. Read once, by `main`.
 * This is the only file that reads the environment.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { type ChangeSources, changeSettings, changeSources } from './change-config.ts';
import { ConfigError } from './config-error.ts';
import {
  address,
  type DatadogAccount,
  datadogAccount,
  datadogSettings,
  type Environment,
  need,
  optional,
  type TelemetrySource,
  telemetry,
  telemetrySource,
} from './telemetry-config.ts';

export { type ChangeSources, NO_CHANGE_SOURCES } from './change-config.ts';
export { ConfigError } from './config-error.ts';
export type { DatadogAccount, Environment, TelemetrySource } from './telemetry-config.ts';

export const ANALYST = 'vigil-analyst';
const CLAUDE = 'claude-opus-4-6';

const text = z.string().min(1);
const file = z.strictObject({
  data: text.default('.vigil').describe('folder of everything Vigil keeps'),
  host: text.default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8400).describe('0 takes a free port'),
  model: text.optional().describe('default: claude-opus-4-6 with an Anthropic key, else vigil-analyst'),
  world: text.optional().describe('folder of a recorded or simulated incident to take all telemetry from'),
  prometheus: telemetry.describe('metrics; a world gives way to it'),
  loki: telemetry.describe('logs; a world gives way to it'),
  jaeger: telemetry.describe('who calls whom, from traces; a world gives way to it'),
  datadog: datadogSettings,
  ...changeSettings,
  public_url: address.optional().describe('where people reach this server, for links in chat'),
  forge: z.enum(['git', 'github', 'none']).optional().describe('default: github with GITHUB_TOKEN, else git'),
  repository: z
    .strictObject({ name: text.optional(), bundle: text.optional(), base: text.optional() })
    .default({})
    .describe('the repository of the local forge: what plans call it, a git bundle it starts from, its base branch'),
  chat: z.enum(['none', 'slack']).optional().describe('default: slack with SLACK_BOT_TOKEN, else none'),
  private_hosts: z
    .array(text)
    .default([])
    .describe('hosts, also not public, for webhooks, tokens and repositories: name or name:port'),
  approvers: z.array(text).default([]).describe('ids of people who may approve; empty: whoever reaches the surface'),
  approval_minutes: z.number().min(1).max(1440).default(30),
  max_investigations: z.number().int().min(1).max(100).default(4),
  context_tokens: z
    .number()
    .int()
    .min(50_000)
    .default(200_000)
    .describe('window of the language model; older lines of a session are summarized before it is full'),
  tool_output_characters: z
    .number()
    .int()
    .min(2_000)
    .default(60_000)
    .describe('how much of one tool output the model reads at once; the whole of a longer one is kept as a file'),
  log_level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
});
type Settings = z.infer<typeof file>;

export interface Config {
  dataDir: string;
  host: string;
  port: number;
  publicUrl: string | null;
  /** Null: made at first start and kept in the data directory. */
  apiKey: string | null;
  hookToken: string | null;
  /** Seals what vaults hold; null: made at first start and kept in the data directory. */
  masterKey: string | null;
  /** PostgreSQL that sessions are kept in; null: files in `dataDir`. */
  databaseUrl: string | null;
  model: string;
  anthropic: { apiKey: string; baseURL?: string } | null;
  world: string | null;
  prometheus: TelemetrySource | null;
  loki: TelemetrySource | null;
  jaeger: TelemetrySource | null;
  datadog: DatadogAccount | null;
  changes: ChangeSources;
  forge: 'git' | 'github' | 'none';
  repository: { name?: string; bundle?: string; base?: string };
  github: { token: string; repository: string; apiUrl?: string } | null;
  chat: 'none' | 'slack';
  slack: {
    botToken: string;
    appToken: string | null;
    signingSecret: string | null;
    channel: string;
    apiUrl?: string;
  } | null;
  privateHosts: string[];
  approvers: string[];
  approvalMinutes: number;
  maxInvestigations: number;
  contextTokens: number;
  toolOutputCharacters: number;
  logLevel: Settings['log_level'];
}

export interface ConfigFlags {
  /** Default: `vigil.yaml` in the working directory, where there is one. */
  config?: string;
  data?: string;
  host?: string;
  port?: number;
  world?: string;
  model?: string;
}

/** Throws `ConfigError`. */
export function loadConfig(env: Environment = process.env, flags: ConfigFlags = {}): Config {
  refuseEmptySecrets(env);
  const settings = readSettings(env, flags);
  const anthropicKey = env.ANTHROPIC_API_KEY;
  const forge = settings.forge ?? (env.GITHUB_TOKEN === undefined ? 'git' : 'github');
  const chat = settings.chat ?? (env.SLACK_BOT_TOKEN === undefined ? 'none' : 'slack');
  return {
    dataDir: resolve(settings.data),
    host: settings.host,
    port: settings.port,
    publicUrl: settings.public_url?.replace(/\/+$/, '') ?? null,
    apiKey: env.VIGIL_API_KEY ?? null,
    hookToken: env.VIGIL_HOOK_TOKEN ?? null,
    masterKey: env.VIGIL_MASTER_KEY ?? null,
    databaseUrl: databaseUrl(env),
    model: settings.model ?? (anthropicKey === undefined ? ANALYST : CLAUDE),
    anthropic:
      anthropicKey === undefined ? null : { apiKey: anthropicKey, ...optional('baseURL', env.ANTHROPIC_BASE_URL) },
    world: settings.world === undefined ? null : resolve(settings.world),
    prometheus: telemetrySource('PROMETHEUS', env, settings.prometheus),
    loki: telemetrySource('LOKI', env, settings.loki),
    jaeger: telemetrySource('JAEGER', env, settings.jaeger),
    datadog: datadogAccount(env, settings.datadog),
    changes: changeSources(env, settings, settings.world !== undefined),
    forge,
    repository: compact(settings.repository),
    github: forge === 'github' ? github(env) : null,
    chat,
    slack: chat === 'slack' ? slack(env) : null,
    privateHosts: settings.private_hosts,
    approvers: settings.approvers,
    approvalMinutes: settings.approval_minutes,
    maxInvestigations: settings.max_investigations,
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

const SECRETS = [
  'VIGIL_API_KEY',
  'VIGIL_MASTER_KEY',
  'DATABASE_URL',
  'VIGIL_HOOK_TOKEN',
  'ANTHROPIC_API_KEY',
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'GITHUB_TOKEN',
  'PROMETHEUS_TOKEN',
  'LOKI_TOKEN',
  'JAEGER_TOKEN',
  'ARGOCD_TOKEN',
  'KUBERNETES_TOKEN',
  'DD_API_KEY',
  'DD_APP_KEY',
];

/** An empty secret is a mistake that would open a door or close one; unset is how to say none. */
function refuseEmptySecrets(env: Environment): void {
  for (const name of SECRETS) {
    if (env[name]?.trim() === '')
      throw new ConfigError(`${name} is empty`, { hint: `Give ${name} a value, or unset it.` });
  }
}

function readSettings(env: Environment, flags: ConfigFlags): Settings {
  const path = flags.config ?? 'vigil.yaml';
  const written = readYaml(path, flags.config !== undefined);
  const merged = {
    ...written,
    ...compact({
      data: flags.data ?? env.VIGIL_DATA,
      host: flags.host ?? env.VIGIL_HOST,
      port: flags.port ?? (env.VIGIL_PORT === undefined ? undefined : Number(env.VIGIL_PORT)),
      model: flags.model ?? env.VIGIL_MODEL,
      world: flags.world ?? env.VIGIL_WORLD,
      public_url: env.VIGIL_PUBLIC_URL,
      log_level: env.VIGIL_LOG_LEVEL,
    }),
  };
  const settings = file.safeParse(merged);
  if (settings.success) return settings.data;
  const where = `Look into ${path}, the VIGIL_… variables and the flags of the command.`;
  throw new ConfigError(`the configuration is wrong: ${z.prettifyError(settings.error)}`, { hint: where });
}

function readYaml(path: string, isNamed: boolean): Record<string, unknown> {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (cause) {
    if (!isNamed) return {};
    throw new ConfigError(`${path} cannot be read`, { hint: 'Name a file that exists with --config.', cause });
  }
  try {
    return z.record(z.string(), z.unknown()).parse(parseYaml(source) ?? {});
  } catch (cause) {
    throw new ConfigError(`${path} is not a YAML mapping`, { hint: 'Write it as `key: value` lines.', cause });
  }
}

/** What `doctor` looks at: where metrics, logs and the service graph come from. Throws `ConfigError`. */
export function telemetrySources(
  env: Environment,
  flags: ConfigFlags,
): Pick<Config, 'prometheus' | 'loki' | 'jaeger' | 'datadog'> {
  const { prometheus, loki, jaeger, datadog } = readSettings(env, flags);
  return {
    datadog: datadogAccount(env, datadog),
    prometheus: telemetrySource('PROMETHEUS', env, prometheus),
    loki: telemetrySource('LOKI', env, loki),
    jaeger: telemetrySource('JAEGER', env, jaeger),
  };
}

/** What `doctor` looks at: where changes are heard of. Throws `ConfigError`. */
export function changeSourcesOf(env: Environment, flags: ConfigFlags): ChangeSources {
  const settings = readSettings(env, flags);
  return changeSources(env, settings, settings.world !== undefined);
}

/** Also for `doctor`. Throws `ConfigError`. */
export function databaseUrl(env: Environment): string | null {
  const url = env.DATABASE_URL;
  if (url === undefined) return null;
  if (/^postgres(ql)?:\/\/./.test(url)) return url;
  // Not shown: it may hold a password.
  throw new ConfigError('DATABASE_URL is no address of a PostgreSQL database', {
    hint: 'It looks like postgresql://user:password@db.internal:5432/vigil; unset it to keep everything in files.',
  });
}

function github(env: Environment): Config['github'] {
  const repository = need(env, 'GITHUB_REPOSITORY', 'the repository, as owner/name');
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new ConfigError(`GITHUB_REPOSITORY is "${repository}"`, { hint: 'It looks like owner/name.' });
  }
  return { token: need(env, 'GITHUB_TOKEN', 'a token'), repository, ...optional('apiUrl', env.GITHUB_API_URL) };
}

function slack(env: Environment): Config['slack'] {
  const appToken = env.SLACK_APP_TOKEN ?? null;
  const signingSecret = env.SLACK_SIGNING_SECRET ?? null;
  if (appToken === null && signingSecret === null) {
    const hint = 'Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.';
    throw new ConfigError('Slack has no way to reach Vigil: clicks would be lost', { hint });
  }
  return {
    botToken: need(env, 'SLACK_BOT_TOKEN', 'the bot token'),
    channel: need(env, 'SLACK_CHANNEL', 'the channel of the incident cards'),
    appToken,
    signingSecret,
    ...optional('apiUrl', env.SLACK_API_URL),
  };
}

/** Without the keys that hold nothing, so that they do not hide a value below. */
function compact<Value>(record: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
