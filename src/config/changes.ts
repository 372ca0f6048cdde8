/** Where changes are heard of: the part of the configuration for it, and the variables above it. */
import { z } from 'zod';
import { type Environment, optional } from './environment.ts';
import { ConfigError } from './error.ts';
import { type TelemetrySource, telemetry, telemetrySource } from './telemetry.ts';

const text = z.string().min(1);
const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'a repository looks like owner/name');

export const changeSettings = {
  argocd: telemetry.describe('what Argo CD synced when; a world gives way to it'),
  kubernetes: telemetry
    .unwrap()
    .extend({
      namespaces: z.array(text).default([]).describe('empty: all, which needs a cluster role'),
      token_file: text.optional().describe('default inside a cluster: that of the service account'),
    })
    .prefault({})
    .describe('what was rolled out when; a world gives way to it'),
  github: z
    .strictObject({
      repositories: z
        .array(z.strictObject({ name: repository, service: text.optional(), environment: text.optional() }))
        .max(100)
        .optional(),
    })
    .default({})
    .describe(
      'with GITHUB_TOKEN: whose deployments, releases or commits are changes; default: GITHUB_REPOSITORY, unless there is a world',
    ),
};
const settings = z.object(changeSettings);

export interface ChangeSources {
  argocd: TelemetrySource | null;
  kubernetes: (TelemetrySource & { namespaces: string[]; tokenFile: string | null }) | null;
  github: {
    token: string;
    apiUrl?: string;
    repositories: { name: string; service: string | null; environment: string | null }[];
  } | null;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** `hasWorld`: a world brings changes of its own, and only what is named for this takes their place. */
export function changeSources(env: Environment, written: z.infer<typeof settings>, hasWorld: boolean): ChangeSources {
  const cluster = telemetrySource('KUBERNETES', env, written.kubernetes);
  const usual = env.KUBERNETES_SERVICE_HOST === undefined ? null : SERVICE_ACCOUNT;
  return {
    argocd: telemetrySource('ARGOCD', env, written.argocd),
    kubernetes:
      cluster === null
        ? null
        : {
            ...cluster,
            namespaces: written.kubernetes.namespaces,
            tokenFile: cluster.token === null ? (written.kubernetes.token_file ?? usual) : null,
          },
    github: repositories(env, written.github.repositories, hasWorld),
  };
}

function repositories(
  env: Environment,
  named: z.infer<typeof settings>['github']['repositories'],
  hasWorld: boolean,
): ChangeSources['github'] {
  const token = env.GITHUB_TOKEN;
  if (token === undefined) {
    if (named === undefined) return null;
    throw new ConfigError('GITHUB_TOKEN is not set', {
      hint: 'The repositories under `github:` cannot be read without it.',
    });
  }
  const own = env.GITHUB_REPOSITORY === undefined || hasWorld ? [] : [{ name: env.GITHUB_REPOSITORY }];
  const chosen: { name: string; service?: string | undefined; environment?: string | undefined }[] = named ?? own;
  if (chosen.length === 0) return null;
  return {
    token,
    ...optional('apiUrl', env.GITHUB_API_URL),
    repositories: chosen.map(({ name, service = null, environment = null }) => ({ name, service, environment })),
  };
}

export const NO_CHANGE_SOURCES: ChangeSources = { argocd: null, kubernetes: null, github: null };
