/** All that a store holds, row by row, on its way into another that is empty. `test/move.test.ts` binds both ends. */

/** By name of column, as both databases call them. */
export type TransferRow = Readonly<Record<string, string | number | null>>;
export const TRANSFER_TABLES = ['documents', 'sessions', 'events', 'inbox', 'tool_calls', 'erasures'] as const;
export type TransferTable = (typeof TRANSFER_TABLES)[number];

/** Takes the rows of one table, in their order, one page after the other. */
export type TakeRows = (table: TransferTable, rows: readonly TransferRow[]) => Promise<void>;
