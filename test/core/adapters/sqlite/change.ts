import { npmDriver } from '../../../../src/core/adapters/sqlite/npm-driver.ts';

/** Statements of somebody who opens the file with a tool of their own. */
export async function change(path: string, sql: string): Promise<void> {
  const connection = await (await npmDriver()).open(path);
  await connection.exec(sql);
  await connection.close();
}
