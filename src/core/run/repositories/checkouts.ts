/** The repositories of one turn: each is looked for once, and what cannot be had is said once. */
import type { ResourceId } from '../../ids.ts';
import { RepositoryFailed } from '../../ports/repositories.ts';
import { type Sandbox, SandboxGone } from '../../ports/sandbox.ts';
import type { NewLogRow } from '../../ports/store.ts';
import type { RepositoryResourceBody } from '../../resources.ts';
import { stamp } from '../draft.ts';
import { beyondTurn } from '../ledger.ts';
import { type Place, pinCommit, sourceOf } from './pin.ts';

/** A repository and the commit of it that the session works on, or why it has to do without. */
export type Checkout = Named & ({ commit: string } | { why: string });
type Named = Pick<RepositoryResourceBody, 'id' | 'url' | 'mount_path'>;
type Pinned = Checkout & { commit: string };

export interface Checkouts {
  /** In the order they were attached. Their hosts are asked at the first call, but for what was decided earlier. */
  list(): Promise<readonly Checkout[]>;
  /**
   * Puts what is not in this sandbox yet into it, and answers what the agent should hear: what failed, and of a sandbox
   * that it knows what is there now.
   */
  show(sandbox: Sandbox, fresh: boolean, shown: Set<ResourceId>): Promise<string[]>;
}

interface Setting extends Place {
  mounted: () => Promise<readonly RepositoryResourceBody[]>;
  signal: () => AbortSignal;
  now: () => number;
  /** Takes the lines that say what could not be had. */
  tell: (rows: NewLogRow[]) => void;
}

export function createCheckouts(setting: Setting): Checkouts {
  let found: Promise<Checkout[]> | null = null;

  function missing({ id, url, mount_path }: Named, error: unknown): Checkout {
    if (beyondTurn(error) || error instanceof SandboxGone) throw error;
    const failed = error instanceof RepositoryFailed ? error : null;
    const why = failed?.message ?? 'it could not be used';
    const signal = setting.signal();
    const message = `Repository ${url}: nothing was checked out at ${mount_path}, because ${why}. The session goes on without it.`;
    const event = {
      ...stamp(setting.now()),
      type: 'session.error' as const,
      error: {
        type: `repository_${failed?.fault ?? 'clone'}_error` as const,
        message: message.slice(0, 1_000),
        repository_url: url,
        retry_status: { type: 'retrying' as const },
      },
    };
    // Who interrupts the turn knows why.
    if (!signal.aborted) setting.tell([{ event }]);
    return { id, url, mount_path, why };
  }
  async function find(): Promise<Checkout[]> {
    return await Promise.all((await setting.mounted()).map(pin));
  }
  async function pin({ id, url, mount_path }: Named): Promise<Checkout> {
    try {
      return { id, url, mount_path, commit: await pinCommit(setting, id, setting.signal()) };
    } catch (error) {
      return missing({ id, url, mount_path }, error);
    }
  }
  async function list(): Promise<Checkout[]> {
    found ??= find();
    const checkouts = await found;
    // What was interrupted is looked for again.
    if (setting.signal().aborted) found = null;
    return checkouts;
  }
  async function put(sandbox: Sandbox, checkout: Pinned): Promise<Checkout> {
    try {
      const source = await sourceOf(setting, checkout.id);
      const files = await setting.ports.repositories.files(source, checkout.commit, setting.signal());
      await sandbox.place(checkout.mount_path, files).catch(asFailure);
      return checkout;
    } catch (error) {
      return missing(checkout, error);
    }
  }

  return {
    list,
    async show(sandbox, fresh, shown) {
      const known = await list();
      const due = known.filter(isPinned).filter(({ id }) => !shown.has(id));
      const placed: Checkout[] = [];
      for (const checkout of due) placed.push(await put(sandbox, checkout));
      for (const { id } of placed.filter(isPinned)) shown.add(id);
      if (setting.signal().aborted) return [];
      found = Promise.resolve(known.map((checkout) => placed.find(({ id }) => id === checkout.id) ?? checkout));
      return placed.filter((checkout) => !(fresh && isPinned(checkout))).map(noteOf);
    },
  };
}

function isPinned(checkout: Checkout): checkout is Pinned {
  return 'commit' in checkout;
}

/** A sandbox that died is another matter. */
function asFailure(cause: unknown): never {
  if (cause instanceof SandboxGone) throw cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new RepositoryFailed('clone', `the sandbox could not take it: ${why}`, { cause });
}

function noteOf(checkout: Checkout): string {
  const { url, mount_path } = checkout;
  if ('why' in checkout) return `Repository ${url} could not be checked out at ${mount_path}: ${checkout.why}.`;
  return `Repository ${url} is now checked out at ${mount_path}.`;
}
