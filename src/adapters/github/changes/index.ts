/**
 * What was changed, as one repository on GitHub knows it: its deployments to production; where nobody records those, its
 * releases; where there are none, what was merged. The diff is of what the change brought since the one before it.
 */
import { hideSecrets } from '../../../lib/hide-secrets.ts';
import { NoAnswer } from '../../../lib/no-answer.ts';
import { timeWindow } from '../../../lib/time-window.ts';
import type { Change } from '../../../sre/change.ts';
import type { Changes } from '../../../sre/ports/changes.ts';
import { orUnavailable } from '../../../sre/ports/or-unavailable.ts';
import { noSuchChange, pickChanges } from '../../../sre/ports/pick-changes.ts';
import { connect, type HubOptions } from '../hub.ts';
import { type Brought, broughtByCommit } from './brought.ts';
import { listCommits, readCommit } from './commits.ts';
import { broughtByDeployment, listDeployments } from './deployments.ts';
import { broughtByRelease, listReleases } from './releases.ts';
import type { Listing, Repository } from './repository.ts';
import { whyNot } from './why-not.ts';

export interface GithubChangesOptions extends Omit<HubOptions, 'patient'> {
  /** Whose code it is; null when it holds several services or nobody said. */
  service?: string | null;
  /** Name of the environment that counts. Default: those that GitHub marks as production, or that are called so. */
  environment?: string | null;
  now?: () => Date;
  /** For one question, all its calls together. Default 18 s. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 18_000;
const ID = /^github:([\w.-]+\/[\w.-]+):(deployment|release|commit):([\w.-]+)$/;

export function githubChanges(options: GithubChangesOptions): Changes {
  const { service = null, environment = null, timeoutMs = TIMEOUT_MS } = options;
  const now = options.now ?? (() => new Date());
  const source = `github ${options.repository}`;
  const hide = hideSecrets([options.token]);

  async function asked<Found>(
    signal: AbortSignal,
    question: (repository: Repository) => Promise<Found>,
  ): Promise<Found> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      // Waiting for a limit to pass is not worth the minutes of an incident.
      const hub = await connect({ ...options, patient: false }, limited);
      return await question({ hub, name: options.repository, service, environment });
    } catch (error) {
      signal.throwIfAborted();
      if (limited.aborted)
        throw new NoAnswer(`no answer within ${timeoutMs / 1000} s`, { why: 'timeout', cause: error });
      const { why, detail } = whyNot(error);
      throw new NoAnswer(hide(detail), { why, cause: error });
    }
  }

  return {
    list: (query, signal) =>
      orUnavailable(source, async () => {
        const window = timeWindow(query.range, now().getTime());
        const { range, warnings } = window;
        const base = { status: 'ok', source, range, url: null } as const;
        const foreign = query.service !== null && service !== null && query.service !== service;
        const otherKind = query.kinds.length > 0 && !query.kinds.includes('deploy');
        if (foreign || otherKind) return { ...base, data: [], truncated: false, warnings };
        const listing = await asked(signal, (repository) => bestListing(repository, window));
        const { data, truncated } = pickChanges(listing.changes, query, window);
        const all = [...warnings, ...listing.warnings];
        return { ...base, data, truncated: listing.truncated || truncated, warnings: all };
      }),

    diff: (id, signal) =>
      orUnavailable(source, async () => {
        const [, name, kind, own = ''] = ID.exec(id) ?? [];
        const isHash = /^[0-9a-f]{7,64}$/i.test(id);
        if (!isHash && name !== options.repository) throw noSuchChange(`no change has the id ${id}`);
        const brought = await asked(signal, (repository) =>
          find(repository, isHash ? 'commit' : kind, isHash ? id : own),
        );
        if (brought === null) throw noSuchChange(`the repository knows no ${id}`);
        const { change, diff, truncated, warnings } = brought;
        const data = { change: { ...change, hasDiff: diff !== null }, diff };
        return { status: 'ok', data, source, range: null, truncated, warnings, url: change.url ?? null };
      }),
  };
}

type Window = { from: number; to: number };

async function bestListing(repository: Repository, window: Window): Promise<Listing> {
  const deployments = await listDeployments(repository, window);
  if (deployments.isKept) return deployments;
  const releases = await listReleases(repository, window);
  const hint = 'they may have gone live later, or never';
  if (releases.isKept) {
    const warning = `${repository.name} records no deployments to production: these are its releases, and ${hint}`;
    return { ...releases, warnings: [...deployments.warnings, ...releases.warnings, warning] };
  }
  const commits = await listCommits(repository, window);
  const warning = `${repository.name} records neither deployments to production nor releases: these are commits of its default branch, and ${hint}`;
  return { ...commits, warnings: [...deployments.warnings, ...commits.warnings, warning] };
}

async function find(
  repository: Repository,
  kind: string | undefined,
  own: string,
): Promise<(Brought & { change: Change }) | null> {
  if (kind === 'deployment') return broughtByDeployment(repository, Number(own));
  if (kind === 'release') return broughtByRelease(repository, Number(own));
  const commit = await readCommit(repository, own);
  return commit === null ? null : { ...broughtByCommit(commit), change: commit.change };
}
