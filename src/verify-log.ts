/** The logs of an installation, read from end to end without its server: also those of one that does not start. */
import { resolve } from 'node:path';
import { acceptLogs, checkLogs, type LogCheck } from './embed.ts';

type LogId = NonNullable<Parameters<typeof checkLogs>[1]['log']>;

export type { LogCheck };

/** Where `DATABASE_URL` is set the logs are there, otherwise in the data directory. */
export interface LogPlace {
  dataDir: string;
  databaseUrl: string | null;
}

/** One session or thread, or all of them. Rejects, saying what to do, when the logs cannot be read. */
export async function verifyLog(place: LogPlace, log: string | null): Promise<LogCheck> {
  return await checkLogs(place, log === null ? {} : { log: asLog(log) });
}

/** From now on the database in the data directory counts as what it is. Rejects while a server uses it. */
export async function acceptLog({ dataDir }: LogPlace): Promise<void> {
  await acceptLogs(resolve(dataDir));
}

/** What a person typed names a log or none: an unknown one has no lines. */
function asLog(text: string): LogId {
  return text as LogId;
}
