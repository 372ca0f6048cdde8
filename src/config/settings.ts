/** `vigil.yaml`: what may stand in it, with the environment and flags above it. */
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { changeSettings } from './changes.ts';
import type { Environment } from './environment.ts';
import { ConfigError } from './error.ts';
import { address, datadogSettings, telemetries } from './telemetry.ts';

const text = z.string().min(1);
const file = z.strictObject({
  data: text.default('.vigil').describe('folder of everything Vigil keeps'),
  host: text.default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(8400).describe('0 takes a free port'),
  model: text.optional().describe('default: claude-opus-4-6 with an Anthropic key, else vigil-analyst'),
  grader_model: text
    .optional()
    .describe('who reads each finding a second time, in a context of its own; default: the model that investigates'),
  budget_usd: z
    .number()
    .min(0.1)
    .max(10_000)
    .nullable()
    .default(10)
    .describe('what one incident may cost at list prices, second readings included; null: no limit'),
  specialists: z
    .enum(['off', 'on'])
    .default('off')
    .describe('whether a language model may ask specialists for metrics, logs and changes; vigil-analyst needs none'),
  specialist_model: text.optional().describe('default: the model that investigates'),
  specialist_minutes: z.number().positive().max(60).default(5).describe('how long a specialist is waited for'),
  world: text.optional().describe('folder of a recorded or simulated incident to take all telemetry from'),
  prometheus: telemetries.describe('metrics, of one or of several by name; a world gives way to it'),
  loki: telemetries.describe('logs, of one or of several by name; a world gives way to it'),
  jaeger: telemetries.describe('who calls whom, and traces, of one or of several by name; a world gives way to it'),
  tempo: telemetries.describe('traces, of one or of several by name; a world gives way to it'),
  alertmanager: telemetries.describe('what fires now, of one or of several by name; beside what Vigil remembers'),
  datadog: datadogSettings,
  services: z
    .record(text, z.strictObject({ depends_on: z.array(text).max(500).default([]) }))
    .default({})
    .describe('which service depends on which, beside what traces and metrics tell of it'),
  ...changeSettings,
  public_url: address.optional().describe('where people reach this server, for links in chat'),
  forge: z.enum(['git', 'github', 'none']).optional().describe('default: github with GITHUB_TOKEN, else git'),
  repository: z
    .strictObject({ name: text.optional(), bundle: text.optional(), base: text.optional() })
    .default({})
    .describe('the repository of the local forge: what plans call it, a git bundle it starts from, its base branch'),
  chat: z
    .enum(['none', 'slack', 'webhook'])
    .optional()
    .describe('default: slack with SLACK_BOT_TOKEN, webhook with CHAT_WEBHOOK_URL, else none'),
  chat_webhook: z
    .enum(['mattermost', 'teams'])
    .default('mattermost')
    .describe('which of them CHAT_WEBHOOK_URL leads to'),
  private_hosts: z
    .array(text)
    .default([])
    .describe('hosts, also not public, for webhooks, tokens and repositories: name or name:port'),
  runbooks: z
    .array(text)
    .default([])
    .describe('folders of your own runbooks; one of the same name takes the place of a bundled one'),
  approvers: z.array(text).default([]).describe('ids of people who may approve; empty: whoever reaches the surface'),
  approval_minutes: z.number().min(1).max(1440).default(30),
  join_minutes: z
    .number()
    .min(0)
    .max(1440)
    .default(0)
    .describe('alerts of other groups of the same service join an incident for so long after it was opened; 0: never'),
  max_investigations: z.number().int().min(1).max(100).default(4),
  max_sessions: z
    .number()
    .int()
    .min(1)
    .max(2_000)
    .default(16)
    .describe(
      'sessions this server drives at once, those that wait for a model among them; each may have a sandbox at work',
    ),
  max_resting_sandboxes: z
    .number()
    .int()
    .min(0)
    .max(2_000)
    .optional()
    .describe(
      'sandboxes kept between turns, those at work counted; unless set, one for each of max_sessions as far as an eighth of the memory reaches',
    ),
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
export type Settings = z.infer<typeof file>;

/** JSON Schema of `vigil.yaml`, for editors. */
export function settingsSchema(): Record<string, unknown> {
  return z.toJSONSchema(file, { io: 'input', target: 'draft-7' });
}

export interface ConfigFlags {
  /** Above VIGIL_CONFIG; without both it is `vigil.yaml` in the working directory, where there is one. */
  config?: string;
  data?: string;
  host?: string;
  port?: number;
  world?: string;
  model?: string;
}

/** Throws `ConfigError`. */
export function readSettings(env: Environment, flags: ConfigFlags): Settings {
  const named = flags.config ?? env.VIGIL_CONFIG;
  const path = named ?? 'vigil.yaml';
  const written = readYaml(path, named !== undefined);
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
  const where = `Look into ${path}, the VIGIL_… variables and the flags of the command; \`vigil config schema\` has all settings.`;
  const issues = settings.error.issues.flatMap(plain);
  throw new ConfigError(`the configuration is wrong: ${z.prettifyError({ issues })}`, { hint: where });
}

/** What may be one thing or another is wrong in the way of the one that was meant: that which is of the right type. */
function plain(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find(
    ([first]) => first !== undefined && (first.code !== 'invalid_type' || first.path.length > 0),
  );
  return (meant ?? issue.errors[0] ?? []).map((one) => ({ ...one, path: [...issue.path, ...one.path] })).flatMap(plain);
}

function readYaml(path: string, isNamed: boolean): Record<string, unknown> {
  let source: string;
  try {
    source = readFileSync(path, 'utf8');
  } catch (cause) {
    if (!isNamed) return {};
    throw new ConfigError(`${path} cannot be read`, {
      hint: 'Name a file that exists with --config or VIGIL_CONFIG.',
      cause,
    });
  }
  try {
    return z.record(z.string(), z.unknown()).parse(parseYaml(source) ?? {});
  } catch (cause) {
    throw new ConfigError(`${path} is not a YAML mapping`, { hint: 'Write it as `key: value` lines.', cause });
  }
}

/** Without the keys that hold nothing, so that they do not hide a value below. */
export function compact<Value>(record: Record<string, Value | undefined>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}
