/** One repository on GitHub, and what its refusals mean for the person who has to act on them. */
import type { Octokit } from 'octokit';
import { z } from 'zod';

export interface Hub {
  octokit: Octokit;
  owner: string;
  repo: string;
  signal: AbortSignal;
}

export interface HubOptions {
  token: string;
  /** `owner/name`. */
  repository: string;
  /** Of GitHub Enterprise, or of a local server in tests. */
  baseUrl?: string;
  /** False turns off the client's own waiting and retrying, which tests have no time for. Default true. */
  patient?: boolean;
}

const CALL_TIMEOUT_MS = 90_000;

export async function connect(options: HubOptions, signal: AbortSignal): Promise<Hub> {
  const { Octokit } = await import('octokit');
  const patient = options.patient ?? true;
  const octokit = new Octokit({
    auth: options.token,
    userAgent: 'vigil',
    log: { debug() {}, info() {}, warn() {}, error() {} },
    retry: { enabled: patient },
    ...(patient ? {} : { throttle: { enabled: false } }),
    ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
  });
  const [owner = '', repo = ''] = options.repository.split('/');
  return { octokit, owner, repo, signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_TIMEOUT_MS)]) };
}

/** What every call names. `once` keeps the client from repeating a write whose answer was lost. */
export function where({ owner, repo, signal }: Hub): { owner: string; repo: string; request: { signal: AbortSignal } } {
  return { owner, repo, request: { signal } };
}
export function once({ owner, repo, signal }: Hub) {
  return { owner, repo, request: { signal, retries: 0 } };
}

export interface Trouble {
  status: number | null;
  /** GitHub's own words. */
  words: string;
  /** A sentence with what to do next. */
  detail: string;
  /** True when GitHub may or may not have done it: look before doing it again. */
  unknown: boolean;
}

export function readTrouble(error: unknown): Trouble {
  const fields: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const status = statusOf(fields);
  const words = [error instanceof Error ? error.message : String(error), ...graphqlTypes(fields)]
    .join(' ')
    .slice(0, 500);
  const limited = status === 429 || (status === 403 && /rate limit|abuse/i.test(words));
  const unknown = status === null || status >= 500;
  return { status, words, detail: `${advice(status, limited)} (${words})`, unknown };
}

/** Null when no answer came: the client then says 500 without a response. GraphQL's refusals come with status 200. */
function statusOf(fields: Record<string, unknown>): number | null {
  const [type] = graphqlTypes(fields);
  if (type !== undefined) return { NOT_FOUND: 404, FORBIDDEN: 403, RATE_LIMITED: 429 }[type] ?? 422;
  if (typeof fields.status !== 'number' || fields.response === undefined) return null;
  return fields.status;
}

function graphqlTypes({ errors }: Record<string, unknown>): string[] {
  const parsed = z.array(z.object({ type: z.string().default('ERROR') })).safeParse(errors);
  return parsed.success ? parsed.data.map(({ type }) => type) : [];
}

function advice(status: number | null, limited: boolean): string {
  if (limited) return "GitHub's rate limit is reached: wait a few minutes and try again";
  switch (status) {
    case 401:
      return 'GitHub refused the token: check GITHUB_TOKEN, it may have expired';
    case 403:
      return 'the GitHub token may not do this: it needs Contents and Pull requests, read and write, on the repository';
    case 404:
      return 'GitHub shows no such thing to this token: check GITHUB_REPOSITORY and what the token may see';
    case 409:
      return 'the repository is empty or being changed: push a first commit, or try again';
    case 422:
      return 'GitHub refused the request';
    default:
      return status === null ? 'GitHub cannot be reached' : `GitHub answered ${status}: try again later`;
  }
}

/** The answer, or null where GitHub says that there is none. */
export async function orNull<Result>(call: Promise<Result>): Promise<Result | null> {
  try {
    return await call;
  } catch (error) {
    if (readTrouble(error).status === 404) return null;
    throw error;
  }
}
