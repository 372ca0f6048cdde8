/** What a failed git command means. Read from git's own words, told in ours. Pure. */
import { RepositoryFailed } from '../../ports/repositories.ts';
import type { GitResult } from './run.ts';

type Fault = RepositoryFailed['fault'];

export interface Circumstances {
  /** What did not go through the tunnel. */
  trouble: string | null;
  hasToken: boolean;
  timedOut: boolean;
  seconds: number;
}

export function failureOf(result: Exclude<GitResult, { ok: true }>, around: Circumstances): RepositoryFailed {
  if (result.why === 'missing') return new RepositoryFailed('clone', 'git is not installed on this server');
  if (around.trouble !== null) return new RepositoryFailed('clone', around.trouble);
  if (around.timedOut) return new RepositoryFailed('clone', `it was not there after ${around.seconds} seconds`);
  if (result.why === 'stopped') return new RepositoryFailed('clone', 'it was interrupted');
  if (result.why === 'too_much') return new RepositoryFailed('clone', 'it has more than can be checked out');
  const { stderr, code } = result;
  const [fault, message] = meaningOf(stderr, around.hasToken) ?? ['clone', `git ended with ${code}`];
  return new RepositoryFailed(fault, message);
}

function meaningOf(stderr: string, hasToken: boolean): [Fault, string] | null {
  if (/could not read (Username|Password)|Authentication failed|returned error: 401/.test(stderr)) {
    const what = hasToken
      ? 'its host refused the authorization_token: update the resource with one that may read it'
      : 'its host asks for credentials: attach it with an authorization_token';
    return ['authentication', what];
  }
  if (/returned error: 403/.test(stderr)) return ['forbidden', 'its host refused access to it'];
  if (/repository '.*' not found|returned error: 404/.test(stderr))
    return ['not_found', 'its host knows no such repository'];
  if (/not our ref|unadvertised object|couldn't find remote ref/.test(stderr)) {
    return ['checkout', 'its host does not have this commit, or no longer'];
  }
  if (/certificate/i.test(stderr)) return ['clone', 'the certificate of its host cannot be verified'];
  return null;
}
