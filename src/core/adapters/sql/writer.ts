/**
 * The one place of a process that writes. Everything that queued while the last commit ran goes into the next
 * transaction, so that many callers share one wait for the disk. Nobody hears of a result before its commit has returned.
 */
import { StoreUnavailable } from '../../ports/store.ts';
import type { Change } from './change.ts';
import type { Outcome } from './plan.ts';

/** Callers that may wait at once; beyond that the disk is too slow for the load and they are told so. */
const QUEUE_MAX = 20_000;
const GROUP_MAX = 512;
const GROUP_CHARACTERS_MAX = 8_000_000;

export interface Writer<Connection> {
  /** Writes the change, or nothing where the outcome is a refusal. */
  change(change: Change): Promise<Outcome>;
  /**
   * Runs statements of its own inside the next transaction, in their place among the changes. What may be lost with the
   * machine, because nobody is told of it before something that is synced comes after it, need not wait for the disk; it
   * is a single statement.
   */
  statement<T>(work: (connection: Connection) => Promise<T>, keep?: 'synced' | 'ordered'): Promise<T>;
  /** Runs work between two transactions. */
  between(work: () => Promise<void>): Promise<void>;
  /** Finishes what is queued, refuses what comes later, closes the connection. */
  close(): Promise<void>;
}

/** What a writer asks of its database. */
export interface Transactions<Connection> {
  /** Begins, runs the body, commits; after a failure nothing of it stands. `synced`: resolves only when it is on disk. */
  run<T>(synced: boolean, body: (connection: Connection) => Promise<T>): Promise<T>;
  /** A transaction of one statement that need not wait for the disk: what `run` does, in fewer steps where there are any to save. */
  alone<T>(statement: (connection: Connection) => Promise<T>): Promise<T>;
  /** A transaction that writes changes and nothing else, on disk when it resolves; likewise. */
  commit(changes: readonly Change[], now: number): Promise<Outcome[]>;
  /** Writes changes inside a transaction: one outcome for each, in order. */
  write(connection: Connection, changes: readonly Change[], now: number): Promise<Outcome[]>;
  /** Speaks of the machine, not of the statement: trying the changes one by one would not help. */
  isOutage(error: unknown): boolean;
  /** The error callers see. */
  toUnavailable(error: unknown): unknown;
  close(): Promise<void>;
}

export interface WriterHooks {
  now(): number;
  /**
   * Called synchronously after the commit, once per change, in the order of the transaction. The caller of the change
   * goes on when what it gives back is settled.
   */
  committed(outcome: Outcome): Promise<void> | undefined;
}

interface Task<Connection> {
  size: number;
  synced: boolean;
  work: { kind: 'change'; change: Change } | { kind: 'statement'; run: (connection: Connection) => Promise<unknown> };
  settle(result: { value: unknown } | { error: unknown }): void;
}

export function createWriter<Connection>(
  transactions: Transactions<Connection>,
  hooks: WriterHooks,
): Writer<Connection> {
  const queue: Task<Connection>[] = [];
  let working: Promise<void> | null = null;
  let closed = false;

  function enqueue(task: Task<Connection>): void {
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
  async function commit(group: readonly Task<Connection>[]): Promise<void> {
    try {
      report(group, await perform(group));
    } catch (error) {
      if (group.length === 1 || transactions.isOutage(error)) return refuse(group, transactions.toUnavailable(error));
      for (const task of group) await commit([task]);
    }
  }

  async function perform(group: readonly Task<Connection>[]): Promise<readonly unknown[]> {
    const changes = group.flatMap(({ work }) => (work.kind === 'change' ? [work.change] : []));
    if (changes.length === group.length) return await transactions.commit(changes, hooks.now());
    const [only] = group;
    if (group.length === 1 && only?.work.kind === 'statement' && !only.synced) {
      return [await transactions.alone(only.work.run)];
    }
    const synced = group.some((task) => task.synced);
    return await transactions.run(synced, (connection) => workThrough(transactions, connection, group, hooks));
  }

  function report(group: readonly Task<Connection>[], results: readonly unknown[]): void {
    for (const [index, task] of group.entries()) {
      const value = results[index];
      const heard = task.work.kind === 'change' ? hooks.committed(outcomeOf(value)) : undefined;
      if (heard === undefined) task.settle({ value });
      else void heard.then(() => task.settle({ value }));
    }
  }

  function submit(size: number, synced: boolean, work: Task<Connection>['work']): Promise<unknown> {
    return new Promise((resolve, reject) => {
      enqueue({
        size,
        synced,
        work,
        settle: (result) => ('error' in result ? reject(result.error) : resolve(result.value)),
      });
    });
  }

  async function statement<T>(run: (connection: Connection) => Promise<T>, keep?: 'synced' | 'ordered'): Promise<T> {
    let answer: { value: T } | null = null;
    await submit(0, keep !== 'ordered', {
      kind: 'statement',
      run: async (open) => {
        answer = { value: await run(open) };
      },
    });
    return answered(answer);
  }

  return {
    change: async (change) => outcomeOf(await submit(change.size, true, { kind: 'change', change })),
    statement,
    between: async (work) => {
      while (working) await working;
      working = work().finally(() => {
        working = queue.length > 0 ? drain() : null;
      });
      await working;
    },
    close: async () => {
      closed = true;
      while (working) await working;
      await transactions.close();
    },
  };
}

function refuse(group: readonly Task<never>[], error: unknown): void {
  for (const task of group) task.settle({ error });
}

function groupLength(queue: readonly Task<never>[]): number {
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
async function workThrough<Connection>(
  transactions: Transactions<Connection>,
  connection: Connection,
  group: readonly Task<Connection>[],
  { now }: WriterHooks,
): Promise<unknown[]> {
  const results: unknown[] = [];
  let changes: Change[] = [];
  const flush = async () => {
    if (changes.length > 0) results.push(...(await transactions.write(connection, changes, now())));
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
  return results;
}

/** `write` answers one outcome for each change, in order; `workThrough` keeps them in the places of their tasks. */
function outcomeOf(value: unknown): Outcome {
  return value as Outcome;
}

function answered<T>(answer: { value: T } | null): T {
  if (answer === null) throw new Error('a statement was settled before it ran');
  return answer.value;
}
