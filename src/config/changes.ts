/** Where changes are heard of: the part of the configuration for it, and the variables above it. */
import { z } from 'zod';
import { type Environment, optional } from './environment.ts';
import { ConfigError } from './error.ts';
import { named, one, several, type TelemetrySource, telemetries, telemetrySources } from './telemetry.ts';

const text = z.string().min(1);
const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'a repository looks like owner/name');

const cluster = {
  ...one,
  namespaces: z.array(text).default([]).describe('empty: all, which needs a cluster role'),
  token_file: text.optional().describe('default for the only one, inside a cluster: that of the service account'),
};

export const changeSettings = {
  argocd: telemetries.describe('what Argo CD synced when, of one or of several by name; a world gives way to it'),
  kubernetes: z
    .union([z.strictObject(cluster), several(z.strictObject({ ...named, ...cluster }))])
    .prefault({})
    .describe('what was rolled out when, in one cluster or in several by name; a world gives way to it'),
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

export interface Cluster extends TelemetrySource {
  namespaces: string[];
  tokenFile: string | null;
}
export interface ChangeSources {
  /** Empty for none; with several each has a name. */
  argocd: TelemetrySource[];
  kubernetes: Cluster[];
  github: {
    token: string;
    apiUrl?: string;
    repositories: { name: string; service: string | null; environment: string | null }[];
  } | null;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/** `hasWorld`: a world brings changes of its own, and only what is named for this takes their place. */
export function changeSources(env: Environment, written: z.infer<typeof settings>, hasWorld: boolean): ChangeSources {
  return {
    argocd: telemetrySources('ARGOCD', env, written.argocd),
    kubernetes: clusters(env, written.kubernetes),
    github: repositories(env, written.github.repositories, hasWorld),
  };
}

function clusters(env: Environment, written: z.infer<typeof settings>['kubernetes']): Cluster[] {
  const all = Array.isArray(written) ? written : [written];
  // Of several, nobody could say whose it is; it must not go to another one's server.
  const usual = Array.isArray(written) || env.KUBERNETES_SERVICE_HOST === undefined ? null : SERVICE_ACCOUNT;
  return telemetrySources('KUBERNETES', env, written).map((source, at) => {
    const { namespaces = [], token_file = usual } = all[at] ?? {};
    return { ...source, namespaces, tokenFile: source.token === null ? token_file : null };
  });
}

function repositories(
  env: Environment,
  written: z.infer<typeof settings>['github']['repositories'],
  hasWorld: boolean,
): ChangeSources['github'] {
  const token = env.GITHUB_TOKEN;
  if (token === undefined) {
    if (written === undefined) return null;
    throw new ConfigError('GITHUB_TOKEN is not set', {
      hint: 'The repositories under `github:` cannot be read without it.',
    });
  }
  const own = env.GITHUB_REPOSITORY === undefined || hasWorld ? [] : [{ name: env.GITHUB_REPOSITORY }];
  const chosen: { name: string; service?: string | undefined; environment?: string | undefined }[] = written ?? own;
  if (chosen.length === 0) return null;
  return {
    token,
    ...optional('apiUrl', env.GITHUB_API_URL),
    repositories: chosen.map(({ name, service = null, environment = null }) => ({ name, service, environment })),
  };
}

export const NO_CHANGE_SOURCES: ChangeSources = { argocd: [], kubernetes: [], github: null };
