import type { Store } from '../../ports/store.ts';
import { changeOf } from '../sql/change.ts';
import type { Feed } from '../sql/feed.ts';
import type { Writer } from '../sql/writer.ts';
import { queriesOver } from './dialect.ts';
import { getDocuments, listDocuments } from './documents.ts';
import type { Connection } from './driver.ts';
import { findEvent, readInbox, readLog, readLogText } from './log.ts';
import { occupied } from './occupied.ts';
import type { Reader } from './reader.ts';
import { toUnavailable } from './unavailable.ts';

export function sqliteStore(parts: {
  reader: Reader;
  writer: Writer<Connection>;
  feed: Feed;
  emptyLog(): Promise<void>;
  close(): Promise<void>;
}): Store {
  const { reader, writer, feed } = parts;
  const documents = queriesOver(reader);

  async function commit(batch: Parameters<Store['commit']>[0]): ReturnType<Store['commit']> {
    const outcome = await writer.change(changeOf(batch));
    if (batch.forgets === true || batch.erases?.length) await parts.emptyLog();
    if (outcome.ok) return { ok: true, appended: outcome.appended };
    if (outcome.why === 'fenced') throw new Error('a batch of the API carries no lease');
    return outcome;
  }
  return {
    get: async <Body>(kind: Parameters<Store['get']>[0], id: string) =>
      (await getDocuments<Body>(reader, kind, [id]))[0] ?? null,
    getMany: (kind, ids) => getDocuments(reader, kind, ids),
    list: (query) => listDocuments(documents, query),
    occupied: (kinds) => occupied(reader, kinds),
    commit,
    log: (query) => readLog(reader, query),
    logText: (query) => readLogText(reader, query),
    inbox: (session) => readInbox(reader, session),
    findEvent: (session, id) => findEvent(reader, session, id),
    subscribe: feed.subscribe,
    preview: feed.preview,
    health: () => health(reader, writer),
    close: parts.close,
  };
}

async function health(reader: Reader, writer: Writer<Connection>): Promise<{ ok: boolean; detail: string }> {
  try {
    await reader.all('SELECT beat FROM pulse', []);
    await writer.statement((connection) => connection.run('UPDATE pulse SET beat = beat + 1', []));
    return { ok: true, detail: 'reads and writes work' };
  } catch (error) {
    const told = toUnavailable(error);
    return { ok: false, detail: told instanceof Error ? told.message : String(told) };
  }
}
