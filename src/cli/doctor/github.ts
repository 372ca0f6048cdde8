/** GitHub: whether the token sees the repository and may write there. Nothing is written. */
import { z } from 'zod';
import { fetchJson, jsonServer } from '../../lib/fetch-json.ts';
import { NoAnswer } from '../../lib/no-answer.ts';
import type { Environment } from '../place.ts';
import { type Check, fail, note, ok } from './check.ts';

const TIMEOUT_MS = 8000;
const RIGHTS = 'Give GITHUB_TOKEN the rights Contents and Pull requests, read and write, on the repository.';
/** What GitHub says of the token's own rights; not with every kind of token. */
const answer = z.object({
  permissions: z.object({ push: z.boolean() }).optional(),
  archived: z.boolean().default(false),
});

export async function checkGithub(env: Environment): Promise<Check> {
  const { GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = env;
  if (!token && !repository)
    return note(
      'github',
      'not configured: pull requests go to a local repository',
      'README.md, "Connect it", says how.',
    );
  if (!token)
    return fail('github', 'GITHUB_TOKEN is missing', 'Give a token that may write contents and pull requests.');
  if (!repository || !/^[\w.-]+\/[\w.-]+$/.test(repository)) {
    const fix = 'Set it to the repository that is to be changed.';
    return fail('github', 'GITHUB_REPOSITORY is missing or not owner/name', fix);
  }
  const server = jsonServer('github', { url: env.GITHUB_API_URL || 'https://api.github.com', token });
  const { signal } = new AbortController();
  try {
    const limits = { timeoutMs: TIMEOUT_MS };
    const read = answer.parse(await fetchJson(server, `/repos/${repository}`, new URLSearchParams(), signal, limits));
    if (read.archived)
      return fail('github', `${repository} is archived: it takes no change`, 'Set GITHUB_REPOSITORY to another.');
    if (read.permissions?.push === false) return fail('github', `the token may only read ${repository}`, RIGHTS);
    return ok('github', `the token ${read.permissions === undefined ? 'sees' : 'may write to'} ${repository}`);
  } catch (error) {
    if (!(error instanceof NoAnswer)) return note('github', `${server.url} answered something else than a repository`);
    if (error.why === 'forbidden' || error.status === 404)
      return fail('github', `${repository}: ${error.message}`, RIGHTS);
    return note('github', `${server.url}: ${error.message}`, 'Check the network, or GITHUB_API_URL.');
  }
}
