/** All that the product remembers, row by row, on its way from files into a database. */
import type { Value } from './connection.ts';

export type TransferRow = Readonly<Record<string, Value>>;
/** Takes a table's rows in their order. */
export type TakeRows = (table: string, rows: readonly TransferRow[]) => Promise<void>;
export type GiveRows = (take: TakeRows) => Promise<void>;

/** Of each table, its columns; `keys` are those that stand in an index with a text of any length. */
export const TRANSFER_TABLES: Readonly<Record<string, { columns: readonly string[]; keys: readonly string[] }>> = {
  deliveries: {
    columns: ['source', 'delivery_id', 'received_at', 'body', 'alerts', 'why', 'settled'],
    keys: ['delivery_id'],
  },
  incidents: {
    columns: ['id', 'source', 'group_key', 'resolved', 'state', 'revision', 'body'],
    keys: ['group_key'],
  },
  timeline: { columns: ['incident', 'seq', 'key', 'body'], keys: ['key'] },
  evidence: { columns: ['incident', 'number', 'tool_use', 'body', 'head'], keys: [] },
  actions: { columns: ['id', 'incident', 'tool_use', 'state', 'body'], keys: [] },
  effects: { columns: ['key', 'incident', 'result'], keys: ['key'] },
  changes: { columns: ['id', 'kind', 'service', 'time', 'body', 'diff'], keys: ['id'] },
};
