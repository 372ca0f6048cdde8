/** Where the product remembers: in files of this process, or in the database that several share. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { soleClaims, sqliteChangeLog, sqliteIncidents } from '../adapters/sqlite/index.ts';
import type { Config } from '../config.ts';
import type { ChangeLog } from '../sre/ports/change-log.ts';
import type { Claims } from '../sre/ports/claims.ts';
import type { Incidents } from '../sre/ports/incidents.ts';

export interface Memory {
  incidents: Incidents;
  changeLog: ChangeLog;
  claims: Claims;
  /** By which all servers that share it go. */
  now: () => number;
  close(): Promise<void>;
}

/** `incidents` given instead of what the configuration would choose belong to this process alone. */
export async function openMemory(
  { dataDir, databaseUrl, leaseMs }: Pick<Config, 'dataDir' | 'databaseUrl'> & { leaseMs?: number },
  clock: (() => number) | undefined,
  given: Incidents | null,
  warn: (message: string) => void,
): Promise<Memory> {
  if (databaseUrl !== null && given === null) {
    if (existsSync(join(dataDir, 'vigil.db')))
      warn(`incidents in ${dataDir}/vigil.db are not shown: with DATABASE_URL they are in the database (vigil move)`);
    // Loaded by those who use it: a start on files does not wait for it.
    const { openPostgres } = await import('../adapters/postgres/index.ts');
    return await openPostgres({
      url: databaseUrl,
      ...(clock === undefined ? {} : { now: clock }),
      ...(leaseMs === undefined ? {} : { leaseMs }),
    });
  }
  const now = clock ?? Date.now;
  const incidents = given ?? (await sqliteIncidents(join(dataDir, 'vigil.db')));
  try {
    const changeLog = await sqliteChangeLog(join(dataDir, 'changes.db'), () => new Date(now()));
    return {
      incidents,
      changeLog,
      claims: soleClaims(),
      now,
      close: async () => void (await Promise.all([incidents.close(), changeLog.close()])),
    };
  } catch (error) {
    await incidents.close();
    throw error;
  }
}
