/**
 * The sandboxes of this process: made on a session's first call, kept through its turn, and between turns until it has been
 * idle too long or is crowded out.
 */
import type { ResourceId, SessionId } from '../../ids.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sandbox, Sandboxes, SandboxSpec } from '../../ports/sandbox.ts';
import type { Seen } from '../memory/seen.ts';

/** What a sandbox has been shown so far. */
export interface Shown {
  memories: Seen;
  repositories: Set<ResourceId>;
  /** The key of the bytes, by the path of the upload. */
  files: Map<string, string>;
}

export interface Hands {
  /** A session that is being driven keeps its sandbox, however long it waits for its model. Released with what this gives. */
  hold(session: SessionId): () => Promise<void>;
  /**
   * Runs `work` with the session's sandbox, one work at a time; `fresh` when it was made for this call, `shown` is what
   * it knows of memory stores, repositories and files. Rejects when none can be made, or with `SandboxGone` when it died; one whose work
   * failed is forgotten.
   */
  use<T>(
    session: SessionId,
    spec: () => Promise<SandboxSpec>,
    work: (sandbox: Sandbox, fresh: boolean, shown: Shown) => Promise<T>,
  ): Promise<T>;
  /** What the session's sandbox has put out; null while the session has no sandbox here. */
  outputs(session: SessionId): Promise<{ path: string; bytes: Uint8Array }[] | null>;
  /** Disposes of what has been idle too long. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

interface Kept {
  sandbox: Promise<Sandbox>;
  shown: Shown;
  /** The work before the next one. */
  last: Promise<unknown>;
  usedAt: number;
  busy: number;
}

export function createHands(
  sandboxes: Sandboxes,
  clock: Clock,
  limits: { sandboxes: number; sandboxIdleMs: number },
): Hands {
  const kept = new Map<SessionId, Kept>();
  const held = new Set<SessionId>();

  function begin(spec: () => Promise<SandboxSpec>): Kept {
    const sandbox = spec().then((made) => sandboxes.create(made));
    const shown = { memories: new Map(), repositories: new Set<ResourceId>(), files: new Map() };
    return { sandbox, shown, last: Promise.resolve(), usedAt: 0, busy: 0 };
  }
  async function drop(session: SessionId): Promise<void> {
    const entry = kept.get(session);
    kept.delete(session);
    await entry?.sandbox.then((sandbox) => sandbox.dispose()).catch(() => undefined);
  }
  function idle(): [SessionId, Kept][] {
    const free = [...kept].filter(([session, entry]) => entry.busy === 0 && !held.has(session));
    return free.sort(([, a], [, b]) => a.usedAt - b.usedAt);
  }
  async function crowdOut(): Promise<void> {
    const excess = idle().slice(0, Math.max(0, kept.size - limits.sandboxes));
    await Promise.all(excess.map(([session]) => drop(session)));
  }

  return {
    hold(session) {
      held.add(session);
      return () => {
        held.delete(session);
        return crowdOut();
      };
    },
    async use(session, spec, work) {
      const known = kept.get(session);
      const entry = known ?? begin(spec);
      kept.set(session, entry);
      entry.busy += 1;
      entry.usedAt = clock.now();
      const mine = entry.last.then(async () => await work(await entry.sandbox, known === undefined, entry.shown));
      entry.last = mine.catch(() => undefined);
      try {
        return await mine;
      } catch (error) {
        if (kept.get(session) === entry) await drop(session);
        throw error;
      } finally {
        entry.busy -= 1;
        await crowdOut();
      }
    },
    async outputs(session) {
      const entry = kept.get(session);
      if (entry === undefined) return null;
      entry.busy += 1;
      try {
        return await (await entry.sandbox).outputs();
      } finally {
        entry.busy -= 1;
      }
    },
    async sweep() {
      const stale = clock.now() - limits.sandboxIdleMs;
      const old = idle().filter(([, entry]) => entry.usedAt < stale);
      await Promise.all(old.map(([session]) => drop(session)));
    },
    async close() {
      await Promise.all([...kept.keys()].map(drop));
    },
  };
}
