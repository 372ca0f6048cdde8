/** The store that the API sees, the same over either database: they differ in how they read and in what a commit still owes. */
import type { Store } from '../../ports/store.ts';
import { changeOf } from './change.ts';
import type { Writer } from './writer.ts';

type Batch = Parameters<Store['commit']>[0];

export interface StoreParts<Connection> extends Pick<Store, 'subscribe' | 'preview' | 'close'> {
  reads: Pick<Store, 'getMany' | 'list' | 'occupied' | 'log' | 'logText' | 'inbox' | 'findEvent'>;
  writer: Pick<Writer<Connection>, 'change'>;
  /** After a commit, whatever became of it: before the caller hears. */
  settle?(batch: Batch): Promise<void>;
  /** A read and a write that change nothing. */
  beat(): Promise<void>;
  /** What callers see of an error. */
  toUnavailable(error: unknown): unknown;
}

export function storeOver<Connection>(parts: StoreParts<Connection>): Store {
  const { reads, writer } = parts;
  return {
    ...reads,
    get: async <Body>(kind: Parameters<Store['get']>[0], id: string) =>
      (await reads.getMany<Body>(kind, [id]))[0] ?? null,
    async commit(batch) {
      const outcome = await writer.change(changeOf(batch));
      await parts.settle?.(batch);
      if (outcome.ok) return { ok: true, appended: outcome.appended };
      if (outcome.why === 'fenced') throw new Error('a batch of the API carries no lease');
      return outcome;
    },
    subscribe: parts.subscribe,
    preview: parts.preview,
    async health() {
      try {
        await parts.beat();
        return { ok: true, detail: 'reads and writes work' };
      } catch (error) {
        const told = parts.toUnavailable(error);
        return { ok: false, detail: told instanceof Error ? told.message : String(told) };
      }
    },
    close: parts.close,
  };
}
