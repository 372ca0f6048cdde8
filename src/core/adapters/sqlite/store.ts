import type { Store } from '../../ports/store.ts';
import type { Feed } from '../sql/feed.ts';
import { storeOver } from '../sql/store.ts';
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
  return storeOver({
    reads: {
      getMany: (kind, ids) => getDocuments(reader, kind, ids),
      list: (query) => listDocuments(documents, query),
      occupied: (kinds) => occupied(reader, kinds),
      log: (query) => readLog(reader, query),
      logText: (query) => readLogText(reader, query),
      inbox: (session) => readInbox(reader, session),
      findEvent: (session, id) => findEvent(reader, session, id),
    },
    writer,
    async settle({ forgets, erases = [] }) {
      if (forgets === true || erases.length > 0) await parts.emptyLog();
    },
    async beat() {
      await reader.all('SELECT beat FROM pulse', []);
      await writer.statement((connection) => connection.run('UPDATE pulse SET beat = beat + 1', []));
    },
    toUnavailable,
    subscribe: feed.subscribe,
    preview: feed.preview,
    close: parts.close,
  });
}
