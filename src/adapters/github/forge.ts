/** GitHub as the forge: what to change is worked out through its API; nothing is cloned. */
import { hideSecrets } from '../../lib/hide-secrets.ts';
import type { ChangeRequest, Forge, Prepared } from '../../sre/ports/forge.ts';
import { planFiles, realChanges, refusedChanges, renderDiff } from './file-change.ts';
import { connect, type Hub, type HubOptions, orNull, readTrouble, where } from './hub.ts';
import { asRefusal, openPlan } from './open.ts';
import { patchOn } from './patch.ts';
import { revertOf } from './revert.ts';
import { trees } from './trees.ts';

export interface GithubForgeOptions extends HubOptions {
  /** Branch to change; default: the repository's own. */
  base?: string;
  /** The commit a change id stands for, or null when it stands for none. */
  changes?: (changeId: string, signal: AbortSignal) => Promise<string | null>;
}

export function githubForge(options: GithubForgeOptions): Forge {
  async function prepare(change: ChangeRequest, signal: AbortSignal): Promise<Prepared> {
    const hub = await connect(options, signal);
    const base = await findBase(hub, options.base);
    if ('ok' in base) return base;
    const files = trees(hub);
    const worked =
      'revert' in change
        ? await revertOf(hub, files, base.sha, change.revert, await commitFor(change.revert, signal))
        : await patchOn(files, base.sha, change.patch);
    if (!worked.ok) return worked;
    const changes = realChanges(worked.changes);
    const refusal = refusedChanges(changes);
    if (refusal !== null) return { ok: false, ...refusal };
    return {
      ok: true,
      repository: options.repository,
      base: base.branch,
      baseSha: base.sha,
      diff: renderDiff(changes),
      files: planFiles(changes),
    };
  }

  async function commitFor(id: string, signal: AbortSignal): Promise<string> {
    return (await options.changes?.(id, signal)) ?? id;
  }

  const hide = hideSecrets([options.token]);
  return {
    prepare: (change, signal) =>
      prepare(change, signal).catch((error: unknown) => ({
        ok: false,
        why: readTrouble(error).status === 404 ? 'no_repository' : 'unreachable',
        detail: hide(readTrouble(error).detail),
      })),
    async open(plan, signal) {
      if (plan.repository !== options.repository) {
        const detail = `the plan is for ${plan.repository}; this forge holds ${options.repository}`;
        return { ok: false, why: 'rejected', detail };
      }
      return connect(options, signal)
        .then((hub) => openPlan(hub, plan))
        .catch(asRefusal)
        .then((opened) => (opened.ok ? opened : { ...opened, detail: hide(opened.detail) }));
    },
  };
}

async function findBase(
  hub: Hub,
  wanted: string | undefined,
): Promise<{ branch: string; sha: string } | Extract<Prepared, { ok: false }>> {
  const branch = wanted ?? (await hub.octokit.rest.repos.get(where(hub))).data.default_branch;
  const found = await orNull(hub.octokit.rest.git.getRef({ ...where(hub), ref: `heads/${branch}` }));
  if (found !== null) return { branch, sha: found.data.object.sha };
  const detail = `${hub.owner}/${hub.repo} has no branch ${branch}, or the token may not see it`;
  return { ok: false, why: 'no_repository', detail };
}
