import type { Store } from '../../ports/store.ts';
import { storeOver } from '../sql/store.ts';
import type { Writer } from '../sql/writer.ts';
import type { Connection } from './connection.ts';
import { queriesOver } from './dialect.ts';
import { getDocuments, listDocuments } from './documents.ts';
import { findEvent, readInbox, readLog, readLogText } from './log.ts';
import { occupied } from './occupied.ts';
import type { Reader } from './reader.ts';
import { toUnavailable } from './unavailable.ts';

export function postgresStore(
  parts: { reader: Reader; writer: Writer<Connection> } & Pick<Store, 'subscribe' | 'preview' | 'close'>,
): Store {
  const { reader, writer } = parts;
  const documents = queriesOver(reader);
  return storeOver({
    ...parts,
    reads: {
      getMany: (kind, ids) => getDocuments(reader, kind, ids),
      list: (query) => listDocuments(documents, query),
      occupied: (kinds) => occupied(reader, kinds),
      log: (query) => readLog(reader, query),
      logText: (query) => readLogText(reader, query),
      inbox: (session) => readInbox(reader, session),
      findEvent: (session, id) => findEvent(reader, session, id),
    },
    async beat() {
      await reader.all('SELECT beat FROM pulse', []);
      await writer.statement((connection) => connection.query('UPDATE pulse SET beat = beat + 1'), 'ordered');
    },
    toUnavailable,
  });
}
