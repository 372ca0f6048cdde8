/**
 * Git repositories of others: read, never written. What comes back is a stranger's bytes; nothing of it is run on the way,
 * no hook, no filter, no submodule. The token is told to the repository's own host and to nobody else.
 */
import type { TreeFile } from './sandbox.ts';

export interface RepositorySource {
  url: string;
  token: string | null;
}
/** Null is the default branch. A commit may be given by the first digits of its id. */
export type Revision = { type: 'branch'; name: string } | { type: 'commit'; sha: string } | null;

export interface Repositories {
  /** The full id of the commit that the revision means now. Rejects with `RepositoryFailed`. */
  resolve(source: RepositorySource, revision: Revision, signal: AbortSignal): Promise<string>;
  /** All files of that commit, submodules left out. Rejects with `RepositoryFailed`, also when they are too many or too big. */
  files(source: RepositorySource, commit: string, signal: AbortSignal): Promise<TreeFile[]>;
}

/** The message says what is wrong and what to do, in our own words: those of a host may repeat the token. */
export class RepositoryFailed extends Error {
  override readonly name = 'RepositoryFailed';
  readonly fault: 'authentication' | 'forbidden' | 'not_found' | 'checkout' | 'clone';
  constructor(fault: RepositoryFailed['fault'], message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.fault = fault;
  }
}
