/** The embedded forge: a bare git repository on this machine. Needs `git`, no account and no network. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { PullRequestPlan } from '../../sre/action.ts';
import type { ChangeRequest, Forge, Opened, Prepared } from '../../sre/ports/forge.ts';
import { openPlan } from './open.ts';
import { applyToBase, type Bench, preparePatch, prepareRevert } from './prepare.ts';
import { ensureRepository, findBase } from './repository.ts';
import { GitFailure } from './run.ts';

export interface GitForgeOptions {
  /** Folder of the bare repository; made on first use. */
  repository: string;
  /** What a plan calls it. Default: the folder's name without `.git`. */
  name?: string;
  /** `git bundle` the repository starts from; without one it starts empty. */
  seedBundle?: string;
  /** Branch to change; default: the repository's HEAD. */
  base?: string;
  /** The commit a change id stands for, or null when it stands for none. */
  changes?: (changeId: string, signal: AbortSignal) => Promise<string | null>;
  now?: () => Date;
}

export function gitForge(options: GitForgeOptions): Forge {
  const repository = resolve(options.repository);
  const name = options.name ?? basename(repository, '.git');
  let ready: Promise<void> | null = null;

  /** Once; a failed first try may be tried again. */
  function ensure(): Promise<void> {
    ready ??= ensureRepository(repository, options.seedBundle ?? null).catch((error: unknown) => {
      ready = null;
      throw error;
    });
    return ready;
  }

  async function prepare(change: ChangeRequest, signal: AbortSignal): Promise<Prepared> {
    await ensure();
    const base = await findBase({ repository, signal }, options.base ?? null);
    if (base === null) {
      const detail = `${name} has no ${options.base ?? 'main'} branch yet: push one, or give a bundle to start from`;
      return { ok: false, why: 'no_repository', detail };
    }
    return onBench({ repository, signal }, true, async (bench) => {
      const patch =
        'revert' in change
          ? await prepareRevert(bench, base, change.revert, await commitFor(change.revert, signal))
          : preparePatch(change.patch);
      return patch.ok ? applyToBase(bench, base, name, patch.text) : patch;
    });
  }

  async function commitFor(id: string, signal: AbortSignal): Promise<string> {
    return (await options.changes?.(id, signal)) ?? id;
  }

  async function open(plan: PullRequestPlan, signal: AbortSignal): Promise<Opened> {
    if (plan.repository !== name) {
      return { ok: false, why: 'rejected', detail: `the plan is for ${plan.repository}; this forge holds ${name}` };
    }
    await ensure();
    const at = (options.now?.() ?? new Date()).toISOString();
    return onBench({ repository, signal }, false, (bench) => openPlan(bench, plan, at));
  }

  return {
    prepare: (change, signal) => prepare(change, signal).catch(asUnreachable),
    open: (plan, signal) => open(plan, signal).catch(asUnreachable),
  };
}

/** A private index, and a private object folder when the repository must only be read; both go away afterwards. */
async function onBench<Result>(
  place: { repository: string; signal: AbortSignal },
  readOnly: boolean,
  work: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'vigil-git-'));
  try {
    const quarantine = join(folder, 'objects');
    if (readOnly) await mkdir(quarantine);
    return await work({ ...place, index: join(folder, 'index'), ...(readOnly ? { quarantine } : {}) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function asUnreachable(error: unknown): { ok: false; why: 'unreachable'; detail: string } {
  if (error instanceof GitFailure) return { ok: false, why: 'unreachable', detail: error.message };
  const detail = error instanceof Error ? error.message : String(error);
  return { ok: false, why: 'unreachable', detail: `the local repository cannot be used: ${detail}` };
}
