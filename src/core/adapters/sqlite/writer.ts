/**
 * The one place that writes. Everything that queued while the last commit ran goes into the next transaction, so
 * that many callers share one fsync. Nobody hears of a result before its commit has returned from the disk.
 */
import { StoreUnavailable } from '../../ports/store.ts';
import type { Change } from './change.ts';
import type { Connection } from './driver.ts';
import type { Outcome } from './plan.ts';
import { isOutage, toUnavailable } from './unavailable.ts';
import { writeGroup } from './write-group.ts';

/** Callers that may wait at once; beyond that the disk is too slow for the load and they are told so. */
const QUEUE_MAX = 20_000;
const GROUP_MAX = 512;
const GROUP_CHARACTERS_MAX = 8_000_000;

export interface Writer {
  /** Writes the change, or nothing where the outcome is a refusal. */
  change(change: Change): Promise<Outcome>;
  /**
   * Runs statements of its own inside the next transaction, in their place among the changes. What may be lost with the
   * machine, because nobody is told of it before something that is synced comes after it, need not wait for the disk.
   */
  statement<T>(work: (connection: Connection) => Promise<T>, keep?: 'synced' | 'ordered'): Promise<T>;
  /** Runs work between two transactions. */
  between(work: (connection: Connection) => Promise<void>): Promise<void>;
  /** Finishes what is queued, refuses what comes later, closes the connection. */
  close(): Promise<void>;
}

interface Task {
  size: number;
  synced: boolean;
  work: { kind: 'change'; change: Change } | { kind: 'statement'; run: (connection: Connection) => Promise<unknown> };
  settle(result: { value: unknown } | { error: unknown }): void;
}

export interface WriterHooks {
  now(): number;
  /** Called synchronously after the commit, once per change, in the order of the transaction. */
  committed(outcome: Outcome): void;
}

export function createWriter(connection: Connection, hooks: WriterHooks): Writer {
  const queue: Task[] = [];
  const sync = syncOn(connection);
  let working: Promise<void> | null = null;
  let closed = false;

  function enqueue(task: Task): void {
    const refusal = closed
      ? 'The database is closed: the server is shutting down.'
      : queue.length >= QUEUE_MAX
        ? `More than ${QUEUE_MAX} writes are waiting for the disk. Try again shortly.`
        : null;
    if (refusal !== null) {
      refuse([task], new StoreUnavailable(refusal));
      return;
    }
    queue.push(task);
    working ??= drain();
  }

  /** Waits one microtask first, so that callers of the same moment share the first transaction too. */
  async function drain(): Promise<void> {
    await Promise.resolve();
    while (queue.length > 0) await commit(queue.splice(0, groupLength(queue)));
    working = null;
  }

  /** A change that breaks a constraint takes the whole transaction with it; its neighbours then try again alone. */
  async function commit(group: readonly Task[]): Promise<void> {
    try {
      await sync(group.some(({ synced }) => synced));
      report(group, await transact(connection, group, hooks.now()));
    } catch (error) {
      if (group.length === 1 || isOutage(error)) return refuse(group, toUnavailable(error));
      for (const task of group) await commit([task]);
    }
  }

  function report(group: readonly Task[], results: readonly unknown[]): void {
    for (const [index, task] of group.entries()) {
      const value = results[index];
      if (task.work.kind === 'change') hooks.committed(outcomeOf(value));
      task.settle({ value });
    }
  }

  function submit(size: number, synced: boolean, work: Task['work']): Promise<unknown> {
    return new Promise((resolve, reject) => {
      enqueue({
        size,
        synced,
        work,
        settle: (result) => ('error' in result ? reject(result.error) : resolve(result.value)),
      });
    });
  }

  return {
    change: async (change) => outcomeOf(await submit(change.size, true, { kind: 'change', change })),
    statement: async <T>(run: (connection: Connection) => Promise<T>, keep = 'synced') => {
      let answer: { value: T } | null = null;
      await submit(0, keep === 'synced', {
        kind: 'statement',
        run: async (open) => {
          answer = { value: await run(open) };
        },
      });
      return answered(answer);
    },
    between: async (work) => {
      while (working) await working;
      working = work(connection).finally(() => {
        working = queue.length > 0 ? drain() : null;
      });
      await working;
    },
    close: async () => {
      closed = true;
      while (working) await working;
      await connection.close();
    },
  };
}

/** Whether the next commit waits for the disk. The connection is opened with the strict setting. */
function syncOn(connection: Connection): (strict: boolean) => Promise<void> {
  let current = true;
  return async (strict) => {
    if (strict === current) return;
    await connection.exec(`PRAGMA synchronous = ${strict ? 'FULL' : 'NORMAL'}`);
    current = strict;
  };
}

function refuse(group: readonly Task[], error: unknown): void {
  for (const task of group) task.settle({ error });
}

function groupLength(queue: readonly Task[]): number {
  let length = 0;
  let size = 0;
  for (const task of queue) {
    if (length === GROUP_MAX) break;
    size += task.size;
    if (length > 0 && size > GROUP_CHARACTERS_MAX) break;
    length += 1;
  }
  return length;
}

/** Changes that stand side by side are planned together. */
async function transact(connection: Connection, group: readonly Task[], now: number): Promise<unknown[]> {
  await begin(connection);
  try {
    const results: unknown[] = [];
    let changes: Change[] = [];
    const flush = async () => {
      if (changes.length > 0) results.push(...(await writeGroup(connection, changes, now)));
      changes = [];
    };
    for (const { work } of group) {
      if (work.kind === 'change') {
        changes.push(work.change);
      } else {
        await flush();
        results.push(await work.run(connection));
      }
    }
    await flush();
    await connection.run('COMMIT', []);
    return results;
  } catch (error) {
    // SQLite has rolled back by itself after some failures; then there is nothing left to roll back.
    await connection.run('ROLLBACK', []).catch(() => undefined);
    throw error;
  }
}

/** A transaction that an earlier failure left open, because rolling back failed too, is ended first. */
async function begin(connection: Connection): Promise<void> {
  try {
    await connection.run('BEGIN IMMEDIATE', []);
  } catch (error) {
    if (isOutage(error)) throw error;
    await connection.run('ROLLBACK', []);
    await connection.run('BEGIN IMMEDIATE', []);
  }
}

/** `writeGroup` answers one outcome for each change, in order; `transact` keeps them in the places of their tasks. */
function outcomeOf(value: unknown): Outcome {
  return value as Outcome;
}

function answered<T>(answer: { value: T } | null): T {
  if (answer === null) throw new Error('a statement was settled before it ran');
  return answer.value;
}
