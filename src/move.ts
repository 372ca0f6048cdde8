/**
 * From files to a database: everything a data directory holds, for a server that starts with `DATABASE_URL` from then on. Whole
 * or not at all: it is filled under other names, read again, and takes the names of a server's schemas in one step.
 */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { TakeRows } from './adapters/sql/transfer.ts';
import { giveChanges, giveIncidents } from './adapters/sqlite/index.ts';
import { type Carried, carryCore } from './embed.ts';

export interface Moved extends Carried {
  /** Rows of what the product remembers: deliveries, incidents, their evidence, actions. */
  remembered: number;
  /** Where the files are now; null where they still are where they were. */
  kept: string | null;
}

/** The database is in use already. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused';
}

const SCHEMAS = ['vigil', 'vigil_product'] as const;
const DRAFTS = ['vigil_moving', 'vigil_product_moving'] as const;

/**
 * No server may use the data directory, nor the database. Afterwards the files are in a folder of their own in the data
 * directory, where no server takes them for its own. Rejects with `MoveRefused`, `StoreUnavailable` or `IncidentsUnavailable`.
 */
export async function moveToPostgres(
  dataDir: string,
  url: string,
  options: { dryRun: boolean; now: Date; tell: (line: string) => void },
): Promise<Moved> {
  const { dryRun, tell } = options;
  const product = await import('./adapters/postgres/index.ts');
  const taken = await product.schemasOf(url, SCHEMAS);
  if (taken.length > 0) {
    throw new MoveRefused(
      `the database has the schema ${taken.join(' and ')} already: a server has used it. Name a database without them`,
    );
  }
  if (!dryRun) await product.dropSchemas(url, DRAFTS);
  const givers = [
    ...(existsSync(join(dataDir, 'vigil.db')) ? [giveIncidents(join(dataDir, 'vigil.db'))] : []),
    ...(existsSync(join(dataDir, 'changes.db')) ? [giveChanges(join(dataDir, 'changes.db'))] : []),
  ];
  let remembered = 0;
  let kept: string | null = null;
  const carried = await carryCore({ dataDir, url, schema: dryRun ? null : DRAFTS[0] }, async () => {
    if (dryRun) {
      const count: TakeRows = async (_, rows) => {
        remembered += rows.length;
      };
      for (const give of givers) await give(count);
      return;
    }
    tell('carried sessions, logs and files');
    remembered = await product.receivePostgres({ url, schema: DRAFTS[1] }, givers);
    tell('carried incidents and their evidence');
    await product.renameSchemas(url, [
      [DRAFTS[0], SCHEMAS[0]],
      [DRAFTS[1], SCHEMAS[1]],
    ]);
    // It has been moved: what is left to do here can be done by hand.
    kept = await putAside(dataDir, options.now).catch((error: unknown) => {
      tell(
        `the files could not be put aside, do it by hand: ${error instanceof Error ? error.message : String(error)}`,
      );
      return null;
    });
  });
  return { ...carried, remembered, kept };
}

/** What marks the place of the database as used stays: a server that is started there without the database says so. */
async function putAside(dataDir: string, now: Date): Promise<string> {
  const folder = join(dataDir, `moved-${now.toISOString().replaceAll(':', '-')}`);
  await mkdir(folder, { mode: 0o700 });
  for (const name of ['core.db', 'vigil.db', 'changes.db'].flatMap((file) => [file, `${file}-wal`, `${file}-shm`])) {
    if (existsSync(join(dataDir, name))) await rename(join(dataDir, name), join(folder, name));
  }
  for (const name of ['core.db.head', 'blobs']) {
    if (existsSync(join(dataDir, name))) await rename(join(dataDir, name), join(folder, name));
  }
  return folder;
}
