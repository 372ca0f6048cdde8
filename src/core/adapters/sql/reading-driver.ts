/** What a query builder drives that only reads: every statement goes by itself to whatever connection is free. */
interface Query {
  sql: string;
  parameters: readonly unknown[];
}

export function readingDriver(all: (query: Query) => Promise<readonly unknown[]>) {
  const reading = {
    executeQuery: async <Row>(query: Query) => ({ rows: rowsOf<Row>(await all(query)) }),
    streamQuery: () => {
      throw new Error('documents are read in pages, not streamed');
    },
  };
  const refuse = async () => {
    throw new Error('what is built here only reads; writes go through the writer');
  };
  return {
    init: async () => undefined,
    acquireConnection: async () => reading,
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
  };
}

/** The query builder types the rows by its tables, which mirror the schema. */
function rowsOf<Row>(rows: readonly unknown[]): Row[] {
  return rows as Row[];
}
