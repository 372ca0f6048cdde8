import type { Connection, Driver } from '../../../../src/core/adapters/sqlite/driver.ts';

/** A driver whose statements pass through `before`, which may throw; the database behind it is real. */
export function watchedDriver(driver: Driver, before: (sql: string, path: string) => void): Driver {
  return {
    name: driver.name,
    async open(path) {
      const connection = await driver.open(path);
      const watched: Connection = {
        exec: async (sql) => {
          before(sql, path);
          await connection.exec(sql);
        },
        run: async (sql, values) => {
          before(sql, path);
          return connection.run(sql, values);
        },
        all: async (sql, values) => {
          before(sql, path);
          return connection.all(sql, values);
        },
        close: () => connection.close(),
      };
      return watched;
    },
  };
}
