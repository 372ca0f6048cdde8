/** Why GitHub gave no answer, and what to do about it. */
import type { NoAnswerWhy } from '../../../lib/no-answer.ts';
import { readTrouble } from '../hub.ts';
import { NotGithub } from './repository.ts';

export function whyNot(error: unknown): { why: NoAnswerWhy; detail: string } {
  if (error instanceof NotGithub) return { why: 'malformed', detail: error.message };
  const { status, detail } = readTrouble(error);
  if (/rate limit is reached/.test(detail)) return { why: 'rate_limited', detail: `${detail}${untilWhen(error)}` };
  if (status === 401) return { why: 'forbidden', detail };
  if (status === 403) {
    const need =
      'the GitHub token may not read this: it needs Contents, Metadata and Deployments, read, on the repository';
    return { why: 'forbidden', detail: need };
  }
  // What a token may not see is not there for it.
  if (status === 404) return { why: 'forbidden', detail };
  return { why: 'unreachable', detail };
}

/** What the limit itself says: seconds to wait, or the second from which on there is room again. */
function untilWhen(error: unknown): string {
  const response = field(error, 'response');
  const headers = field(response, 'headers');
  const wait = Number(field(headers, 'retry-after') ?? Number.NaN);
  if (Number.isFinite(wait)) return `; it asks for ${wait} s of patience`;
  const reset = Number(field(headers, 'x-ratelimit-reset') ?? Number.NaN);
  return Number.isFinite(reset) ? `; it ends at ${new Date(reset * 1000).toISOString()}` : '';
}

function field(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Object.entries(of).find(([key]) => key === name)?.[1] : undefined;
}
