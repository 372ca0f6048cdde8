import { type Connection, type Driver, type Row, SqliteFailure, type Value } from './driver.ts';

type Sqlite3 = typeof import('sqlite3');
type Database = import('sqlite3').Database;
type Statement = import('sqlite3').Statement;

/** Statements kept prepared per connection; what comes after them is prepared for one use. */
const PREPARED_MAX = 64;
/** Bytes in one text: below what a JavaScript string holds, which this binding does not survive. */
const TEXT_MAX = 256 * 1024 * 1024;

/** The npm package `sqlite3`: asynchronous, so that an fsync does not hold up the event loop. Throws when it cannot be loaded. */
export async function npmDriver(): Promise<Driver> {
  const loaded: { default: Sqlite3 } = await import('sqlite3');
  const sqlite3 = loaded.default;
  return {
    name: 'sqlite3',
    async open(path, { readOnly } = { readOnly: false }) {
      const mode = readOnly ? sqlite3.OPEN_READONLY : sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE;
      const database = await new Promise<Database>((resolve, reject) => {
        const opening = new sqlite3.Database(path, mode, (error) =>
          error ? reject(failure(error)) : resolve(opening),
        );
      });
      database.configure('limit', sqlite3.LIMIT_LENGTH, TEXT_MAX);
      return connect(database);
    },
  };
}

/**
 * Prepared statements of this binding run in parallel on the thread pool, where they would only wait for each other
 * and keep file system calls from running. The line in front of each connection keeps that to one thread.
 */
function connect(database: Database): Connection {
  const prepared = new Map<string, Statement>();
  let line: Promise<unknown> = Promise.resolve();

  function inLine<T>(work: () => Promise<T>): Promise<T> {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  }
  async function using<T>(sql: string, work: (statement: Statement) => Promise<T>): Promise<T> {
    const known = prepared.get(sql);
    if (known) return work(known);
    const statement = await prepare(database, sql);
    if (prepared.size < PREPARED_MAX) {
      prepared.set(sql, statement);
      return work(statement);
    }
    try {
      return await work(statement);
    } finally {
      await finalize(statement);
    }
  }
  return {
    exec: (sql) => inLine(() => called((done) => database.exec(sql, done))),
    run: (sql, values) => inLine(() => using(sql, (statement) => run(statement, values))),
    all: (sql, values) => inLine(() => using(sql, (statement) => all(statement, values))),
    close: () =>
      inLine(async () => {
        for (const statement of prepared.values()) await finalize(statement);
        prepared.clear();
        await called((done) => database.close(done));
      }),
  };
}

function prepare(database: Database, sql: string): Promise<Statement> {
  return new Promise((resolve, reject) => {
    const statement: Statement = database.prepare(sql, (error: Error | null) =>
      error ? reject(failure(error)) : resolve(statement),
    );
  });
}

function run(statement: Statement, values: readonly Value[]): Promise<number> {
  return new Promise((resolve, reject) => {
    statement.run([...values], function (error) {
      if (error) reject(failure(error));
      else resolve(this.changes);
    });
  });
}

function all(statement: Statement, values: readonly Value[]): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    statement.all<Row>([...values], (error, rows) => (error ? reject(failure(error)) : resolve(rows)));
  });
}

function finalize(statement: Statement): Promise<void> {
  return new Promise((resolve) => {
    statement.finalize(() => resolve());
  });
}

function called(call: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    call((error) => (error ? reject(failure(error)) : resolve()));
  });
}

function failure(error: Error & { errno?: unknown }): SqliteFailure {
  return new SqliteFailure(error.message, { code: typeof error.errno === 'number' ? error.errno : 1, cause: error });
}
